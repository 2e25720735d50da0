// What is typed in the basket is saved once its field is left, and price and total follow in their places. Without script each line has its button, and the way to the hours takes what is typed along.
import { refreshCount, say } from "./shell.js";

const form = document.querySelector("form.basket");
let saving = null, onItsWay = "", again = false, leaveFor = null, pressed = false, shown = null;

// Between press and release nothing moves: a button that jumps away is not clicked.
addEventListener("pointerdown", () => { pressed = true; }, true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => { pressed = false; shown?.(); shown = null; }), true);
const whenReleased = show => { if (pressed) shown = show; else show(); };

// One after the other: of two figures typed in a hurry the later one stands. Enter leaves the field and sends the form: that is one saving, not two.
function save() {
  if (saving && body() === onItsWay) return saving;
  again = true;
  saving ??= (async () => {
    try { while (again) { again = false; await send(); } } finally { saving = null; }
    if (leaveFor) location.assign(leaveFor);
  })();
  return saving;
}

async function send() {
  const sent = new Map(fields().map(f => [f.id, f.value]));
  onItsWay = body();
  const answer = await fetch(form.action, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: onItsWay, keepalive: true, signal: AbortSignal.timeout(10000) }).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  if (!page) { if (!again) say(form.dataset.unsaved); return; }
  const lines = of => [...of.querySelectorAll("form.basket .line")].map(l => l.id + !!l.querySelector("input")).join();
  // A line that came or went changes the page: the one that was first answered, which says it, is shown.
  if (lines(page) !== lines(document)) { leaveFor ??= answer.url; return; }
  if (again) return;
  whenReleased(() => follow(page, sent));
}

function follow(page, sent) {
  const changed = fields().filter(f => f.value !== shownOf(f));
  for (const part of document.querySelectorAll("#nouvelles, #sommes, .line [data-now], .line .what p")) {
    const next = page.querySelectorAll(selectorOf(part))[indexOf(part)];
    if (next && next.innerHTML !== part.innerHTML) part.innerHTML = next.innerHTML;
  }
  for (const field of fields()) {
    const next = page.getElementById(field.id);
    for (const name of ["min", "max", "step", "value"]) field.setAttribute(name, next.getAttribute(name));
    if (field.value === sent.get(field.id)) field.value = next.getAttribute("value");
    field.closest(".line").querySelector("[name=vu]").value = next.getAttribute("value");
    field.closest(".line").querySelector("[name=piece]").value = next.closest(".line").querySelector("[name=piece]").value;
    for (const button of buttons(field)) button.disabled = next.closest(".stepper").querySelector(`[data-step="${button.dataset.step}"]`).disabled;
    field.closest(".line").querySelector(".kept").hidden = !changed.includes(field) || !!field.closest(".line").querySelector(".told .notice");
  }
  const told = changed.map(f => f.closest(".line").querySelector(".told .notice")?.textContent.trim()).find(Boolean);
  if (told) say(told); // it stands at its line too, which may be far from where one looks
  else document.getElementById("dit").textContent = form.dataset.saved.replace("{0}", document.querySelector("#sommes .total strong").textContent);
  refreshCount();
}

const body = () => new URLSearchParams(new FormData(form)).toString();
const fields = () => [...form.querySelectorAll("input[name=quantite]")];
const shownOf = field => field.closest(".line").querySelector("[name=vu]").value;
const buttons = field => field.closest(".stepper").querySelectorAll("[data-step]");
const selectorOf = part => part.id ? "#" + part.id : `#${CSS.escape(part.closest(".line").id)} ${part.matches(".what p") ? ".what p" : "[data-now]"}`;
const indexOf = part => part.id ? 0 : [...document.querySelectorAll(selectorOf(part))].indexOf(part);

if (form) {
  form.addEventListener("change", event => { if (event.target.name === "quantite") save(); });
  form.addEventListener("input", event => { const kept = event.target.closest(".line")?.querySelector(".kept"); if (kept) kept.hidden = true; });
  form.addEventListener("submit", async event => {
    const by = event.submitter;
    if (by?.dataset.step) {
      event.preventDefault();
      const field = by.parentElement.querySelector("input");
      const next = Number(field.value) + Number(by.dataset.step) * Number(field.step);
      field.value = Math.min(Math.max(Number(field.max), Number(field.value)), Math.max(Number(field.min), next));
      save();
    } else if (!by?.name) { // Enter
      event.preventDefault();
      if (fields().some(f => f.value !== shownOf(f))) save();
    } else if (saving) { // what is on its way arrives first
      event.preventDefault();
      await saving.catch(() => null);
      form.requestSubmit(by);
    }
  });
}

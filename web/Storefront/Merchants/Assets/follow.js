// An order left open follows what its customer and colleagues do: shown at once where nothing is typed or ticked, offered where something is.
// Only while its tab is looked at: a browser opens few streams at once.
import { expire } from "./undo.js";

const shown = document.querySelector("[data-follow]");
const [offered, told] = ["[data-offered]", "[data-shown]"].map(part => document.querySelector(part));
let base = "typed" in shown.dataset ? null : shown.cloneNode(true); // as it is shown, without what is typed
let [source, waiting, trying, turning, sending] = [null, 0, 0, 0, false];

// What the page says, whatever was opened, or is over, since.
function face(of) {
  const copy = of.cloneNode(true);
  for (const passing of copy.querySelectorAll("[data-back], [data-print], [data-pressing]")) passing.remove();
  for (const opened of copy.querySelectorAll("details")) opened.removeAttribute("open");
  return copy.innerHTML;
}

const ticks = field => field.type === "checkbox" || field.type === "radio";
const fields = of => [...of.querySelectorAll("input:not([type=hidden]), textarea, select")];
const same = (field, of) => fields(of).find(other => other.name === field.name && (!ticks(field) || other.value === field.value));

function typed() {
  return fields(shown).filter(field => {
    const first = (base && same(field, base)) ?? field;
    return ticks(field) ? field.checked !== first.defaultChecked : field.value !== first.defaultValue;
  });
}

async function read() {
  const answer = await fetch(shown.dataset.follow, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer || answer.status === 429 || answer.status >= 500) { soon(5000); return null; }
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-follow]") : null; // signed out meanwhile: what is typed stays
}

async function look() {
  const next = await read();
  if (!next || sending) return;
  press(next);
  if (next.dataset.version === shown.dataset.version || base && face(next) === face(base)) {
    shown.dataset.version = next.dataset.version; // of another shop's part nothing is to be seen here
    base = next;
    return;
  }
  if ("typed" in shown.dataset || typed().length > 0) { offered.hidden = false; told.hidden = true; }
  else show(next);
}

// That it presses, or is late, comes by the clock alone, in nobody's way: the server says when.
function press(next) {
  const [now, then] = [shown, next].map(of => of.querySelector("[data-pressing]"));
  now.dataset.next = then.dataset.next ?? "";
  now.innerHTML = then.innerHTML;
  turn();
}

function turn() {
  const after = Number(shown.querySelector("[data-pressing]").dataset.next);
  clearTimeout(turning);
  if (after > 0) turning = setTimeout(look, Math.min(after, 2 ** 31 - 1)); // more is none to a browser
}

function show(next) {
  const kept = typed();
  const on = shown.contains(document.activeElement) ? document.activeElement : null;
  const [id, act] = [on?.id, on?.closest("form")?.getAttribute("action")];
  const opened = [...shown.querySelectorAll("details[open]")].map(details => details.id);
  base = next.cloneNode(true);
  shown.dataset.version = next.dataset.version;
  delete shown.dataset.typed;
  shown.replaceChildren(...next.childNodes);
  turn();
  for (const field of kept) {
    const again = same(field, shown);
    if (again && ticks(again)) again.checked = field.checked;
    else if (again) again.value = field.value;
  }
  for (const details of opened) document.getElementById(details)?.setAttribute("open", "");
  for (const button of shown.querySelectorAll("[data-print]")) { button.hidden = false; button.addEventListener("click", () => print()); }
  expire(shown);
  document.getElementById("erreurs")?.remove(); // of the forms that were
  if (on) ((id && document.getElementById(id)) || shown.querySelector(`form[action="${act}"] .btn`))?.focus({ preventScroll: true });
  offered.hidden = true;
  told.hidden = false;
}

// Several events at once (an order of many lines) cost one look.
function soon(after = 250) { clearTimeout(waiting); waiting = setTimeout(look, after); }

document.querySelector("[data-see]").addEventListener("click", async event => {
  event.preventDefault();
  const next = await read();
  if (!next) return; // what is typed stays, and so does the offer
  show(next);
  const head = shown.querySelector("h1");
  head.tabIndex = -1;
  head.focus();
});

function follow() {
  clearTimeout(trying);
  if (source || document.hidden) return;
  source = new EventSource(shown.dataset.events);
  source.addEventListener("order", event => { if (JSON.parse(event.data)?.orderId === shown.dataset.order) soon(); });
  source.onopen = () => soon();
  source.onerror = () => {
    if (source?.readyState !== EventSource.CLOSED) return; // it comes back by itself
    leave();
    trying = setTimeout(follow, 10000 + Math.random() * 5000);
  };
}

function leave() { source?.close(); source = null; clearTimeout(trying); }

document.addEventListener("visibilitychange", () => document.hidden ? leave() : follow());
document.addEventListener("submit", () => { sending = true; });
addEventListener("pagehide", leave);
addEventListener("pageshow", () => { sending = false; follow(); });
follow();
turn();

// Counting goes on while scans travel: each bears a key of its own, they follow one another, and one whose answer did not come is sent again under the same key.
// What the network did not take within half a minute is named, and is not counted. Without script the same forms reload the page.
const form = document.querySelector("form[data-count]");
const said = document.querySelector("[data-said]");
const trouble = document.querySelector("[data-count-trouble]");
const unsent = [], refused = [];
let queue = Promise.resolve(), waiting = 0;

const key = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("");

async function post(body) {
  for (let attempt = 1; attempt <= 6; attempt++) {
    if (attempt > 1) {
      tell(form.dataset.waiting);
      await new Promise(next => setTimeout(next, attempt * 1500));
    }
    const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } }).catch(() => null);
    if (answer && answer.status < 500 && answer.status !== 429) return answer;
  }
  return null;
}

// What was not counted stays said: the next scan's success must not hide it.
function tell(text) {
  const all = [...refused, unsent.length ? `${form.dataset.unsent} ${unsent.join(", ")}` : "", text].filter(Boolean).join(" ");
  trouble.hidden = !all;
  trouble.textContent = all;
}

async function send(body, from) {
  const answer = await post(body);
  if (!answer) {
    unsent.push(body.get("Code"));
    tell("");
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("[data-counted]");
  if (!now) { // closed meanwhile, or signed out: that page says so
    const main = page.querySelector("main");
    if (main) document.querySelector("main").replaceWith(document.adoptNode(main)); else location.reload();
    return;
  }
  const error = page.querySelector("#champ-Code-erreur, #champ-Quantity-erreur");
  if (error) refused.push(`${body.get("Code")} : ${error.textContent}`);
  tell("");
  form.elements.Count.value = page.querySelector("form[data-count]").elements.Count.value;
  const old = document.querySelector("[data-counted]"), focus = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(document.adoptNode(now));
  if (focus) document.getElementById(focus)?.focus();
  said.textContent = now.dataset.say ?? "";
}

if (form) document.addEventListener("submit", event => {
  const from = event.target.closest("form[data-count], form[data-count-row]");
  if (!from || (from === form && !form.elements.Code.value.trim())) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(from, event.submitter ?? undefined));
  body.set("Key", key());
  if (from === form) form.elements.Code.value = form.elements.Quantity.value = "", form.elements.Code.focus();
  waiting++;
  queue = queue.then(() => send(body, from)).catch(() => location.reload()).finally(() => waiting--);
});

addEventListener("beforeunload", event => { if (waiting > 0) event.preventDefault(); });

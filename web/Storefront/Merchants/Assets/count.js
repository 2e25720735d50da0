// Every scan is noted on this device first, under a key of its own, and leaves it once it was answered: a reload, an empty battery or a network that is away loses none,
// and one whose answer did not come is sent again and counts once. It says how long ago it was, so that what was sold since is one less. What was refused is said until
// somebody has seen it. Without script the same forms reload the page.
const form = document.querySelector("form[data-count]");
const said = document.querySelector("[data-said]");
const box = document.querySelector("[data-count-later]");
const key = `pro.comptage.${box?.dataset.countLater}`;
const here = box?.dataset.page;
let memory = null; // where nothing can be noted, as long as the page is open
let sending = null, sound = null;

function read() { try { return memory ?? JSON.parse(localStorage.getItem(key) ?? "[]"); } catch { return memory ?? []; } }
function write(items) { try { if (!memory) localStorage.setItem(key, JSON.stringify(items)); } catch { memory = items; } if (memory) memory = items; show(); }
function change(id, how) { write(read().flatMap(item => item.id === id ? how(item) : [item])); }
const id = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("");

function show() {
  const items = read(), waiting = items.filter(i => !i.said), tally = new Map();
  for (const item of waiting) tally.set(item.name, (tally.get(item.name) ?? 0) + 1);
  const lines = [...tally].map(([name, n]) => Object.assign(document.createElement("li"), { textContent: n > 1 ? `${name} × ${n}` : name }));
  for (const item of items.filter(i => i.said)) {
    const line = Object.assign(document.createElement("li"), { className: "bad" });
    const seen = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: box.dataset.seen });
    seen.addEventListener("click", () => { change(item.id, () => []); form?.elements.Code.focus(); });
    line.append(Object.assign(document.createElement("span"), { textContent: item.said }), seen);
    lines.push(line);
  }
  box.querySelector("ul").replaceChildren(...lines);
  // One that is just on its way is not worth a word.
  box.hidden = !items.some(i => i.said) && !waiting.some(i => i.tried);
}

// Unlike the sound of what was counted, which the scanner makes itself.
function odd() {
  navigator.vibrate?.([80, 60, 80]);
  document.querySelector("[data-counted]")?.classList.add("odd");
  try {
    sound ??= new AudioContext();
    const tone = sound.createOscillator(), loud = sound.createGain();
    [tone.type, tone.frequency.value, loud.gain.value] = ["square", 220, 0.08];
    tone.connect(loud).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.25);
  } catch { /* a browser that makes no sound shows it */ }
}

function refusalOf(name, why) {
  return why ? (why.includes(name) ? why : `${name} – ${why}`) : box.dataset.refused.replace("{0}", name);
}

// A number that is just being typed stays, with the count that it was to replace: should that have changed, the answer says so.
function replace(old, now) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  for (const was of old.querySelectorAll("[name=OnHand]")) {
    const input = was.value !== was.defaultValue && now.querySelector(`[id="${was.id}"]`);
    if (!input) continue;
    input.value = was.value;
    input.form.elements.Seen.value = was.form.elements.Seen.value;
  }
  const [start, end] = focused?.name === "OnHand" ? [focused.selectionStart, focused.selectionEnd] : [];
  old.replaceWith(now);
  const again = focused?.id && document.getElementById(focused.id);
  if (again && !again.disabled) again.focus(); else if (focused) form?.elements.Code.focus();
  if (again && start !== undefined) again.setSelectionRange(start, end);
}

// True: the next one may go.
async function sendOne(item) {
  const body = new URLSearchParams([...item.body, ["Key", item.id], ["Seconds", String(Math.max(0, Math.round((Date.now() - item.at) / 1000)))]]);
  const answer = await fetch(here, { method: "POST", body, headers: { accept: "text/html" }, signal: AbortSignal.timeout(15000) }).catch(() => null);
  // Too many at once, or in trouble, is to be tried again; any other refusal is one for good, and must not hold up what comes after it.
  const heard = answer && answer.status < 500 && answer.status !== 408 && answer.status !== 429;
  if (answer?.redirected && new URL(answer.url).pathname !== here) { location.reload(); return false; } // signed out meanwhile: it is noted, and goes once somebody has signed in
  if (!heard) { change(item.id, i => [{ ...i, tried: true }]); return false; } // away, or in trouble: it stays noted
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("[data-counted]"), own = page.querySelector("form[data-count]");
  const error = page.querySelector("#champ-Code-erreur, #champ-Quantity-erreur, p[data-refused], #erreurs li");
  change(item.id, i => answer.ok ? [] : [{ ...i, body: [], said: refusalOf(i.name, error?.textContent.trim()) }]);
  const old = document.querySelector("[data-counted]");
  if (!now || !old) { if (form && read().every(i => i.said)) location.reload(); return true; } // closed meanwhile: the page says so
  if (form && own) form.elements.Count.value = own.elements.Count.value;
  replace(old, document.adoptNode(now));
  said.textContent = now.dataset.say ?? "";
  if (!answer.ok || "odd" in now.dataset) odd();
  return true;
}

async function sendAll() {
  for (let next; (next = read().find(i => !i.said));) if (!await sendOne(next)) return;
}

// One after the other, in the order scanned, and from one page of this device at a time; should two send the same one, its key is the same.
function flush() {
  sending ??= (navigator.locks ? navigator.locks.request(key, sendAll) : sendAll()).catch(e => console.warn(e)).finally(() => { sending = null; });
  return sending;
}

if (form) document.addEventListener("submit", event => {
  const from = event.target.closest("form[data-count], form[data-count-row]");
  if (!from) return;
  event.preventDefault(); // also of nothing: scanners end with Enter, some twice
  if (from === form && !form.elements.Code.value.trim()) return;
  const body = [...new FormData(from, event.submitter ?? undefined)].filter(([name, value]) => name !== "Key" && typeof value === "string");
  const code = body.find(([name]) => name === "Code")[1].trim();
  if (from === form) form.elements.Code.value = form.elements.Quantity.value = "";
  else if (from.elements.OnHand) from.elements.OnHand.defaultValue = from.elements.OnHand.value; // no longer being typed
  if (event.submitter?.name !== "Delta") form.elements.Code.focus(); // what the scanner types next is no number
  write([...read(), { id: id(), at: Date.now(), name: code, body }]);
  (sending ?? Promise.resolve()).then(flush);
});

if (box) {
  addEventListener("online", flush);
  addEventListener("storage", show);
  setInterval(() => { if (read().some(i => !i.said)) flush(); }, 5000);
  show();
  flush();
}

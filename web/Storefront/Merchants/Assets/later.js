// Handing over while the network is away: the code is noted on this device and sent when the network is back, as often as it takes; the same one twice
// is one hand-over. What came of each is said until somebody has seen it.
const box = document.querySelector("[data-later]");
const list = box.querySelector("ul");
const key = `pro.remises.${box.dataset.later}`;
let sending = null;
let away = !navigator.onLine;

const KEPT = 2 * 24 * 3600 * 1000; // a code of the day before yesterday opens nothing any more, or should not

function read() { try { return JSON.parse(localStorage.getItem(key) ?? "[]").filter(i => Date.now() - Date.parse(i.at) < KEPT); } catch { return []; } }
function write(items) { try { localStorage.setItem(key, JSON.stringify(items)); } catch { return false; } show(); return true; }
function isCode(text) { return /^[2-9BCDFGHJKMNPQRSTWXZ]{6}$/.test(text.split(/[/=#:]/).pop().replace(/[^0-9a-z]/gi, "").toUpperCase()); }
function change(id, how) { write(read().flatMap(item => item.id === id ? how(item) : [item])); }

function show() {
  const items = read();
  box.hidden = items.length === 0;
  list.replaceChildren(...items.map(item => {
    const line = document.createElement("li");
    const at = new Date(item.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    line.className = item.state ?? "waiting";
    line.append(Object.assign(document.createElement("span"), { textContent: item.said ?? box.dataset.waiting.replace("{0}", item.code).replace("{1}", at) }));
    if (item.state) {
      const seen = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: box.dataset.seen });
      seen.addEventListener("click", () => change(item.id, () => []));
      line.append(seen);
    }
    return line;
  }));
}

async function send() {
  for (const item of read().filter(i => !i.state)) {
    const answer = await fetch(box.dataset.post, {
      method: "POST", body: new URLSearchParams({ Code: item.code, Seconds: Math.round((Date.now() - Date.parse(item.at)) / 1000) }), headers: { accept: "application/json" }, signal: AbortSignal.timeout(15000),
    }).catch(() => null);
    if (!answer) return; // still away
    if (!answer.ok || !answer.headers.get("content-type")?.includes("json")) continue; // in trouble, or signed out meanwhile: it stays noted
    const { state, said } = await answer.json();
    if (state !== "later") change(item.id, i => [{ ...i, code: "", state, said }]);
  }
}

// One after the other, and never two at once from this page.
function flush() { sending ??= send().finally(() => { sending = null; }); }

async function reachable() {
  if (!navigator.onLine) return false;
  return (await fetch(box.dataset.page, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(4000) }).catch(() => null)) !== null;
}

for (const form of document.querySelectorAll("form[data-hands-over]")) {
  form.addEventListener("submit", async event => {
    if (!away) return; // as without script
    event.preventDefault();
    const field = form.querySelector("[name=Code]");
    const code = field.value.trim();
    if (!code || await reachable()) { away = false; form.submit(); return; }
    const item = { id: crypto.randomUUID?.() ?? String(Math.random()), code, at: new Date().toISOString() };
    if (!write([...read(), isCode(code) ? item : { ...item, state: "bad", said: box.dataset.wrong }])) { form.submit(); return; } // nowhere to note it: the browser says that there is no network
    if (field.type !== "hidden") { field.value = ""; field.focus(); }
    navigator.vibrate?.(60);
  });
}

// A device may well be on a network that leads nowhere: it is looked whether this one does.
async function look() { away = !await reachable(); if (!away) flush(); }

addEventListener("offline", () => { away = true; });
addEventListener("online", look);
addEventListener("storage", show);
setInterval(look, 15000);
show();
flush();

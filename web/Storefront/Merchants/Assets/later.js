// Handing over while the network is away: the code is noted on this device and sent when the network is back, as often as it takes; the same one twice
// is one hand-over. What came of each is said until somebody has seen it.
const box = document.querySelector("[data-later]");
const list = box.querySelector("ul");
const key = `pro.remises.${box.dataset.later}`;
let sending = null;

function read() { try { return JSON.parse(localStorage.getItem(key) ?? "[]"); } catch { return []; } }
function write(items) { localStorage.setItem(key, JSON.stringify(items)); show(); }
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
      method: "POST", body: new URLSearchParams({ Code: item.code, At: item.at }), headers: { accept: "application/json" }, signal: AbortSignal.timeout(15000),
    }).catch(() => null);
    if (!answer?.ok || !answer.headers.get("content-type")?.includes("json")) return; // away, or signed out meanwhile: it stays noted
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
    event.preventDefault();
    const field = form.querySelector("[name=Code]");
    const code = field.value.trim();
    if (!code || await reachable()) { form.submit(); return; }
    write([...read(), { id: crypto.randomUUID?.() ?? String(Math.random()), code, at: new Date().toISOString() }]);
    if (field.type !== "hidden") { field.value = ""; field.focus(); }
    navigator.vibrate?.(60);
  });
}

// The page itself opens without network too, once it was opened with it.
async function keep() {
  if (!("serviceWorker" in navigator) || !navigator.onLine) return;
  try {
    await navigator.serviceWorker.register("/sw.js");
    await navigator.serviceWorker.ready;
    const look = [...document.querySelectorAll("link[rel=stylesheet],script[src]")].map(e => e.href || e.src);
    await (await caches.open("comptoir-1")).addAll([box.dataset.page, ...look]);
  } catch (e) { console.warn(e); /* no worker here: an open page still notes */ }
}

addEventListener("online", flush);
addEventListener("storage", show);
setInterval(() => { if (read().some(i => !i.state)) flush(); }, 20000);
show();
flush();
keep();

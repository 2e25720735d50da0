// An order page, once opened, stays readable without network until one asks to forget it; while it is open it follows what the shops do.
const kept = "commandes-1";
const line = name => document.querySelector(`[data-${name}]`);

async function keep() {
  if (!("serviceWorker" in navigator)) return;
  try {
    if (!navigator.onLine) { line("kept").hidden = !await caches.has(kept); return; }
    await navigator.serviceWorker.register("/sw.js");
    await navigator.serviceWorker.ready;
    const look = [...document.querySelectorAll("link[rel=stylesheet],script[src]")].map(e => e.href || e.src);
    await (await caches.open(kept)).addAll([location.href, ...look]);
    line("kept").hidden = false;
  } catch (e) { console.warn(e); /* no worker here: the page still works online */ }
}

line("forget").addEventListener("click", async () => {
  await caches.delete(kept);
  line("kept").hidden = true;
  line("forgotten").hidden = false;
});

async function follow() {
  const shown = document.querySelector("[data-order][data-live]");
  if (!shown || document.hidden) return;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const copy = answer.clone();
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-order]");
    if (!next || next.dataset.version === shown.dataset.version) return;
    shown.replaceWith(next);
    if (!line("kept").hidden) await (await caches.open(kept)).put(location.href, copy);
  } catch { /* offline: what is shown stays */ }
}

// The true hold, counted down; once it is over the page says what became of it.
function count() {
  const hold = document.querySelector("[data-hold]"), shown = hold?.querySelector("[data-left]");
  if (!shown) return;
  const left = Math.ceil(Number(hold.dataset.hold) - Date.now() / 1000);
  shown.hidden = left <= 0;
  shown.querySelector("[role=timer]").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  if (left === -3) location.reload();
}

function sayNetwork() { line("offline").hidden = navigator.onLine; }

setInterval(follow, 15000);
setInterval(count, 1000);
document.addEventListener("visibilitychange", follow);
addEventListener("online", sayNetwork);
addEventListener("offline", sayNetwork);
document.addEventListener("click", e => { if (e.target.closest("[data-print]")) print(); });
sayNetwork();
count();
keep();

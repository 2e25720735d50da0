// An order page, once opened, stays readable without network; while it is open it follows what the shops do.
const kept = "commandes-1";
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js").then(async () => {
    const look = [...document.querySelectorAll("link[rel=stylesheet],script[src]")].map(e => e.href || e.src);
    await (await caches.open(kept)).addAll([location.href, ...look]);
  }).catch(() => { /* no worker here: the page still works online */ });
}

async function follow() {
  const shown = document.querySelector("[data-order][data-live]");
  if (!shown || document.hidden) return;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-order]");
    if (next && next.dataset.version !== shown.dataset.version) shown.replaceWith(next);
  } catch { /* offline: what is shown stays */ }
}
setInterval(follow, 15000);
document.addEventListener("visibilitychange", follow);
document.addEventListener("click", e => { if (e.target.closest("[data-print]")) print(); });

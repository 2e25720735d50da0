// A page that notes while the network is away opens without it too, once it was opened with it: kept with its files, this one among them. A script of the page's
// own rather than a part of the others: what those import is asked for in their name, and the worker keeps nothing for files.
const page = document.querySelector("[data-keep]")?.dataset.keep;

async function keep() {
  await navigator.serviceWorker.register("/sw.js");
  await navigator.serviceWorker.ready;
  const files = [...document.querySelectorAll("link[rel=stylesheet],script[src]")].map(e => e.href || e.src);
  await (await caches.open("comptoir-1")).addAll([page, ...files]);
}

if (page && "serviceWorker" in navigator && navigator.onLine) keep().catch(e => console.warn(e)); // no worker here: an open page still notes

// Keeps the latest order pages that were opened on this device, so that the pickup code is there without network; "Oublier" on the page empties it.
// And the two pages of a shop that name no customer and note codes until the network is back: where it hands over, and where it counts. Nothing else is kept.
const ORDERS = "commandes-1";
const COUNTER = "comptoir-1";
const MOST = 10;
const isCounter = url => /^\/pro\/[^/]+\/(remise|comptage)$/.test(url.pathname);
const isOrder = url => /^\/commandes\/[0-9a-f-]{36}\/?$/.test(url.pathname);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", event => event.waitUntil(self.clients.claim()));

async function keep(kept, request, answer) {
  await kept.delete(request); // the latest stands last
  await kept.put(request, answer);
  const pages = (await kept.keys()).filter(r => isOrder(new URL(r.url)));
  await Promise.all(pages.slice(0, -MOST).map(r => kept.delete(r)));
}

self.addEventListener("fetch", event => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const from = request.referrer && url.pathname.startsWith("/s/") ? new URL(request.referrer) : null;
  if ((request.mode === "navigate" && isCounter(url)) || (from && isCounter(from))) {
    event.respondWith(fetch(request).catch(async e => await (await caches.open(COUNTER)).match(request, { ignoreSearch: true }) ?? Promise.reject(e)));
    return;
  }
  const order = request.mode === "navigate" && isOrder(url);
  const look = from && isOrder(from);
  if (!order && !look) return;
  event.respondWith((async () => {
    const kept = await caches.open(ORDERS);
    try {
      const answer = await fetch(request);
      if (answer.ok) await keep(kept, request, answer.clone());
      else if (order && answer.status === 404) await kept.delete(request);
      return answer;
    } catch (e) {
      const copy = await kept.match(request);
      if (copy) return copy;
      throw e;
    }
  })());
});

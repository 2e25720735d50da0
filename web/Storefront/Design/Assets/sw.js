// Keeps the order pages that were opened on this device, so that the pickup code is there without network. Nothing else is kept.
const ORDERS = "commandes-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", event => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", event => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const order = request.mode === "navigate" && /^\/commandes\/[0-9a-f-]{36}$/.test(url.pathname);
  const look = url.pathname.startsWith("/s/") && request.referrer && new URL(request.referrer).pathname.startsWith("/commandes/");
  if (!order && !look) return;
  event.respondWith((async () => {
    const kept = await caches.open(ORDERS);
    try {
      const answer = await fetch(request);
      if (answer.ok) await kept.put(request, answer.clone());
      return answer;
    } catch (e) {
      const copy = await kept.match(request);
      if (copy) return copy;
      throw e;
    }
  })());
});

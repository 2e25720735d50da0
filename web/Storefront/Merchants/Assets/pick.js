// Ticks stay on this device until the quantity changes: what was fetched is remembered, what came in since is not taken for fetched.
const key = box => `pro.pris.${box.id}`;
for (const box of document.querySelectorAll("[data-pick]")) {
  try { box.checked = sessionStorage.getItem(key(box)) === box.dataset.pick; } catch { break; }
  box.addEventListener("change", () => box.checked ? sessionStorage.setItem(key(box), box.dataset.pick) : sessionStorage.removeItem(key(box)));
}

// The chooser gains "near me" (asked only on a press, rounded to about a kilometre) and the town last visited on this device.
const near = document.querySelector("[data-near]");
if (near && navigator.geolocation) {
  near.hidden = false;
  const status = near.querySelector("[data-near-refused]");
  near.querySelector("button").addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => { location.href = `/?pres=${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`; },
    () => { status.textContent = status.dataset.nearRefused; },
    { timeout: 8000, maximumAge: 600000 }));
}
const last = document.querySelector("[data-last-town]");
try {
  const town = JSON.parse(localStorage.getItem("ville"));
  if (last && town && /^[a-z0-9-]+$/.test(town.slug)) {
    last.append(last.dataset.lastTown + " ", Object.assign(document.createElement("a"), { href: "/" + town.slug, textContent: town.name }));
    last.hidden = false;
  }
} catch { /* nothing remembered */ }

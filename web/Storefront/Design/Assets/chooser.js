// The chooser gains "near me" and the town last visited on this device.
import "./near.js";

const last = document.querySelector("[data-last-town]");
try {
  const town = JSON.parse(localStorage.getItem("ville"));
  if (last && town && /^[a-z0-9-]+$/.test(town.slug)) {
    last.append(last.dataset.lastTown + " ", Object.assign(document.createElement("a"), { href: "/" + town.slug, textContent: town.name }));
    last.hidden = false;
  }
} catch { /* nothing remembered */ }

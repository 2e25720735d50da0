// What every counter page gains with script.
import { expire } from "./undo.js";

expire(document);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
// At the field to be mended, where the page says which; else at its summary of errors.
(document.querySelector("[autofocus][aria-invalid]") ?? document.querySelector("[data-focus]"))?.focus();

// What is shown once can be selected by hand; where the browser allows it, one press does.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy), said = button.parentElement.querySelector("[data-copied]");
    try {
      await navigator.clipboard.writeText(source.value);
      said.textContent = said.dataset.copied;
    } catch {
      source.select(); // not allowed here: selected, for Ctrl+C
    }
  });
}

// A scanner that types ends with Enter; focus goes to its field wherever one is on the page and nothing else is being typed.
const wedge = document.querySelector("[data-wedge]");
if (wedge) addEventListener("keydown", event => {
  const typing = document.activeElement?.closest("input, textarea, select");
  if (!typing && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) wedge.focus();
});

if (location.hash) {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}

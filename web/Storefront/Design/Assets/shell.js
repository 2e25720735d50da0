// What every page gains with script: the basket's count, suggestions, adding to the basket without leaving, offline orders. Nothing depends on it.
import { suggest } from "./suggest.js";

const town = document.body.dataset.town;

export async function refreshCount() {
  const badge = document.querySelector("[data-basket-count]");
  if (!badge || !town) return;
  const answer = await fetch(`/${town}/panier/nombre`, { headers: { accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const { count } = await answer.json();
  badge.textContent = count;
  badge.hidden = count === 0;
}

export function say(html) {
  document.querySelector(".toast")?.remove();
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.setAttribute("role", "status");
  toast.append(html);
  document.body.append(toast);
  setTimeout(() => toast.remove(), 6000);
}

for (const button of document.querySelectorAll("button[type=button][data-step]")) {
  const input = button.parentElement.querySelector("input");
  button.hidden = false;
  button.disabled = false;
  button.addEventListener("click", () => {
    const next = Number(input.value) + Number(button.dataset.step) * (Number(input.step) || 1);
    input.value = Math.min(Number(input.max), Math.max(Number(input.min), next));
  });
}

// A password is typed once and can be looked at. When it is sent it is a password again, so that the browser offers to keep it.
for (const button of document.querySelectorAll("[data-show]")) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const show = on => {
    input.type = on ? "text" : "password";
    button.firstElementChild.textContent = on ? button.dataset.hide : button.dataset.show;
  };
  button.hidden = false;
  button.addEventListener("click", () => show(input.type === "password"));
  input.form?.addEventListener("submit", () => show(false));
}

for (const form of document.querySelectorAll("form[data-add]")) {
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const body = new FormData(form);
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(body), headers: { accept: "application/json" } }).catch(() => null);
    if (!answer?.ok && answer?.status !== 422) { form.submit(); return; } // the page that comes says why, and the browser says that there is no network
    const { message, href, link } = await answer.json();
    const line = document.createDocumentFragment();
    const a = Object.assign(document.createElement("a"), { href, textContent: link });
    line.append(message + " ", a);
    say(line);
    refreshCount();
  });
}

// A page that could not be had comes by itself once it can be; what stands there till then stays. Not all at the same moment.
export function comeBack() { setTimeout(again, 5000 + Math.random() * 3000); }

export async function again() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
  if (answer && answer.status < 500) location.reload(); else comeBack();
}

if (document.querySelector("[data-again]")) comeBack();

// What somebody looked for although it is out of stock: its shop is told how often, and nothing of who. Once the page is looked at.
const wanted = document.querySelector("[data-wanted]")?.dataset.wanted;
if (wanted && town) {
  const tell = () => fetch(`/${town}/vus`, { method: "POST", body: new URLSearchParams({ offres: wanted }), keepalive: true }).catch(() => {});
  if (document.visibilityState === "visible") tell(); else document.addEventListener("visibilitychange", tell, { once: true });
}

for (const field of document.querySelectorAll("input[data-suggest]")) suggest(field);
document.querySelector("[data-focus]")?.focus();
refreshCount();

// The town last visited, remembered on this device only: the chooser offers it first.
try { if (town) localStorage.setItem("ville", JSON.stringify({ slug: town, name: document.querySelector(".brand span").textContent })); } catch { /* storage refused: nothing to remember */ }

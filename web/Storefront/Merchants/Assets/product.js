// What the product's form gains with script: the price per kilogram while the price is typed, and only the questions that its category asks.
const form = document.querySelector("[data-product]");
const field = name => form.elements[name];
const said = form.querySelector("[data-unitprice]");
let asked = 0;

async function price() {
  const mine = ++asked;
  await new Promise(next => setTimeout(next, 250));
  if (mine !== asked) return;
  const query = new URLSearchParams({ price: field("Price").value, unit: field("Unit").value, net: field("Net").value, netUnit: field("NetUnit").value, pieceWeight: field("PieceWeight").value });
  const answer = await fetch(`${form.dataset.prices}?${query}`, { headers: { accept: "application/json" } }).catch(() => null);
  if (mine === asked && answer?.ok) said.textContent = (await answer.json()).said ?? "";
}

function category() {
  const chosen = field("Category").selectedOptions[0];
  const ofCategory = field("Vat").options[0];
  if (chosen?.dataset.vat) ofCategory.textContent = ofCategory.dataset.ofCategory.replace("{0}", chosen.dataset.vat);
  form.querySelector("[data-food]").hidden = Boolean(chosen?.value) && !chosen.dataset.eaten;
  const number = field("Ean").value.replace(/[\s-]/g, "");
  form.querySelector("[data-prepacked]").hidden = !chosen?.dataset.eaten || field("Unit").value === "weight" || (number !== "" && !/^2\d{12}$/.test(number));
  form.querySelector("[data-net]").hidden = field("Unit").value === "weight";
  form.querySelector("[data-piece]").hidden = field("Unit").value !== "weight";
}

// "Aucun" and an allergen contradict each other: the last tick stands.
function allergens(tick) {
  if (!tick.checked) return;
  for (const other of form.querySelectorAll("[name=Allergens]")) {
    if (other !== tick && (tick.value === "aucun" || other.value === "aucun")) other.checked = false;
  }
}

form.addEventListener("input", event => {
  if (event.target.name === "Allergens") allergens(event.target);
  else if (["Category", "Ean"].includes(event.target.name)) category();
  else if (["Price", "Net", "NetUnit", "Unit", "PieceWeight"].includes(event.target.name)) { category(); price(); }
});
category();

// What was typed is not lost by a touch beside the form: the browser asks first. Going by the form itself, or where nothing was typed, asks nothing.
let typed = false;
form.addEventListener("input", () => { typed = true; });
addEventListener("submit", () => { typed = false; });
addEventListener("beforeunload", event => { if (typed) event.preventDefault(); });

// Figures are saved where they stand, and it is said so. Without script the same forms reload the page at the same row.
const said = document.querySelector("[data-said]");

// With the orders that wait for more than was counted, each a link to its page.
function sentence(now) {
  const all = document.createElement("p");
  all.append(now.said);
  if (!now.concerned) return all;
  all.append(` ${now.concerned} `);
  now.orders.forEach((order, i) => all.append(i ? ", " : "", order.href ? Object.assign(document.createElement("a"), { href: order.href, textContent: order.said }) : order.said));
  all.append(now.more ? `, ${now.more}.` : ".");
  return all;
}

for (const form of document.querySelectorAll("form[data-stock]")) {
  const field = form.querySelector("[name=OnHand]");
  const row = form.closest(".stock-row");
  const save = form.querySelector("[data-save]");
  const dirty = () => { save.classList.toggle("primary", field.value !== field.dataset.was); };
  let queue = Promise.resolve(); // taps follow each other, in the order tapped

  field.addEventListener("input", dirty);
  field.addEventListener("focus", () => field.select());
  form.addEventListener("submit", event => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter ?? undefined));
    if (event.submitter?.name === "Delta" && field.value !== field.dataset.was) body.delete("Delta"), body.set("OnHand", Math.max(0, Number(field.value) + Number(event.submitter.value)));
    queue = queue.then(() => send(body));
  });

  async function send(body) {
    const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) { location.reload(); return; }
    const now = await answer.json();
    if (now.onHand !== undefined) { // else it was saved, or refused, and could not be read again
      field.value = field.dataset.was = now.onHand;
      row.querySelector("[data-available]").textContent = now.available;
      row.querySelector("[data-reserved]").textContent = now.reserved;
      row.querySelector("[data-why]").textContent = now.why;
      const missing = row.querySelector("[data-missing]");
      missing.textContent = now.missing ?? "";
      missing.parentElement.hidden = !now.missing;
      for (const button of form.querySelectorAll("[name=Delta]")) button.disabled = false;
    } else if (now.kind !== "bad" && body.has("OnHand")) field.dataset.was = body.get("OnHand");
    dirty();
    let line = row.querySelector(".row-said");
    if (!line) row.querySelector(".what").append(line = document.createElement("div"));
    line.className = `row-said ${now.kind}`;
    line.removeAttribute("role"); // what is read out is said elsewhere
    line.replaceChildren(sentence(now));
    said.textContent = line.textContent;
  }
}

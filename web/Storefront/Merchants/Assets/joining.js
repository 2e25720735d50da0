// The plan of the town: a press moves the point without leaving the page. The server draws it, as it would without script; where it does not answer, the press goes out with the whole form.
const form = document.querySelector("form.join"), said = document.querySelector("[data-plan-said]");
let touched = { x: 0, y: 0 };

document.addEventListener("click", event => {
  if (event.target.closest?.("[data-plan] [type=image]")) touched = { x: Math.round(event.offsetX), y: Math.round(event.offsetY) };
}, true);

form?.addEventListener("submit", event => {
  const pressed = event.submitter;
  if (!pressed?.closest("[data-plan]")) return;
  event.preventDefault();
  press(pressed.type === "image" ? { [pressed.name + ".x"]: touched.x, [pressed.name + ".y"]: touched.y } : { [pressed.name]: pressed.value },
    pressed.type === "image" ? null : `[name="${pressed.name}"][value="${pressed.value}"]`);
});

async function press(what, back) {
  const sent = new URLSearchParams(new FormData(form));
  for (const name in what) sent.set(name, what[name]);
  const plan = document.querySelector("[data-plan]");
  plan.setAttribute("aria-busy", "true");
  let next;
  try {
    const answer = await fetch(form.action, { method: "post", body: sent, headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-plan]");
  } catch {
    // No answer: below, as without script.
  }
  if (!next) {
    for (const name in what) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: what[name] }));
    form.submit();
    return;
  }
  plan.replaceWith(next);
  locate(next);
  const at = back && next.querySelector(back);
  if (at && !at.disabled) at.focus({ preventScroll: true });
  else if (back) next.focus({ preventScroll: true });
  said.textContent = (next.querySelector(".error") ?? next.querySelector("[data-plan-text]")).textContent;
}

// "Use my location": asked only on a press; it is put on the plan like any other point.
function locate(plan) {
  const here = plan?.querySelector("[data-locate]");
  if (!here || !navigator.geolocation) return;
  here.hidden = false;
  const told = here.querySelector("[data-locate-said]");
  here.querySelector("button").addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => press({ Position: `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`, Do: "show" }, null),
    () => { told.textContent = told.dataset.refused; },
    { timeout: 8000, enableHighAccuracy: true }));
}

locate(document.querySelector("[data-plan]"));

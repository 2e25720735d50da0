// A product's photo goes by itself once it is chosen: of the answer only the photo's part is taken, so what is being typed in the sheet stays. One that was chosen and not sent yet
// goes before the sheet does. Without script every form reloads the page, and the page says so.
const sheet = document.querySelector("form[data-product]");
const part = () => document.getElementById("photo");
let sending = null;

function arm() { part()?.querySelector("[data-reloads]")?.remove(); }

const chosen = form => [...form.querySelectorAll("input[type=file]")].find(input => input.files.length);

function wrong(sentence, field = part().querySelector(".field")) {
  const input = field.querySelector("input[type=file]");
  field.querySelector(".error")?.remove();
  const error = Object.assign(document.createElement("p"), { className: "error", id: "photo-erreur", textContent: sentence });
  error.setAttribute("role", "alert");
  field.classList.add("has-error");
  input.before(error);
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", "photo-erreur photo-aide");
  input.focus();
  return false;
}

async function post(form, button) {
  const old = part(), words = old.dataset, file = chosen(form)?.files[0];
  if (file?.size > Number(words.most)) return wrong(words.large); // before a phone has sent all of it
  const label = button?.textContent;
  old.setAttribute("aria-busy", "true");
  if (button && file) button.textContent = words.sending;
  const body = new FormData(form);
  const answer = await fetch(form.action, { method: "POST", body: form.enctype === "multipart/form-data" ? body : new URLSearchParams(body), headers: { accept: "text/html" } }).catch(() => null);
  const text = await answer?.text().catch(() => null);
  const now = text && new DOMParser().parseFromString(text, "text/html").getElementById("photo");
  if (!now) {
    old.removeAttribute("aria-busy");
    if (button) button.textContent = label;
    return wrong(answer?.redirected ? words.out : file ? words.broken : words.undone);
  }
  old.replaceWith(document.adoptNode(now));
  arm();
  const said = now.querySelector(".notice");
  said?.setAttribute("tabindex", "-1");
  (now.querySelector("[aria-invalid=true]") ?? said)?.focus();
  return answer.ok;
}

// One after the other.
function send(form, button) {
  sending ??= post(form, button).finally(() => { sending = null; });
  return sending;
}

document.addEventListener("submit", async event => {
  if (event.target.closest("#photo")) {
    event.preventDefault();
    send(event.target, event.submitter);
  } else if (event.target === sheet) {
    const first = sheet.querySelector("[data-new-photo]"); // of a product that is being made: it goes with its form
    if (first && chosen(sheet)?.files[0].size > Number(first.dataset.most)) {
      event.preventDefault();
      wrong(first.dataset.large, first);
      return;
    }
    const form = part()?.querySelector("form[enctype]"), input = form && chosen(form);
    if (!sending && !input) return;
    event.preventDefault();
    const button = event.submitter;
    if (await (sending ?? send(input.form, input.form.querySelector("button")))) sheet.requestSubmit(button);
  }
});

// Where it fails, the button beside it sends it again.
document.addEventListener("change", event => {
  const form = event.target.matches("#photo input[type=file]") && event.target.files.length ? event.target.form : null;
  if (form) send(form, form.querySelector("button"));
});
arm();

// A file on its way shows how far it is; one that Catalog reads, too. Without this the form is sent by the browser, and the page asks again by itself.
const form = document.querySelector("[data-upload]");
const follow = document.querySelector("[data-follow]");

function say(text, wrong = false) {
  const said = form.querySelector("[data-said-here]");
  said.textContent = text;
  said.className = wrong ? "error" : "";
}

function send(event) {
  const file = form.querySelector("input[type=file]").files[0];
  if (!file) return; // the page that answers says it
  event.preventDefault();
  if (file.size > Number(form.dataset.most)) { say(form.dataset.large, true); return; }
  const [bar, button] = [form.querySelector(".upload-bar"), form.querySelector("button")];
  const request = new XMLHttpRequest();
  const failed = () => { bar.hidden = true; button.disabled = false; say(form.dataset.broken, true); };
  request.upload.addEventListener("progress", e => { if (e.lengthComputable) bar.firstElementChild.value = 100 * e.loaded / e.total; });
  request.addEventListener("error", failed);
  request.addEventListener("load", () => {
    // Where it went well the answer came from the file's own page, which is opened; a refusal is shown as it came.
    if (request.status === 200 && request.responseURL !== form.action) location.assign(request.responseURL);
    else if (request.status >= 400 && request.status < 500 && request.responseText) { document.open(); document.write(request.responseText); document.close(); }
    else failed();
  });
  request.open("POST", form.action);
  request.send(new FormData(form));
  bar.hidden = false;
  button.disabled = true;
  say(form.dataset.said);
}

async function look() {
  try {
    const answer = await fetch(follow.dataset.follow, { headers: { accept: "application/json" } });
    if (answer.ok) {
      const now = await answer.json();
      if (now.over) { location.reload(); return; }
      follow.querySelector("[data-said]").textContent = now.said;
      const bar = follow.querySelector("progress");
      if (now.of && now.done <= now.of && bar.hasAttribute("value")) { bar.max = now.of; bar.value = now.done; }
    }
  } catch { /* asked again */ }
  setTimeout(look, 1000);
}

form?.addEventListener("submit", send);
if (follow) setTimeout(look, 700);

// A reading that is under way is looked at again every few seconds, until it has ended; the page works without.
const every = 2000;

async function look() {
  const shown = document.querySelector("section[data-reading]");
  if (!shown || document.hidden) {
    return shown && setTimeout(look, every);
  }
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, redirect: "error" });
    const now = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("section[aria-labelledby=lectures]");
    // Never under somebody's hands: an opened list or a focused button stays as it is until they leave it.
    if (now && !shown.contains(document.activeElement) && !shown.querySelector("details[open]")) {
      shown.replaceWith(now);
    }
  } catch {
    // The network is away for a moment; the next look says so by itself.
  }
  setTimeout(look, every);
}

setTimeout(look, every);

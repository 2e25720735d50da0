// The way back from a tap goes when its time is over; not from under the finger that is on it: too late is said then.
export function expire(within) {
  for (const back of within.querySelectorAll("form[data-for]")) {
    setTimeout(() => {
      if (back.contains(document.activeElement)) back.addEventListener("focusout", () => back.remove(), { once: true });
      else back.remove();
    }, Number(back.dataset.for));
  }
}

// "Near me": asked only on a press, and rounded before it leaves the device (data-near-digits) to what the page needs it for.
const near = document.querySelector("[data-near]");
if (near && navigator.geolocation) {
  near.hidden = false;
  const status = near.querySelector("[data-near-refused]");
  const rounded = degrees => degrees.toFixed(Number(near.dataset.nearDigits));
  near.querySelector("button").addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => { location.href = `${near.dataset.near}${rounded(coords.latitude)},${rounded(coords.longitude)}`; },
    () => { status.textContent = status.dataset.nearRefused; },
    { timeout: 8000, maximumAge: 600000 }));
}

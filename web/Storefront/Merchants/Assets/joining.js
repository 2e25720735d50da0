// "Use my location": asked only on a press; the field stays what is sent.
const locate = document.querySelector("[data-locate]");
if (locate && navigator.geolocation) {
  locate.hidden = false;
  const said = locate.querySelector("[data-locate-said]");
  locate.querySelector("button").addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      document.getElementById("champ-Position").value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`;
      said.textContent = said.dataset.done;
    },
    () => { said.textContent = said.dataset.refused; },
    { timeout: 8000, enableHighAccuracy: true }));
}

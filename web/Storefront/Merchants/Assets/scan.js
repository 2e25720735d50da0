// The camera reads the code where the browser can; everywhere else the field takes it from fingers or from a scanner that types.
const open = document.querySelector("[data-camera]");
const field = document.querySelector("[data-scan-into], #champ-Code");
const view = document.querySelector("[data-viewfinder]");
const AWAY = 900; // ms: one that a shaking hand lost for a moment is not another
const trouble = document.querySelector("[data-camera-error]");

async function formats() {
  const wanted = ["qr_code", "ean_13", "ean_8"];
  const known = await window.BarcodeDetector.getSupportedFormats();
  return wanted.filter(format => known.includes(format));
}

async function scan() {
  const video = view.querySelector("video");
  const detector = new BarcodeDetector({ formats: await formats() });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  const stay = open.dataset.camera === "stay"; // one after the other: the same one again once it has been away
  const inView = new Map(); // when each code was last seen
  const stop = () => { for (const track of stream.getTracks()) track.stop(); video.srcObject = null; view.hidden = true; open.hidden = false; };
  view.querySelector("[data-camera-stop]").addEventListener("click", stop, { once: true });
  addEventListener("pagehide", stop, { once: true });
  video.srcObject = stream;
  view.hidden = false;
  open.hidden = true;
  await video.play();
  while (video.srcObject) {
    const [found] = await detector.detect(video).catch(() => []);
    const fresh = found && !(performance.now() - inView.get(found.rawValue) < AWAY);
    if (found) inView.set(found.rawValue, performance.now());
    if (fresh) {
      field.value = found.rawValue;
      if (stay) {
        navigator.vibrate?.(60);
        field.form.requestSubmit();
        continue;
      }
      stop();
      navigator.vibrate?.(60);
      field.dataset.sent = "1";
      field.form.requestSubmit();
      return;
    }
    await new Promise(next => setTimeout(next, 120));
  }
}

if (open && "BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia) {
  const some = await formats();
  open.hidden = some.length === 0;
  open.addEventListener("click", () => scan().catch(() => { trouble.hidden = false; view.hidden = true; open.hidden = false; field.focus(); }));
}

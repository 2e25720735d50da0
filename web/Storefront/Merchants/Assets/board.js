// The board follows the shop's orders by server-sent events. Without script it reloads itself every half minute.
import { again, comeBack } from "./shell.js";
import { expire } from "./undo.js";

const board = document.querySelector("[data-board]");
const live = document.querySelector("[data-live]");
const news = document.querySelector("[data-news]");
const tapped = document.querySelector("[data-tapped]");
const sound = document.querySelector("[data-sound]");
const title = document.title;
let known = ids();
let unseen = 0;
let waiting = 0;
let turning = 0;
let audio = null;

function ids() {
  return new Map([...board.querySelectorAll("[data-order]")].map(o => [o.dataset.order, { who: o.querySelector("h3 a").textContent, status: o.dataset.status }]));
}

function show(html, own = false) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const next = page.querySelector("[data-board]");
  if (!next) return again(); // signed out meanwhile, or what came is no board
  if (own) { tapped.replaceChildren(...page.querySelector("[data-tapped]").childNodes); expire(tapped); }
  const focused = document.activeElement?.closest("[data-order]")?.dataset.order;
  // What goes on stands where the tap was; who was on the name, or on the way back, is not put on what goes on.
  const act = document.activeElement?.closest("form")?.getAttribute("action");
  const onwards = !document.activeElement?.matches("h3 a, [data-back] *");
  board.replaceChildren(...next.childNodes);
  board.dataset.next = next.dataset.next ?? "";
  turn();
  expire(board);
  if (focused) (board.querySelector(`[data-order="${focused}"] form[action="${act}"] .btn`) ?? board.querySelector(`[data-order="${focused}"] ${onwards ? ".btn" : "h3 a"}`))?.focus({ preventScroll: true });
  const now = ids();
  const fresh = [...now].filter(([id, order]) => order.status !== "cancelled" ? !known.has(id) : known.get(id)?.status !== "cancelled").map(([, order]) => order);
  known = now;
  if (fresh.length) announce(fresh.filter(o => o.status !== "cancelled").map(o => o.who), fresh.filter(o => o.status === "cancelled").map(o => o.who));
}

function announce(arrived, cancelled) {
  const said = cancelled.map(who => news.dataset.cancelled.replace("{0}", who));
  if (arrived.length) said.push(arrived.length === 1 ? news.dataset.one.replace("{0}", arrived[0]) : news.dataset.many.replace("{0}", arrived.length));
  news.textContent = said.join(". ");
  if (document.hidden) { unseen += arrived.length + cancelled.length; document.title = `(${unseen}) ${title}`; }
  ring();
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) { unseen = 0; document.title = title; refresh(); } });

async function refresh() {
  const answer = await fetch(location.pathname, { headers: { accept: "text/html" } }).catch(() => null);
  if (answer?.ok) show(await answer.text());
  return answer?.ok;
}

// Several events at once (an order of many lines) cost one look.
function soon() { clearTimeout(waiting); waiting = setTimeout(refresh, 250); }

// Orders press, and are late, by the clock alone: the server says when the next one does, and says it again with each look.
function turn(after = Number(board.dataset.next)) {
  clearTimeout(turning);
  if (after > 0) turning = setTimeout(async () => { if (!await refresh()) turn(10000); }, Math.min(after, 2 ** 31 - 1)); // more is none to a browser
}

turn();

const source = new EventSource(board.dataset.events);
source.addEventListener("order", soon);
source.onopen = () => { state(true); soon(); };
source.onerror = () => {
  state(false);
  if (source.readyState === EventSource.CLOSED) comeBack(); // the board stays till its page can be had: a reload into an outage would be the end of it
};
addEventListener("pagehide", () => source.close());

function state(on) {
  live.hidden = false;
  live.classList.toggle("on", on);
  live.textContent = on ? live.dataset.on : live.dataset.off;
}

// One tap: the same form, without losing the place on the page. What came of it is said outside the board, where no news of other orders replaces it.
document.addEventListener("submit", async event => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } }).catch(() => null);
  if (!answer) { form.submit(); return; }
  show(await answer.text(), true);
  // On what was taken back, not on the tap that a second Enter would make again.
  if (form.dataset.of) board.querySelector(`[data-order="${form.dataset.of}"] h3 a`)?.focus({ preventScroll: true });
});

// Two soft notes. Browsers want a gesture before a page may sound, so the choice is a button, remembered on this device.
function ring() {
  if (!audio || audio.state !== "running") return;
  [[880, 0], [1174.7, .18]].forEach(([pitch, at]) => {
    const tone = audio.createOscillator(), volume = audio.createGain(), start = audio.currentTime + at;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(.25, start + .02);
    volume.gain.exponentialRampToValueAtTime(.001, start + .5);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + .55);
  });
}

function stored(value) {
  try { return value === undefined ? localStorage.getItem("pro.son") === "1" : localStorage.setItem("pro.son", value ? "1" : "0"); } catch { return false; }
}

// Chosen on this device, it is on, or will be with the first touch: never said to be off.
function sounding(chosen) {
  sound.querySelector("span").textContent = !chosen ? sound.dataset.off : audio?.state === "running" ? sound.dataset.on : sound.dataset.ready;
}

if (window.AudioContext) {
  sound.hidden = false;
  let chosen = stored() === true;
  const turnOn = async () => {
    if (!audio) { audio = new AudioContext(); audio.addEventListener("statechange", () => sounding(chosen)); }
    await audio.resume();
    sounding(chosen);
  };
  sounding(chosen);
  sound.addEventListener("click", async () => {
    chosen = !chosen || audio?.state !== "running";
    stored(chosen);
    if (chosen) { await turnOn(); ring(); } else { await audio.suspend(); sounding(false); }
  });
  // Some browsers let a page sound that was come to from another of the same site; the others wait for a touch or a key.
  if (chosen) {
    turnOn();
    for (const touched of ["pointerdown", "keydown"]) addEventListener(touched, event => { if (chosen && !event.target.closest?.("[data-sound]")) turnOn(); }, { once: true });
  }
}

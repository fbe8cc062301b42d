// Sound: a button, a line to move along, the time.
import { button, el, minutes } from "/dom.js";
import { icon } from "/icons.js";
import { fileURL } from "/server.js";

let playing = null;

/** One thing sounds at a time. */
export function claim(sound) {
  if (playing !== sound) playing?.pause();
  playing = sound;
}

export function player(file, title, performer) {
  let sound = null; // made at the first use: a long chat may hold hundreds
  const clock = el("small", {}, minutes(file.duration ?? 0));
  const line = el("input", { type: "range", min: 0, max: 1000, value: 0, "aria-label": `Position in ${title}`, "aria-valuetext": minutes(0) });
  const toggle = button({ class: "round accent", "aria-label": `Play ${title}`, onclick: () => (load().paused ? play() : sound.pause()) }, icon("play"));

  const total = () => (Number.isFinite(sound?.duration) ? sound.duration : file.duration || 0);

  function load() {
    if (sound) return sound;
    sound = new Audio(fileURL(file.file_id));
    sound.addEventListener("timeupdate", draw);
    for (const name of ["play", "pause", "ended"]) sound.addEventListener(name, drawButton);
    sound.addEventListener("error", () => { clock.textContent = "can't be played"; });
    return sound;
  }

  function play() {
    claim(sound);
    sound.play().catch(() => {});
  }

  function draw() {
    const share = total() ? sound.currentTime / total() : 0;
    line.value = share * 1000;
    line.style.setProperty("--share", `${share * 100}%`);
    line.setAttribute("aria-valuetext", minutes(sound.currentTime));
    clock.textContent = `${minutes(sound.currentTime)} / ${minutes(total())}`;
  }

  function drawButton() {
    const isPlaying = !sound.paused && !sound.ended;
    toggle.replaceChildren(icon(isPlaying ? "pause" : "play"));
    toggle.setAttribute("aria-label", `${isPlaying ? "Pause" : "Play"} ${title}`);
  }

  line.addEventListener("input", () => { load().currentTime = (line.value / 1000) * total(); draw(); });
  return el("div", { class: "player" }, toggle,
    el("div", {}, el("span", {}, el("b", {}, title), performer ? ` · ${performer}` : ""), line, clock));
}

// Films and video messages: a still picture with a button on it, until somebody presses that.
import { button, el, minutes } from "/dom.js";
import { icon } from "/icons.js";
import { claim } from "/player.js";

/** In place of what the browser can't show. */
export const broken = (text) => el("span", { class: "broken" }, icon("file"), text);

/** `file`: `{url, label, duration, width, height, isRound}`. */
export function film({ url, label, duration, width, height, isRound }) {
  const node = el("video", { class: isRound ? "round-film" : "film", src: url, width, height, playsinline: true, preload: "metadata", tabindex: isRound ? "-1" : undefined, "aria-label": label });
  const toggle = button({ class: "starter", "aria-label": `Play: ${label}`, onclick: () => (node.paused ? start() : node.pause()) }, icon("play"));
  const clock = duration ? el("span", { class: "badge" }, minutes(duration)) : null;
  const frame = el("div", { class: isRound ? "framed circle" : "framed" }, node, toggle, clock);

  function start() {
    claim(node);
    node.play().catch(() => {});
    if (isRound) return;
    // From here on the browser's own controls serve: they seek and fill the screen.
    node.controls = true;
    frame.classList.add("started");
    toggle.remove();
    clock?.remove();
    node.focus({ preventScroll: true });
  }

  function draw() {
    frame.classList.toggle("playing", !node.paused);
    toggle.replaceChildren(icon(node.paused ? "play" : "pause"));
    toggle.setAttribute("aria-label", `${node.paused ? "Play" : "Pause"}: ${label}`);
  }

  if (isRound) for (const name of ["play", "pause", "ended"]) node.addEventListener(name, draw);
  node.addEventListener("error", () => frame.replaceChildren(broken("This film can't be shown.")));
  return frame;
}

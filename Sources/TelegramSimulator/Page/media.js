// Pictures, films and files. Contents come from the simulator alone.
import { button, el, minutes, size } from "/dom.js";
import { formatted } from "/entities.js";
import { broken, film } from "/film.js";
import { icon } from "/icons.js";
import { fileURL } from "/server.js";
import { show } from "/tell.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const widest = 420; // pixels
const highest = 400;
const narrowest = 120;

/** The size in which a picture is shown: known before it arrives, so that nothing jumps. */
function fit({ width, height }) {
  if (!width || !height) return {};
  const share = Math.min(1, widest / width, highest / height);
  return { width: Math.max(Math.round(width * share), 40), height: Math.max(Math.round(height * share), 40) };
}

/** The width of the bubble around it. */
export const widthOf = (file) => Math.max(fit(file).width ?? 320, narrowest);
export const mosaicWidth = widest;

function enlarge(url, text) {
  show(text, el("img", { src: url, alt: text }), [
    el("a", { class: "key", href: url, download: "" }, "Download"), el("button", { class: "accent", value: "ok" }, "Close"),
  ], "lightbox");
}

/** Hides what is under it until it is pressed. */
function covered(message, node) {
  if (!message.has_media_spoiler) return node;
  const cover = button({ class: "cover", onclick: () => { cover.parentNode.replaceWith(node); node.focus?.(); } }, "Show hidden media");
  const holder = el("div", { class: "covered" }, cover);
  const below = node.cloneNode(true);
  below.inert = true;
  holder.prepend(below);
  return holder;
}

function picture(file, name, badge, more) {
  const url = fileURL(file.file_id);
  const image = el("img", { src: url, alt: name, ...fit(file), decoding: "async", ...more });
  const node = button({ class: "photo", "aria-label": `${badge ? `${badge}: ` : ""}${name}, enlarge`, onclick: () => enlarge(url, name) }, image, badge ? el("span", { class: "badge" }, badge) : null);
  image.addEventListener("error", () => node.replaceWith(broken("This picture can't be shown.")));
  return node;
}

export const photo = (message) => covered(message, picture(message.photo.at(-1), message.caption ?? "Photo"));

/** A GIF is a picture when it really is one, else a silent film that goes on and on. */
export function animation(message) {
  const file = message.animation;
  const name = message.caption ?? file.file_name ?? "GIF";
  if (/gif$/i.test(file.mime_type ?? file.file_name ?? "")) return covered(message, picture(file, name, "GIF"));
  const node = el("video", {
    class: "film", src: fileURL(file.file_id), controls: calm.matches, autoplay: !calm.matches, loop: true, muted: true, playsinline: true, preload: "metadata", ...fit(file), "aria-label": name,
  });
  node.muted = true;
  const frame = el("div", { class: "framed" }, node, el("span", { class: "badge" }, "GIF"));
  node.addEventListener("error", () => frame.replaceChildren(broken("This GIF can't be shown.")));
  return covered(message, frame);
}

export const video = (message) => covered(message, film({
  url: fileURL(message.video.file_id), label: message.caption ?? message.video.file_name ?? "Video", duration: message.video.duration, ...fit(message.video),
}));

export const videoNote = (file) =>
  film({ url: fileURL(file.file_id), label: `Video message, ${minutes(file.duration)}`, duration: file.duration, isRound: true });

/** A picture, or a film without sound; one of vectors would need a player of its own, so its emoji stands for it. */
export function sticker(file) {
  const name = file.emoji ? `Sticker ${file.emoji}` : "Sticker";
  const stand = () => el("span", { class: "sticker stand", role: "img", "aria-label": `${name}, animated` }, el("span", {}, file.emoji ?? "✨"), el("small", {}, "animated sticker"));
  if (file.is_animated) return stand();
  const shape = { class: "sticker", src: fileURL(file.file_id), width: file.width, height: file.height };
  const node = file.is_video
    ? el("video", { ...shape, autoplay: !calm.matches, controls: calm.matches, loop: true, muted: true, playsinline: true, "aria-label": name })
    : el("img", { ...shape, alt: name });
  if (file.is_video) node.muted = true;
  node.addEventListener("error", () => node.replaceWith(stand()));
  return node;
}

export function fileLink(file) {
  const name = file.file_name ?? "File";
  const ending = name.includes(".") ? name.split(".").at(-1).slice(0, 4) : "";
  return el("a", { class: "file", href: fileURL(file.file_id), download: name },
    el("span", { class: "tile", "aria-hidden": "true" }, ending ? el("b", {}, ending) : icon("file")),
    el("span", {}, el("b", {}, name), el("small", {}, size(file.file_size ?? 0))));
}

/** An album: pictures and films as a mosaic, files below each other, one caption. */
export function album(messages, actions) {
  const isSeen = messages[0].photo || messages[0].video;
  const cells = messages.map((message) => (message.photo ? photo(message) : message.video ? video(message) : fileLink(message.document ?? message.audio)));
  const captions = messages.filter((message) => message.caption).map((message) =>
    el("div", { class: "text", dir: "auto" }, formatted(message.caption, message.caption_entities, actions)));
  return {
    nodes: [el("div", { class: isSeen ? `mosaic of-${messages.length}` : "files" }, cells), ...captions],
    look: isSeen ? `media${captions.length ? "" : " bare"}` : undefined, width: isSeen ? mosaicWidth : undefined,
  };
}

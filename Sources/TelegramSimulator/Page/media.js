// Pictures, films and files. Contents come from the simulator alone.
import { button, el, minutes, size } from "/dom.js";
import { formatted } from "/entities.js";
import { icon } from "/icons.js";
import { fileURL } from "/server.js";
import { show } from "/tell.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");

function enlarge(url, text) {
  show(text, el("img", { src: url, alt: text }), [
    el("a", { class: "key", href: url, download: "" }, "Download"), el("button", { class: "accent", value: "ok" }, "Close"),
  ], "lightbox");
}

/** Hides what is under it until it is pressed. */
function covered(message, node) {
  if (!message.has_media_spoiler) return node;
  const cover = button({ class: "cover", onclick: () => cover.parentNode.replaceWith(node) }, "Show hidden media");
  const holder = el("div", { class: "covered" }, cover);
  holder.prepend(node.cloneNode(true));
  holder.firstChild.inert = true;
  return holder;
}

export function photo(message) {
  const picture = message.photo.at(-1);
  const url = fileURL(picture.file_id);
  const text = message.caption ?? "Photo";
  // Width and height before the picture arrives: nothing jumps.
  const image = el("img", { src: url, alt: text, width: picture.width || undefined, height: picture.height || undefined, loading: "lazy", decoding: "async" });
  const node = button({ class: "photo", "aria-label": `${text}, enlarge`, onclick: () => enlarge(url, text) }, image);
  return covered(message, node);
}

export function video(message, film, badge) {
  const url = fileURL(film.file_id);
  const name = film.file_name ?? badge ?? "Video";
  // A GIF that is really one is a picture to a browser.
  if (badge && /gif$/i.test(film.mime_type ?? film.file_name ?? "")) {
    return covered(message, button({ class: "photo", "aria-label": `${badge}: ${message.caption ?? name}, enlarge`, onclick: () => enlarge(url, name) },
      el("img", { src: url, alt: name, width: film.width || undefined, height: film.height || undefined, loading: "lazy" }), el("span", { class: "badge" }, badge)));
  }
  const moves = badge && !calm.matches;
  const node = el("video", {
    class: "film", src: url, controls: !moves, autoplay: moves, loop: Boolean(badge), muted: Boolean(badge), playsinline: true, preload: "metadata",
    width: film.width || undefined, height: film.height || undefined, "aria-label": message.caption ?? name,
  });
  if (badge) node.muted = true;
  return covered(message, el("div", { class: "framed" }, node, badge ? el("span", { class: "badge" }, badge) : null));
}

export const videoNote = (film) =>
  el("video", { class: "round-film", src: fileURL(film.file_id), controls: true, playsinline: true, preload: "metadata", "aria-label": `Video message, ${minutes(film.duration)}` });

export const sticker = (picture) => el("img", { class: "sticker", src: fileURL(picture.file_id), alt: picture.emoji ? `Sticker ${picture.emoji}` : "Sticker" });

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
  const cells = messages.map((message) => (message.photo ? photo(message) : message.video ? video(message, message.video) : fileLink(message.document ?? message.audio)));
  const captions = messages.filter((message) => message.caption).map((message) =>
    el("div", { class: "text", dir: "auto" }, formatted(message.caption, message.caption_entities, actions)));
  return {
    nodes: [el("div", { class: isSeen ? `mosaic of-${messages.length}` : "files" }, cells), ...captions],
    look: isSeen ? `media${captions.length ? "" : " bare"}` : undefined,
  };
}

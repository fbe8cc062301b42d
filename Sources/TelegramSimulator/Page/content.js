// What a message carries, by its kind: `{nodes, look, width}`. A look is a class of the item: "free" without a bubble, "media"
// with a picture from edge to edge, as wide as it says.
import { el } from "/dom.js";
import { formatted, isJumbo } from "/entities.js";
import { icon } from "/icons.js";
import { animation, fileLink, photo, sticker, video, videoNote, widthOf } from "/media.js";
import { fullName, hue, initial } from "/names.js";
import { player } from "/player.js";
import { poll } from "/poll.js";

function spot({ location: place, venue }) {
  const { latitude, longitude } = place;
  const where = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  return el("a", {
    class: "place", href: `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`, target: "_blank",
    rel: "noopener noreferrer",
  }, el("span", { class: "map", "aria-hidden": "true" }, icon("pin")),
  el("span", { class: "where" }, el("b", {}, venue?.title ?? (place.live_period ? "Live location" : "Location")), el("small", {}, venue?.address ? `${venue.address} · ${where}` : where)));
}

function contact({ contact: person }) {
  const name = fullName(person);
  return el("div", { class: "contact" },
    el("span", { class: `avatar ${hue(person.user_id ?? name.length)}`, "aria-hidden": "true" }, initial(name)),
    el("div", {}, el("b", {}, name), el("a", { href: `tel:${person.phone_number}` }, person.phone_number)));
}

function dice({ dice: { emoji, value } }) {
  return el("span", { class: "dice", role: "img", "aria-label": `${emoji} shows ${value}` }, el("span", {}, emoji), el("b", {}, String(value)));
}

/** What there is no more to than its words: the control API does the rest. */
function card({ game, invoice, paid_media: paid }) {
  const line = (title, text, note) => [el("div", { class: "card" }, el("b", {}, title), text ? el("span", {}, text) : null, el("small", {}, note))];
  if (game) return line(game.title, game.description, "Game");
  if (invoice) return line(invoice.title, invoice.description, `Invoice: ${invoice.currency === "XTR" ? `${invoice.total_amount} ⭐` : `${(invoice.total_amount / 100).toFixed(2)} ${invoice.currency}`}`);
  if (paid) return line("Paid media", "", `${paid.paid_media?.length ?? 1} for ${paid.star_count} ⭐`);
  return undefined;
}

function media(message) {
  if (message.photo) return { node: photo(message), look: "media", width: widthOf(message.photo.at(-1)) };
  if (message.animation) return { node: animation(message), look: "media", width: widthOf(message.animation) };
  if (message.video) return { node: video(message), look: "media", width: widthOf(message.video) };
  if (message.video_note) return { node: videoNote(message.video_note), look: "free" };
  if (message.sticker) return { node: sticker(message.sticker), look: "free" };
  if (message.voice) return { node: player(message.voice, "Voice message") };
  if (message.audio) return { node: player(message.audio, message.audio.title ?? message.audio.file_name ?? "Audio", message.audio.performer) };
  if (message.document) return { node: fileLink(message.document) };
}

export function content(message, choice, actions) {
  const found = media(message);
  if (found) {
    const caption = message.caption ? el("div", { class: "text", dir: "auto" }, formatted(message.caption, message.caption_entities, actions)) : null;
    const nodes = message.show_caption_above_media ? [caption, found.node] : [found.node, caption];
    // Words need room, whatever the picture takes.
    const width = caption && found.width ? Math.max(found.width, 240) : found.width;
    return { nodes, look: [found.look, found.look === "media" && !caption && "bare"].filter(Boolean).join(" "), width };
  }
  if (message.venue || message.location) return { nodes: [spot(message)], look: "media" };
  if (message.contact) return { nodes: [contact(message)] };
  if (message.dice) return { nodes: [dice(message)], look: "free" };
  if (message.poll) return { nodes: [poll(message, choice, actions)] };
  if (message.web_app_data) return { nodes: [el("div", { class: "text" }, `${message.web_app_data.button_text}: ${message.web_app_data.data}`)] };
  const words = card(message);
  if (words) return { nodes: words };
  if (!message.text) return { nodes: [el("div", { class: "text quiet" }, "This kind of message is not shown here; look at it as JSON.")] };
  const isLarge = isJumbo(message.text);
  return {
    nodes: [el("div", { class: "text", dir: "auto" }, formatted(message.text, message.entities, actions))], look: isLarge ? "free jumbo" : undefined,
  };
}

// One message as a list item.
import { el, size, time } from "/dom.js";
import { formatted } from "/entities.js";
import { fileURL } from "/server.js";

const fullName = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ");

function summary(message) {
  return message.text ?? message.caption ?? (message.photo ? "Photo" : message.document ? message.document.file_name : message.poll ? message.poll.question : "Message");
}

function file(media, icon, name) {
  return el("a", { class: "file", href: fileURL(media.file_id), download: name },
    el("span", { "aria-hidden": "true" }, icon), el("div", {}, name, el("small", {}, size(media.file_size ?? 0))));
}

function poll(message, actions) {
  const { poll } = message;
  const total = Math.max(poll.total_voter_count, 1);
  return el("fieldset", { class: "poll", disabled: poll.is_closed }, el("legend", {}, poll.question),
    poll.options.map((option, index) =>
      el("button", { type: "button", onclick: () => actions.vote(message, index) }, el("span", {}, option.text),
        el("span", {}, `${Math.round((option.voter_count / total) * 100)} %`))),
    el("small", {}, `${poll.is_closed ? "Final results" : poll.type === "quiz" ? "Quiz" : "Poll"} · ${poll.total_voter_count} votes`));
}

function content(message, actions) {
  const nodes = [];
  if (message.photo) {
    const photo = message.photo.at(-1);
    nodes.push(el("img", {
      class: "photo", src: fileURL(photo.file_id), alt: message.caption ?? "Photo", width: photo.width || undefined,
      height: photo.height || undefined, loading: "lazy",
    }));
  } else if (message.animation) nodes.push(file(message.animation, "GIF", message.animation.file_name));
  else if (message.document) nodes.push(file(message.document, "↓", message.document.file_name));
  if (message.audio) nodes.push(file(message.audio, "♪", message.audio.title ?? message.audio.file_name));
  if (message.video) nodes.push(file(message.video, "▶", message.video.file_name));
  if (message.voice) nodes.push(file(message.voice, "●", `Voice message, ${message.voice.duration} s`));
  if (message.video_note) nodes.push(file(message.video_note, "◉", `Video message, ${message.video_note.duration} s`));
  if (message.sticker) nodes.push(el("img", { class: "photo", src: fileURL(message.sticker.file_id), alt: message.sticker.emoji ?? "Sticker" }));
  if (message.venue) nodes.push(el("b", {}, message.venue.title), `\n${message.venue.address}\n`);
  if (message.location) nodes.push(`📍 ${message.location.latitude.toFixed(5)}, ${message.location.longitude.toFixed(5)}`);
  if (message.contact) nodes.push(`👤 ${fullName(message.contact)}\n${message.contact.phone_number}`);
  if (message.dice) nodes.push(el("span", { class: "dice", role: "img", "aria-label": `${message.dice.emoji} ${message.dice.value}` }, message.dice.emoji), ` ${message.dice.value}`);
  if (message.poll) nodes.push(poll(message, actions));
  if (message.web_app_data) nodes.push(`${message.web_app_data.button_text}: ${message.web_app_data.data}`);
  if (message.text) nodes.push(...formatted(message.text, message.entities, actions));
  if (message.caption) nodes.push(...formatted(message.caption, message.caption_entities, actions));
  return nodes.length ? nodes : ["This kind of message is not shown here."];
}

function service(message) {
  const name = fullName(message.from);
  if (message.new_chat_members) return `${message.new_chat_members.map(fullName).join(", ")} joined`;
  if (message.left_chat_member) return `${fullName(message.left_chat_member)} left`;
  if (message.pinned_message) return `${name} pinned “${summary(message.pinned_message)}”`;
  if (message.group_chat_created || message.supergroup_chat_created) return `${name} created the group`;
  return null;
}

function inlineKeyboard(message, actions) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return el("div", { class: "keys" }, rows.map((row, y) => el("div", {}, row.map((button, x) => {
    if (button.url && /^https?:/i.test(button.url)) return el("a", { href: button.url, target: "_blank", rel: "noopener noreferrer" }, `${button.text} ↗`);
    return el("button", { type: "button", onclick: (event) => actions.press(message, y, x, event.currentTarget) }, button.text);
  }))));
}

/** The item of a message; `edits` counts how often it changed. */
export function item(message, edits, me, isGroup, actions) {
  const note = service(message);
  const key = { id: `m${message.message_id}`, "data-id": message.message_id };
  if (note) return el("li", { ...key, class: "service" }, note);
  const isMine = message.from.id === me;
  const stamp = el("span", { class: "meta" }, message.edit_date ? "edited " : "", time(message.date));
  return el("li", { ...key, class: isMine ? "mine" : "theirs", "data-edits": edits },
    el("div", { class: "bubble" },
      el("span", { class: isGroup && !isMine ? "sender" : "hidden" }, `${isMine ? "You" : fullName(message.from)}: `, isGroup && !isMine ? el("br") : ""),
      message.forward_origin ? el("div", { class: "quote" }, `Forwarded from ${fullName(message.forward_origin.sender_user)}`) : null,
      message.reply_to_message ? el("div", { class: "quote" }, `${fullName(message.reply_to_message.from)}: ${summary(message.reply_to_message)}`) : null,
      content(message, actions), stamp),
    inlineKeyboard(message, actions));
}

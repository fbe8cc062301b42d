// One entry of a chat as a list item: a day, a service message, a message or an album.
import { content } from "/content.js";
import { button, day, el, time } from "/dom.js";
import { isService } from "/history.js";
import { icon } from "/icons.js";
import { inlineKeyboard } from "/keyboard.js";
import { album } from "/media.js";
import { fullName, hue, initial, summary } from "/names.js";

function service(message) {
  const name = fullName(message.from);
  if (message.new_chat_members) return `${message.new_chat_members.map(fullName).join(", ")} joined`;
  if (message.left_chat_member) return `${fullName(message.left_chat_member)} left`;
  if (message.pinned_message) return `${name} pinned “${summary(message.pinned_message)}”`;
  return `${name} created the group`;
}

function quote(message, actions) {
  const original = message.reply_to_message;
  return button({ class: `quote ${hue(original.from.id)}`, onclick: () => actions.jump(original.message_id) },
    el("b", {}, fullName(original.from)), el("span", {}, summary(original)));
}

const originName = (origin) => (origin.sender_user ? fullName(origin.sender_user) : origin.sender_user_name ?? origin.chat?.title ?? "somebody");

function tools(message, isMine, actions) {
  const tool = (name, label, choose) => button({ class: "tool", "aria-label": label, title: label, onclick: choose }, icon(name));
  return el("div", { class: "tools" },
    tool("reply", "Reply", () => actions.reply(message)),
    isMine && message.text ? tool("edit", "Edit", () => actions.edit(message)) : null,
    tool("code", "Show as JSON", () => actions.inspect(message)));
}

/** `context`: `{me, isGroup, actions}`. */
export function item(entry, context) {
  if (!entry.records) return el("li", { class: "day" }, el("span", {}, day(entry.date)));
  const { message, choice } = entry.records[0];
  if (isService(message)) return el("li", { class: "day service" }, el("span", {}, service(message)));
  const { me, isGroup, actions } = context;
  const isMine = message.from.id === me;
  const messages = entry.records.map((record) => record.message);
  const body = messages.length > 1 ? album(messages, actions) : content(message, choice, actions);
  const isEdited = messages.some((each) => each.edit_date);
  const showsSender = isGroup && !isMine;
  const classes = [isMine ? "mine" : "theirs", entry.isFirst && "first", entry.isLast && "last", body.look].filter(Boolean).join(" ");
  return el("li", { class: classes, "data-id": message.message_id },
    showsSender ? el("span", { class: `avatar small ${hue(message.from.id)}`, "aria-hidden": "true" }, initial(fullName(message.from))) : null,
    el("div", { class: "column" },
      el("div", { class: "row" },
        el("div", { class: "bubble" },
          // Always there for screen readers; seen where the colour of the bubble does not tell it.
          el("span", { class: showsSender && entry.isFirst ? `sender ${hue(message.from.id)}` : "hidden" }, isMine ? "You" : fullName(message.from), ": "),
          message.forward_origin ? el("span", { class: "origin" }, `Forwarded from ${originName(message.forward_origin)}`) : null,
          message.reply_to_message ? quote(message, actions) : null,
          body.nodes,
          el("span", { class: "meta" }, isEdited ? "edited " : "", el("time", { datetime: new Date(message.date * 1000).toISOString() }, time(message.date)))),
        tools(message, isMine, actions)),
      inlineKeyboard(messages.find((each) => each.reply_markup?.inline_keyboard) ?? message, actions)));
}

// One entry of a chat as a list item: a day, a service message, a message or an album.
import { content } from "/content.js";
import { button, day, el, time } from "/dom.js";
import { serviceOf } from "/history.js";
import { icon } from "/icons.js";
import { inlineKeyboard } from "/keyboard.js";
import { album } from "/media.js";
import { float, menu } from "/menu.js";
import { fullName, hue, initial, senderOf, summary } from "/names.js";
import { choose, reactionChips } from "/reactions.js";

const price = ({ total_amount: amount, currency }) => (currency === "XTR" ? `${amount} ⭐` : `${(amount / 100).toFixed(2)} ${currency}`);

function service(message) {
  const name = fullName(senderOf(message));
  if (message.forum_topic_created) return `${name} made the topic “${message.forum_topic_created.name}”`;
  if (message.successful_payment) return `${name} paid ${price(message.successful_payment)}`;
  if (message.refunded_payment) return `${price(message.refunded_payment)} paid back`;
  if (message.new_chat_members) return `${message.new_chat_members.map(fullName).join(", ")} joined`;
  if (message.left_chat_member) return `${fullName(message.left_chat_member)} left`;
  if (message.pinned_message) return `${name} pinned “${summary(message.pinned_message)}”`;
  if (message.new_chat_title) return `${name} renamed the group to “${message.new_chat_title}”`;
  if (message.channel_chat_created) return "Channel created";
  if (message.group_chat_created || message.supergroup_chat_created) return `${name} created the group`;
  return `${name}: ${serviceOf(message).replaceAll("_", " ")}`;
}

function quote(message, actions) {
  const original = message.reply_to_message;
  return button({ class: `quote ${hue(senderOf(original).id)}`, onclick: () => actions.jump(original.message_id) },
    el("b", {}, fullName(senderOf(original))), el("span", {}, summary(original)));
}

const originName = (origin) => (origin.sender_user ? fullName(origin.sender_user) : origin.sender_user_name ?? origin.chat?.title ?? "somebody");

/** Reached by pointing, by long pressing, and by Enter on the message: Tab goes from message to message's own controls. */
function tools({ message, reactions }, { me, actions }) {
  const tool = (name, label, act) => button({ class: `tool ${name}`, tabindex: "-1", "aria-label": label, title: label, onclick: act }, icon(name));
  const react = tool("smile", "React", () => choose(more, message, reactions, me, actions));
  const more = tool("more", "More");
  menu(more, "Message", () => actions.items(message, () => react.click()), float);
  return el("div", { class: "tools" }, react, tool("reply", "Reply", () => actions.reply(message)), more);
}

/** `context`: `{me, isGroup, actions}`. */
export function item(entry, context) {
  if (!entry.records) return el("li", { class: "day" }, el("span", {}, day(entry.date)));
  const { message, choice, reactions } = entry.records[0];
  if (serviceOf(message)) return el("li", { class: "day service" }, el("span", {}, service(message)));
  const { me, isGroup, actions } = context;
  const sender = senderOf(message);
  const isMine = sender.id === me;
  const messages = entry.records.map((record) => record.message);
  const body = messages.length > 1 ? album(messages, actions) : content(message, choice, actions);
  const isEdited = messages.some((each) => each.edit_date);
  const showsSender = isGroup && !isMine;
  const classes = [isMine ? "mine" : "theirs", entry.isFirst && "first", entry.isLast && "last", body.look].filter(Boolean).join(" ");
  const opened = (event) => {
    // A link, a picture, a marked text have menus of the browser's own.
    if (event.target.closest("a, img, video, input") || !getSelection().isCollapsed) return;
    event.preventDefault();
    event.currentTarget.querySelector(".tool.more").click();
  };
  return el("li", { class: classes, "data-id": message.message_id, tabindex: "-1", oncontextmenu: opened },
    showsSender ? el("span", { class: `avatar small ${hue(sender.id)}`, "aria-hidden": "true" }, initial(fullName(sender))) : null,
    el("div", { class: "column", "--w": body.width ? `${body.width}px` : undefined },
      el("div", { class: "row" },
        el("div", { class: "bubble" },
          // Always there for screen readers; seen where the colour of the bubble does not tell it.
          el("span", { class: showsSender && entry.isFirst ? `sender ${hue(sender.id)}` : "hidden" }, isMine ? "You" : fullName(sender), ": "),
          message.via_bot ? el("span", { class: "origin" }, `via @${message.via_bot.username}`) : null,
          message.forward_origin ? el("span", { class: "origin" }, `Forwarded from ${originName(message.forward_origin)}`) : null,
          message.reply_to_message ? quote(message, actions) : null,
          body.nodes,
          el("span", { class: "meta" }, isEdited ? "edited " : "", el("time", { datetime: new Date(message.date * 1000).toISOString() }, time(message.date)))),
        tools(entry.records[0], context)),
      reactionChips(message, reactions, me, actions),
      inlineKeyboard(messages.find((each) => each.reply_markup?.inline_keyboard) ?? message, actions)));
}

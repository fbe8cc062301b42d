// Both kinds of keyboard.
import { button, el } from "/dom.js";
import { icon } from "/icons.js";
import { copy, toast } from "/tell.js";

function inlineButton(message, key, y, x, actions) {
  const style = key.style ? `style-${key.style}` : "";
  if (/^https?:\/\/t\.me\/\+/i.test(key.url ?? "")) return button({ class: style, onclick: () => actions.follow(key.url) }, key.text, icon("door"));
  if (key.url && /^(https?|tg):/i.test(key.url)) {
    return el("a", { class: style, href: key.url, target: "_blank", rel: "noopener noreferrer" }, key.text, icon("out"));
  }
  if (key.copy_text) return button({ class: style, onclick: () => copy(key.copy_text.text) }, key.text, icon("copy"));
  const query = key.switch_inline_query_current_chat ?? key.switch_inline_query ?? key.switch_inline_query_chosen_chat?.query;
  if (query !== undefined) return button({ class: style, onclick: () => actions.switchInline(message, query) }, key.text, icon("out"));
  if (key.web_app) return button({ class: style, onclick: () => toast(`Would open the web app ${key.web_app.url}`) }, key.text, icon("out"));
  return button({ class: style, onclick: (event) => actions.press(message, y, x, event.currentTarget) }, key.text);
}

export function inlineKeyboard(message, actions) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return el("div", { class: "keys", role: "group", "aria-label": "Buttons" }, rows.map((row, y) =>
    el("div", {}, row.map((key, x) => inlineButton(message, key, y, x, actions)))));
}

/** The rows of a reply keyboard; `tap(key)` is told what was tapped. */
export const replyKeyboard = (keyboard, tap) =>
  (keyboard?.keyboard ?? []).map((row) => el("div", {}, row.map((key) => button({ class: key.style ? `style-${key.style}` : undefined, onclick: () => tap(key) }, key.text))));

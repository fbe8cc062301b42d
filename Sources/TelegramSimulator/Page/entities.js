// Text with entities as nodes. Offsets are UTF-16 units, which is how JavaScript counts.
import { button, el } from "/dom.js";
import { copy } from "/tell.js";

const safe = /^(https?|mailto|tel|tg):/i;

const invitation = /^https?:\/\/t\.me\/\+/i;

function link(href, children, actions) {
  if (invitation.test(href)) return button({ class: "link", onclick: () => actions.follow(href) }, children);
  return safe.test(href) ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }, children) : el("u", {}, children);
}

function spoiler(children) {
  const node = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text, press to reveal" }, el("span", {}, children));
  const reveal = () => {
    node.classList.add("revealed");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  };
  node.addEventListener("click", reveal);
  node.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); reveal(); } });
  return node;
}

function preformatted(text, language, children) {
  return el("div", { class: "pre" },
    el("div", {}, el("span", {}, language ?? "text"), button({ class: "link", "aria-label": "Copy the code", onclick: () => copy(text) }, "Copy")),
    el("pre", { tabindex: "0" }, el("code", {}, children)));
}

function expandable(children) {
  const quote = el("blockquote", { class: "folded" }, children);
  const more = button({ class: "link", "aria-expanded": "false", onclick: () => {
    const isFolded = quote.classList.toggle("folded");
    more.textContent = isFolded ? "More" : "Less";
    more.setAttribute("aria-expanded", String(!isFolded));
  } }, "More");
  return el("div", { class: "expandable" }, quote, more);
}

function wrap(entity, text, children, actions) {
  switch (entity.type) {
    case "bold": return el("b", {}, children);
    case "italic": return el("i", {}, children);
    case "underline": return el("u", {}, children);
    case "strikethrough": return el("s", {}, children);
    case "spoiler": return spoiler(children);
    case "code": return el("code", {}, children);
    case "pre": return preformatted(text, entity.language, children);
    case "blockquote": return el("blockquote", {}, children);
    case "expandable_blockquote": return expandable(children);
    case "text_link": return link(entity.url, children, actions);
    case "url": return link(/^[a-z]+:/i.test(text) ? text : `http://${text}`, children, actions);
    case "email": return link(`mailto:${text}`, children);
    case "phone_number": return link(`tel:${text}`, children);
    case "bot_command": return button({ class: "link", onclick: () => actions.say(text) }, children);
    case "text_mention":
    case "mention":
    case "hashtag":
    case "cashtag": return el("span", { class: "mention" }, children);
    default: return el("span", {}, children);
  }
}

const blocks = new Set(["pre", "blockquote", "expandable_blockquote"]);

/** Nodes for text[start, end): the outermost entities that begin there, and theirs within. */
function build(text, entities, start, end, actions) {
  const nodes = [];
  let at = start;
  for (let index = 0; index < entities.length; index++) {
    const entity = entities[index];
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < at || entity.offset >= end) continue;
    // A block stands on lines of its own anyway: the line breaks beside it would show as empty lines.
    const isBlock = blocks.has(entity.type);
    if (entity.offset > at) nodes.push(isBlock ? text.slice(at, entity.offset).replace(/\n$/, "") : text.slice(at, entity.offset));
    const inner = entities.slice(index + 1).filter((other) => other.offset < stop && other.offset + other.length <= stop);
    nodes.push(wrap(entity, text.slice(entity.offset, stop), build(text, inner, entity.offset, stop, actions), actions));
    at = isBlock && text[stop] === "\n" ? stop + 1 : stop;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

export function formatted(text, entities = [], actions) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, sorted, 0, text.length, actions);
}

/** Up to three emoji and nothing else are shown large. */
export const isJumbo = (text) => /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D\p{Extended_Pictographic}|\p{Emoji_Modifier})*){1,3}$/u.test(text);

// Text with entities as nodes. Offsets are UTF-16 units, which is how JavaScript counts.
import { el } from "/dom.js";

const safe = /^(https?|mailto|tel):/i;

function link(href, children) {
  return safe.test(href) ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }, children) : el("u", {}, children);
}

function wrap(entity, text, children, actions) {
  switch (entity.type) {
    case "bold": return el("b", {}, children);
    case "italic": return el("i", {}, children);
    case "underline": return el("u", {}, children);
    case "strikethrough": return el("s", {}, children);
    case "spoiler": return el("span", { class: "spoiler", tabindex: "0" }, children);
    case "code": return el("code", {}, children);
    case "pre": return el("pre", { "data-language": entity.language }, children);
    case "blockquote":
    case "expandable_blockquote": return el("blockquote", {}, children);
    case "text_link": return link(entity.url, children);
    case "url": return link(/^[a-z]+:/i.test(text) ? text : `http://${text}`, children);
    case "email": return link(`mailto:${text}`, children);
    case "bot_command": return el("button", { type: "button", class: "command", onclick: () => actions.say(text) }, children);
    default: return el("span", { class: entity.type }, children);
  }
}

/** Nodes for text[start, end): the outermost entities that begin there, and theirs within. */
function build(text, entities, start, end, actions) {
  const nodes = [];
  let at = start;
  for (let index = 0; index < entities.length; index++) {
    const entity = entities[index];
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < at || entity.offset >= end) continue;
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const inner = entities.slice(index + 1).filter((other) => other.offset < stop && other.offset + other.length <= stop);
    nodes.push(wrap(entity, text.slice(entity.offset, stop), build(text, inner, entity.offset, stop, actions), actions));
    at = stop;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

export function formatted(text, entities = [], actions) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, sorted, 0, text.length, actions);
}

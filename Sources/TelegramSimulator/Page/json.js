// JSON as nodes, coloured.
import { el } from "/dom.js";

const kind = (value) => (value === null ? "null" : typeof value);

/** Nodes for a value, indented by two spaces a level. Short arrays and objects of plain values stay on one line. */
export function pretty(value, indent = "") {
  if (value === null || typeof value !== "object") return [el("span", { class: `json-${kind(value)}` }, JSON.stringify(value))];
  const isArray = Array.isArray(value);
  const members = Object.entries(value);
  const [open, close] = isArray ? "[]" : "{}";
  if (!members.length) return [open + close];
  const isShort = members.length <= 4 && members.every(([, each]) => each === null || typeof each !== "object") && JSON.stringify(value).length < 64;
  const inner = isShort ? "" : `\n${indent}  `;
  const nodes = [open, isShort && !isArray ? " " : ""];
  members.forEach(([key, each], index) => {
    if (index) nodes.push(isShort ? ", " : ",");
    nodes.push(inner);
    if (!isArray) nodes.push(el("span", { class: "json-key" }, JSON.stringify(key)), ": ");
    nodes.push(...pretty(each, `${indent}  `));
  });
  nodes.push(isShort ? (isArray ? "" : " ") : `\n${indent}`, close);
  return nodes;
}

// Building nodes. Text goes in as text, never as markup.

export const $ = (id) => document.getElementById(id);

/**
 * el("a", {href, class, onclick, "aria-label", "--share": "40%"}, ...children); children are nodes, strings, or nothing.
 * Style is set through the object model, which a strict content policy allows.
 */
export function el(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key.startsWith("--")) node.style.setProperty(key, value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

export const button = (properties, ...children) => el("button", { type: "button", ...properties }, ...children);

export const time = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export function day(seconds) {
  const date = new Date(seconds * 1000);
  const isSame = (other) => date.toDateString() === other.toDateString();
  if (isSame(new Date())) return "Today";
  if (isSame(new Date(Date.now() - 86_400_000))) return "Yesterday";
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  return date.toLocaleDateString([], { day: "numeric", month: "long", year: isThisYear ? undefined : "numeric" });
}

export const size = (bytes) =>
  bytes < 1024 ? `${bytes} B` : bytes < 1 << 20 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / (1 << 20)).toFixed(1)} MB`;

export const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

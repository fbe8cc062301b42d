// The list above the text field: commands, or what a bot offers. The field keeps the focus, the list is walked with arrows.
import { el } from "/dom.js";

let lastList = 0;

/** `opened(isOpen)` is told when the list comes and goes. */
export function suggestions(list, field, opened = () => {}) {
  const prefix = `suggestions-${++lastList}`;
  list.id = prefix;
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-haspopup", "listbox");
  field.setAttribute("aria-controls", prefix);
  let items = [];
  let selected = 0;

  function select(index) {
    list.children[selected]?.setAttribute("aria-selected", "false");
    selected = index;
    list.children[selected]?.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", `${prefix}-${selected}`);
    list.children[selected]?.scrollIntoView({ block: "nearest" });
  }

  /** `items`: `{nodes, choose(), complete()?, isTyped?}`; none close the list. `isTyped`: Enter sends instead of choosing. */
  function show(next, label, className = "") {
    items = next;
    list.setAttribute("aria-label", label ?? list.getAttribute("aria-label"));
    list.className = `commands ${className}`;
    list.hidden = items.length === 0;
    list.replaceChildren(...items.map((item, index) =>
      // The field must not lose the focus to a tap.
      el("li", { role: "option", id: `${prefix}-${index}`, "aria-selected": "false", onclick: item.choose, onmousedown: (event) => event.preventDefault() }, item.nodes)));
    if (items.length) select(Math.min(selected, items.length - 1)); else { selected = 0; field.removeAttribute("aria-activedescendant"); }
    opened(items.length > 0);
  }

  /** What a key does to the list; false when it is not the list's. */
  function key(event) {
    if (!items.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) select((selected + step + items.length) % items.length);
    else if (event.key === "Escape") show([]);
    else if (event.key === "Tab" && !event.shiftKey && items[selected].complete) items[selected].complete();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !items[selected].isTyped) items[selected].choose();
    else return false;
    event.preventDefault();
    return true;
  }

  return { show, key, close: () => show([]), restart: () => { selected = 0; }, get isOpen() { return items.length > 0; } };
}

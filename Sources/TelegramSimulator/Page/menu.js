// A menu at a button: arrows, Home, End, Escape and a click elsewhere do what they do everywhere.
import { button, el } from "/dom.js";
import { icon } from "/icons.js";

/** Puts a node above its pane, at its opener; what scrolls would cut it off. */
export function float(node, opener) {
  const pane = opener.closest(".pane");
  node.classList.add("floating");
  pane.append(node);
  const [frame, spot, own] = [pane, opener, node].map((each) => each.getBoundingClientRect());
  const below = spot.bottom - frame.top + 4;
  const top = below + own.height + 8 <= frame.height ? below : Math.max(8, spot.top - frame.top - own.height - 4);
  node.style.setProperty("--top", `${top}px`);
  node.style.setProperty("--left", `${Math.max(8, Math.min(spot.left - frame.left, frame.width - own.width - 8))}px`);
}

/**
 * `items()` gives `{label, icon, choose}` when the menu opens. `place(list, opener)` puts the list into the
 * document, after the button unless told otherwise.
 */
export function menu(opener, label, items, place = (list) => opener.after(list)) {
  let list = null;
  opener.setAttribute("aria-haspopup", "menu");
  opener.setAttribute("aria-expanded", "false");

  function close(returnsFocus) {
    if (!list) return;
    list.remove();
    list = null;
    opener.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", elsewhere, true);
    document.removeEventListener("wheel", elsewhere, true);
    if (returnsFocus) (opener.tabIndex < 0 ? opener.closest("[tabindex='0'], li") ?? opener : opener).focus({ preventScroll: true });
  }

  function elsewhere(event) { if (!list.contains(event.target) && !opener.contains(event.target)) close(false); }

  function move(event) {
    const entries = [...list.children];
    const at = entries.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) { event.preventDefault(); entries.at(to % entries.length).focus(); }
    else if (event.key === "Escape" || event.key === "Tab") { event.preventDefault(); close(true); }
  }

  opener.addEventListener("click", () => {
    if (list) return close(true);
    list = el("div", { class: "menu", role: "menu", "aria-label": label, onkeydown: move }, items().map((item) =>
      button({ role: "menuitem", tabindex: "-1", onclick: () => { close(true); item.choose(); } }, icon(item.icon), item.label)));
    place(list, opener);
    opener.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", elsewhere, true);
    document.addEventListener("wheel", elsewhere, true);
    list.firstElementChild.focus({ preventScroll: true });
  });
}

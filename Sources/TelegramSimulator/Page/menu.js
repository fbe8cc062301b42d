// A menu at a button: arrows, Home, End, Escape and a click elsewhere do what they do everywhere.
import { button, el } from "/dom.js";
import { icon } from "/icons.js";

/** `items()` gives `{label, icon, choose}` when the menu opens. */
export function menu(opener, label, items) {
  let list = null;
  opener.setAttribute("aria-haspopup", "menu");
  opener.setAttribute("aria-expanded", "false");

  function close(returnsFocus) {
    if (!list) return;
    list.remove();
    list = null;
    opener.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", elsewhere, true);
    if (returnsFocus) opener.focus();
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
    opener.after(list);
    opener.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", elsewhere, true);
    list.firstElementChild.focus();
  });
}

// The dialog in which somebody chooses where a message goes.
import { button, el } from "/dom.js";
import { hue, initial } from "/names.js";
import { show } from "/tell.js";

/** Resolves to `{bot}` or `{chat}`, or null. Groups are those in which `me` is. */
export async function chooseChat({ bots, groups }, me, title) {
  let chosen = null;
  const line = (id, name, kind, where) => el("li", {}, button({ class: "choice", onclick: (event) => { chosen = where; event.currentTarget.closest("dialog").close("ok"); } },
    el("span", { class: `avatar small ${hue(id)}`, "aria-hidden": "true" }, initial(name)), el("span", {}, name), el("small", { class: "quiet" }, kind)));
  const own = groups.filter((group) => group.people.includes(me));
  await show(title, el("ul", { class: "choices" }, bots.map((bot) => line(bot.id, bot.name, "bot", { bot: bot.id })), own.map((group) => line(group.id, group.title, group.type, { chat: group.id }))),
    [el("button", { value: "cancel" }, "Cancel")]);
  return chosen;
}

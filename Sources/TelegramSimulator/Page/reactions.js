// Reactions: what stands below a message, and the row of emoji to choose from.
import { button, el } from "/dom.js";
import { float } from "/menu.js";

const common = ["👍", "❤", "🔥", "🎉", "😁", "🤔", "😱", "😢", "👏", "🙏", "👎", "💩"];
const names = {
  "👍": "thumbs up", "❤": "heart", "🔥": "fire", "🎉": "party", "😁": "grin", "🤔": "thinking", "😱": "scream", "😢": "tears", "👏": "applause",
  "🙏": "thanks", "👎": "thumbs down", "💩": "poo",
};

/** Without the selector an old heart is drawn as a letter. */
const coloured = (emoji) => (emoji === "❤" ? "❤\uFE0F" : emoji);
const emojiOf = ({ type }) => ({ emoji: type.emoji, custom_emoji: "✨", paid: "⭐" })[type.type] ?? "✨";

const own = (reactions, me) => reactions.filter((each) => each.type.type === "emoji" && each.by?.includes(me)).map((each) => each.type.emoji);

/** Chips below a message; pressing one gives or takes back the same. */
export function reactionChips(message, reactions, me, actions) {
  if (!reactions?.length) return null;
  const mine = own(reactions, me);
  return el("div", { class: "reactions", role: "group", "aria-label": "Reactions" }, reactions.map((each) => {
    const emoji = emojiOf(each);
    const isMine = mine.includes(emoji);
    const label = `${names[emoji] ?? emoji}: ${each.total_count}${isMine ? ", yours" : ""}`;
    return button({ class: "reaction", "aria-pressed": String(isMine), "aria-label": label, onclick: () => actions.react(message, isMine ? [] : [emoji]) },
      el("span", {}, coloured(emoji)), el("span", {}, String(each.total_count)));
  }));
}

/** The row of emoji at a button, until one is chosen or it is left. */
export function choose(opener, message, reactions, me, actions) {
  const mine = own(reactions ?? [], me);
  const row = el("div", { class: "picker", role: "group", "aria-label": "React" }, common.map((emoji) =>
    button({ "aria-label": names[emoji], title: names[emoji], "aria-pressed": String(mine.includes(emoji)), onclick: () => { close(true); actions.react(message, mine.includes(emoji) ? [] : [emoji]); } }, coloured(emoji))));

  function close(returnsFocus) {
    row.remove();
    document.removeEventListener("pointerdown", elsewhere, true);
    document.removeEventListener("wheel", elsewhere, true);
    if (returnsFocus) opener.closest("li").focus({ preventScroll: true });
  }

  function elsewhere(event) { if (!row.contains(event.target) && event.target !== opener) close(false); }

  row.addEventListener("keydown", (event) => {
    const all = [...row.children];
    const to = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (to) { event.preventDefault(); all.at((all.indexOf(document.activeElement) + to) % all.length).focus(); }
    else if (event.key === "Escape") { event.stopPropagation(); close(true); }
  });
  row.addEventListener("focusout", (event) => { if (event.relatedTarget && !row.contains(event.relatedTarget)) close(false); });
  document.addEventListener("pointerdown", elsewhere, true);
  document.addEventListener("wheel", elsewhere, true);
  float(row, opener);
  (row.querySelector("[aria-pressed=true]") ?? row.firstElementChild).focus({ preventScroll: true });
}

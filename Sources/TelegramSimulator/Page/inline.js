// Inline mode: what a bot offers to somebody who writes after its name.
import { el } from "/dom.js";
import { icon } from "/icons.js";
import { hue, initial } from "/names.js";
import * as server from "/server.js";

const patience = 250; // milliseconds between the last key and the question
const secondsToAnswer = 10;

const kinds = {
  article: "Article", photo: "Photo", gif: "GIF", mpeg4_gif: "GIF", video: "Video", audio: "Audio", voice: "Voice message", document: "File",
  location: "Location", venue: "Place", contact: "Contact", game: "Game", sticker: "Sticker",
};

const title = (result) => result.title ?? [result.first_name, result.last_name].filter(Boolean).join(" ") ?? "";
const details = (result) => result.description ?? result.address ?? result.phone_number ?? result.caption ?? result.input_message_content?.message_text ?? "";

/** What a bot's name and words are in a text: `[name, words]`. */
export function split(text) {
  const match = /^@(\w{3,32})\s([^]*)$/.exec(text);
  return match ? [match[1].toLowerCase(), match[2].trim()] : null;
}

function row(result) {
  const name = title(result) || kinds[result.type] || "Result";
  return [
    el("span", { class: `tile ${hue(name.length)}`, "aria-hidden": "true" }, initial(name)),
    el("span", { class: "offer" }, el("b", {}, name), el("span", {}, details(result) || kinds[result.type] || "")),
  ];
}

/**
 * `list`: the suggestions; `world()`: the bots; `place()`: where the person writes; `clear()` empties the field;
 * `failed(error)`.
 */
export function inlineMode(list, { world, place, chatType, clear, failed }) {
  let timer;
  let round = 0; // of the newest question: older answers come too late

  function stop() {
    clearTimeout(timer);
    round++;
  }

  function note(text) { list.show([{ nodes: [el("span", { class: "note" }, text)], choose() {}, isTyped: true }], "Results"); }

  async function ask(bot, words, mine, offset = "", before = []) {
    const { inline_query_id: id } = await server.inlineQuery(place(), bot.id, words, offset, chatType());
    const answer = await server.inlineAnswer(id, secondsToAnswer);
    if (mine !== round) return;
    if (!answer.results) return note(`${bot.name} does not answer.`);
    const items = [...before, ...answer.results.map((result) => ({ nodes: row(result), choose: () => choose(id, result.id) }))];
    const next = answer.next_offset;
    const more = next && next !== offset
      ? [{ nodes: [icon("down"), el("span", { class: "note" }, "More")], choose: () => ask(bot, words, mine, next, items).catch(failed) }] : [];
    if (items.length) list.show([...items, ...more], `What ${bot.name} offers`, "offers"); else note(`${bot.name} offers nothing for this.`);
  }

  async function choose(id, result) {
    stop();
    list.close();
    try {
      await server.chooseInline(place(), id, result);
      clear();
    } catch (error) { failed(error); }
  }

  /** Asks when the text is for a bot; true when it is. */
  function typed(text) {
    const parts = split(text);
    const bot = parts && world().bots.find((each) => each.username.toLowerCase() === parts[0]);
    stop();
    if (!bot) return false;
    const mine = round;
    list.restart();
    timer = setTimeout(() => ask(bot, parts[1], mine).catch((error) => { if (mine === round) failed(error); }), patience);
    return true;
  }

  return { typed, stop };
}

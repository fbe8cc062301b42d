// Polls and quizzes: a choice before the vote, results after it.
import { button, el } from "/dom.js";
import { formatted } from "/entities.js";

const votes = (count) => (count === 0 ? "no votes" : count === 1 ? "1 vote" : `${count} votes`);

function kind(poll) {
  if (poll.is_closed) return "Final results";
  return `${poll.is_anonymous ? "Anonymous " : ""}${poll.type === "quiz" ? "quiz" : "poll"}`.replace(/^./, (letter) => letter.toUpperCase());
}

function result(poll, option, index, chosen, actions) {
  const share = poll.total_voter_count ? Math.round((option.voter_count / poll.total_voter_count) * 100) : 0;
  const correct = poll.correct_option_ids ?? [];
  const isChosen = chosen.includes(index);
  // What is right in a person's quiz is told when it is over.
  const mark = poll.type === "quiz" && correct.length ? (correct.includes(index) ? "right" : isChosen ? "wrong" : "") : isChosen ? "chosen" : "";
  const words = { right: ", correct", wrong: ", your answer, wrong", chosen: ", your vote" }[mark] ?? "";
  return el("li", { class: `result ${mark}`, "--share": `${share}%` },
    el("span", { class: "share" }, `${share} %`), el("span", {}, formatted(option.text, option.text_entities, actions), el("span", { class: "hidden" }, words)),
    el("span", { class: "line", "aria-hidden": "true" }));
}

function choices(message, actions) {
  const { poll } = message;
  if (!poll.allows_multiple_answers) {
    return poll.options.map((option, index) =>
      el("li", {}, button({ class: "option", onclick: () => actions.vote(message, [index]) }, el("span", { class: "mark", "aria-hidden": "true" }), el("span", {}, formatted(option.text, option.text_entities, actions)))));
  }
  const boxes = poll.options.map(() => el("input", { type: "checkbox" }));
  const done = button({ class: "option done", disabled: true, onclick: () => actions.vote(message, boxes.flatMap((box, index) => (box.checked ? [index] : []))) }, "Vote");
  for (const box of boxes) box.addEventListener("change", () => { done.disabled = !boxes.some((each) => each.checked); });
  return [...poll.options.map((option, index) => el("li", {}, el("label", { class: "option" }, boxes[index], el("span", {}, formatted(option.text, option.text_entities, actions))))), el("li", {}, done)];
}

export function poll(message, choice, actions) {
  const { poll } = message;
  const chosen = choice ?? [];
  const isDone = poll.is_closed || chosen.length > 0;
  const canTakeBack = chosen.length > 0 && !poll.is_closed && poll.type !== "quiz";
  return el("div", { class: "poll", role: "group", "aria-label": `Poll: ${poll.question}` },
    el("b", {}, formatted(poll.question, poll.question_entities, actions)), el("small", {}, kind(poll)),
    el("ul", {}, isDone ? poll.options.map((option, index) => result(poll, option, index, chosen, actions)) : choices(message, actions)),
    isDone && poll.explanation ? el("p", { class: "explanation" }, poll.explanation) : null,
    el("small", { class: "foot" }, votes(poll.total_voter_count), canTakeBack ? button({ class: "link", onclick: () => actions.vote(message, []) }, "Take back") : null));
}

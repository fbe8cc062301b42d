// The dialog in which somebody makes a poll.
import { button, el } from "/dom.js";
import { icon } from "/icons.js";
import { show } from "/tell.js";

const most = 12; // options, as Telegram has it
let lastForm = 0;

/** `kind`: "quiz" or "regular" when a bot asked for one of them. Resolves to the parameters of sendPoll, or null. */
export async function pollForm(kind) {
  const name = `right-${++lastForm}`;
  const options = el("ol", { class: "asked-options" });
  const isQuiz = el("input", { type: "checkbox", checked: kind === "quiz", disabled: Boolean(kind) });
  const isMultiple = el("input", { type: "checkbox" });
  const isPublic = el("input", { type: "checkbox" });
  const question = el("input", { required: true, maxlength: 300, autocomplete: "off", autofocus: true });
  const explanation = el("input", { maxlength: 200, autocomplete: "off" });
  const explained = el("label", { class: "asked" }, "Explanation, shown after the answer", explanation);

  /** There is always an empty line to go on in. */
  function grow() {
    const fields = [...options.querySelectorAll("input[type=text]")];
    if (fields.every((field) => field.value.trim()) && fields.length < most) add();
    else fields.slice(2, -1).filter((field) => !field.value && field !== document.activeElement).forEach((field) => field.closest("li").remove());
    arrange();
  }

  function arrange() {
    const quiz = isQuiz.checked;
    explained.hidden = !quiz;
    isMultiple.disabled = quiz;
    if (quiz) isMultiple.checked = false;
    [...options.children].forEach((line, index) => {
      line.querySelector("input[type=text]").setAttribute("aria-label", `Option ${index + 1}`);
      line.querySelector("input[type=text]").required = index < 2;
      const right = line.querySelector("input[type=radio]");
      right.hidden = !quiz;
      right.setAttribute("aria-label", `Option ${index + 1} is right`);
    });
  }

  function add() {
    options.append(el("li", {}, el("input", { type: "radio", name, checked: options.children.length === 0 }),
      el("input", { type: "text", maxlength: 100, autocomplete: "off", oninput: grow, placeholder: "Option" })));
  }

  add();
  add();
  isQuiz.addEventListener("change", arrange);
  arrange();
  const check = (box, text) => el("label", { class: "checked" }, box, text);
  const cancel = button({ onclick: (event) => event.currentTarget.closest("dialog").close("cancel") }, "Cancel");
  const answer = await show("New poll", [
    el("label", { class: "asked" }, "Question", question), options,
    check(isPublic, "Show who voted for what"), check(isMultiple, "Several answers"), check(isQuiz, "Quiz: one answer is right"), explained,
  ], [cancel, el("button", { class: "accent", value: "ok" }, icon("send"), "Send")], "poll-form");
  if (answer !== "ok") return null;
  const lines = [...options.children].map((line) => ({ text: line.querySelector("input[type=text]").value.trim(), isRight: line.querySelector("input[type=radio]").checked }))
    .filter(({ text }) => text);
  const poll = { question: question.value.trim(), options: lines.map(({ text }) => ({ text })), is_anonymous: !isPublic.checked };
  if (!isQuiz.checked) return { ...poll, allows_multiple_answers: isMultiple.checked };
  return { ...poll, type: "quiz", correct_option_id: Math.max(0, lines.findIndex(({ isRight }) => isRight)), explanation: explanation.value.trim() || undefined };
}

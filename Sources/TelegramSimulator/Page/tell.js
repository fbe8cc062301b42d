// Words to the person: passing ones, ones to confirm, and questions.
import { $, button, el } from "/dom.js";
import { isAway } from "/server.js";

export function toast(text) {
  const note = el("p", {}, text.replace(/^Bad Request: /, ""));
  $("toasts").append(note);
  setTimeout(() => note.remove(), 5000);
}

export const tell = (error) => toast(isAway(error) ? "That did not arrive: the simulator can't be reached." : error.message);

/** Runs something that may fail; a failure is told, and undefined comes back. */
export async function attempt(work) {
  try { return await work(); } catch (error) { tell(error); }
}

/** Shows nodes in a dialog until it is closed; resolves to the value it was closed with. */
export function show(title, content, buttons, className = "") {
  const dialog = el("dialog", { class: className, "aria-label": title });
  const form = el("form", { method: "dialog" }, el("h2", {}, title), content, el("div", { class: "row" }, buttons));
  dialog.append(form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue); });
    dialog.showModal();
  });
}

export const alert = (title, text) => show(title, el("p", {}, text), [el("button", { class: "accent", value: "ok" }, "OK")]);

/** A line of text, or null. */
export async function ask(title, label, value = "") {
  const field = el("input", { required: true, maxlength: 4096, autocomplete: "off", value, autofocus: true });
  const cancel = button({ onclick: (event) => event.currentTarget.closest("dialog").close("cancel") }, "Cancel");
  // Cancel comes first in sight but is no submit button: Enter in the field means OK.
  const answer = await show(title, el("label", { class: "asked" }, label, field), [cancel, el("button", { class: "accent", value: "ok" }, "OK")]);
  return answer === "ok" && field.value.trim() ? field.value.trim() : null;
}

export async function copy(text) {
  try { await navigator.clipboard.writeText(text); toast("Copied."); } catch { toast("The browser did not allow copying."); }
}

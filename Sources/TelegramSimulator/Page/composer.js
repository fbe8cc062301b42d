// Writing: the text field, the list of commands, the reply keyboard, files, replies and corrections.
import { button, el, size } from "/dom.js";
import { icon } from "/icons.js";
import { replyKeyboard } from "/keyboard.js";
import { menu } from "/menu.js";
import { fullName, summary } from "/names.js";
import { ask } from "/tell.js";

let lastList = 0;

/** What a browser's type of file is to Telegram. */
function kindOf(file) {
  if (file.type === "image/gif") return "animation";
  if (/^image\/(png|jpeg|webp)$/.test(file.type)) return "photo";
  return { video: "video", audio: "audio" }[file.type.split("/")[0]] ?? "document";
}

/**
 * `part(name)` finds the elements. `actions`: `submit(text, {reply, edit})` and `sendFile(file, kind, caption)` reject when
 * refused; `say`, `share`, `lastOwn()`.
 */
export function composer(part, actions) {
  const text = part("text");
  const list = part("commands");
  const prefix = `commands-${++lastList}`;
  list.id = prefix;
  text.setAttribute("aria-controls", prefix);
  let commands = [];
  let selected = 0;
  let about = {}; // {reply} or {edit}: the message that the text is about
  let files = []; // {file, kind}
  let isKeyboardOpen = true;
  let sendsPlain = false;

  for (const [name, picture] of [["attach", "attach"], ["send", "send"], ["command-menu", "slash"], ["keyboard-toggle", "keyboard"]]) part(name).append(icon(picture));

  // MARK: Text and commands

  function grow() {
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, 160)}px`;
  }

  const matches = () => (/^\/\w*$/.test(text.value) ? commands.filter(({ command }) => command.startsWith(text.value.slice(1))) : []);

  function suggest(found) {
    list.hidden = found.length === 0;
    part("command-menu").setAttribute("aria-expanded", String(!list.hidden));
    selected = Math.min(selected, Math.max(found.length - 1, 0));
    list.replaceChildren(...found.map((command, index) =>
      el("li", { role: "option", id: `${prefix}-${index}`, "aria-selected": String(index === selected), onclick: () => choose(command) },
        el("b", {}, `/${command.command}`), el("span", {}, command.description))));
    if (found.length) text.setAttribute("aria-activedescendant", `${prefix}-${selected}`);
    else text.removeAttribute("aria-activedescendant");
    list.children[selected]?.scrollIntoView({ block: "nearest" });
  }

  function write(value) {
    text.value = value;
    suggest([]);
    grow();
  }

  function choose({ command }) {
    write("");
    text.focus();
    actions.say(`/${command}`);
  }

  async function send() {
    const typed = text.value.trim();
    const staged = files;
    const subject = about;
    if (!typed && !staged.length) return;
    write("");
    files = [];
    setAbout({});
    try {
      for (const [index, { file, kind }] of staged.entries()) await actions.sendFile(file, kind, index === 0 ? typed : "");
      if (!staged.length) await actions.submit(typed, subject);
    } catch {
      // Refused: it can be written again.
      if (!text.value) write(typed);
      setAbout(subject);
    }
  }

  text.addEventListener("input", () => { selected = 0; grow(); suggest(matches()); });
  text.addEventListener("keydown", (event) => {
    const found = list.hidden ? [] : matches().length ? matches() : commands;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (found.length && step) {
      event.preventDefault();
      selected = (selected + step + found.length) % found.length;
      suggest(found);
    } else if (event.key === "ArrowUp" && !text.value && actions.lastOwn()) {
      event.preventDefault();
      edit(actions.lastOwn());
    } else if (event.key === "Escape") {
      if (!list.hidden) suggest([]); else cancel();
    } else if (event.key === "Tab" && found.length && !event.shiftKey) {
      event.preventDefault();
      write(`/${found[selected].command} `);
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (found.length && text.value !== `/${found[selected].command}`) choose(found[selected]); else send();
    }
  });
  part("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); text.focus(); });
  part("command-menu").addEventListener("click", () => { selected = 0; suggest(list.hidden ? commands : []); text.focus(); });
  part("start").addEventListener("click", () => { actions.say("/start"); text.focus(); });

  // MARK: What the text is about

  function setAbout(next) {
    about = next;
    const { reply, edit } = about;
    const notes = files.map(({ file, kind }, index) => el("span", { class: "chip" }, icon("file"), `${file.name} · ${kind} · ${size(file.size)}`,
      button({ class: "round", "aria-label": `Remove ${file.name}`, onclick: () => { files.splice(index, 1); setAbout(about); text.focus(); } }, icon("close"))));
    if (reply ?? edit) {
      notes.push(el("div", { class: "about" }, el("b", {}, reply ? `Reply to ${fullName(reply.from)}` : "Edit"), el("span", {}, summary(reply ?? edit))),
        button({ class: "round", "aria-label": "Cancel", onclick: cancel }, icon("close")));
    }
    part("banner").replaceChildren(...notes);
    part("banner").hidden = notes.length === 0;
    text.placeholder = files.length ? "Caption" : part("composer").dataset.placeholder ?? "Message";
  }

  function cancel() {
    if (about.edit) write("");
    files = [];
    setAbout({});
    text.focus();
  }

  function reply(message) { setAbout({ reply: message }); text.focus(); }
  function edit(message) { setAbout({ edit: message }); write(message.text); text.focus(); }

  // MARK: Files

  function stage(chosen, isPlain) {
    for (const file of chosen) files.push({ file, kind: isPlain ? "document" : kindOf(file) });
    if (chosen.length) { setAbout({}); text.focus(); }
  }

  function pick(isPlain) {
    sendsPlain = isPlain;
    part("file").click();
  }

  const here = { latitude: 52.52, longitude: 13.405 };
  menu(part("attach"), "Attach", () => [
    { label: "Photo, video or sound", icon: "attach", choose: () => pick(false) },
    { label: "File as it is", icon: "file", choose: () => pick(true) },
    { label: "Location", icon: "pin", choose: () => actions.share({ location: here }) },
    { label: "Contact", icon: "contact", choose: () => actions.shareContact() },
  ]);
  part("file").addEventListener("change", () => { stage([...part("file").files], sendsPlain); part("file").value = ""; });
  text.addEventListener("paste", (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length) { event.preventDefault(); stage(pasted, false); }
  });
  const pane = part("composer").closest(".pane");
  pane.addEventListener("dragover", (event) => { event.preventDefault(); pane.classList.add("drop"); });
  pane.addEventListener("dragleave", (event) => { if (!pane.contains(event.relatedTarget)) pane.classList.remove("drop"); });
  pane.addEventListener("drop", (event) => {
    event.preventDefault();
    pane.classList.remove("drop");
    stage([...(event.dataTransfer?.files ?? [])], false);
  });

  // MARK: The reply keyboard

  async function tap(key) {
    text.focus();
    if (key.request_contact) return actions.shareContact();
    if (key.request_location) return actions.share({ location: here });
    if (key.web_app) {
      const data = await ask(key.text, "What the web app sends back");
      return data ? actions.share({ web_app_data: { data, button_text: key.text } }) : undefined;
    }
    actions.say(key.text);
  }

  function showKeyboard(hasKeys) {
    part("keyboard-toggle").hidden = !hasKeys;
    part("keyboard-toggle").setAttribute("aria-expanded", String(isKeyboardOpen));
    part("keyboard").hidden = !hasKeys || !isKeyboardOpen;
  }
  part("keyboard-toggle").addEventListener("click", () => { isKeyboardOpen = !isKeyboardOpen; showKeyboard(true); });

  /** Shows what the chat's state asks for. */
  function update(chat) {
    commands = chat.commands ?? [];
    part("command-menu").hidden = commands.length === 0;
    part("start").hidden = chat.type !== "private" || (chat.started && !chat.blocked);
    part("start").textContent = chat.blocked ? "Unblock and restart" : "Start";
    const rows = replyKeyboard(chat.reply_keyboard, tap);
    const focus = [...part("keyboard").querySelectorAll("button")].indexOf(document.activeElement);
    part("keyboard").replaceChildren(...rows);
    part("keyboard").classList.toggle("tall", rows.length > 0 && !chat.reply_keyboard.resize_keyboard);
    showKeyboard(rows.length > 0);
    if (focus >= 0) (part("keyboard").querySelectorAll("button")[focus] ?? text).focus();
    part("composer").dataset.placeholder = chat.reply_keyboard?.input_field_placeholder ?? "Message";
    setAbout(about);
    if (!list.hidden) suggest(matches());
  }

  return { update, reply, edit };
}

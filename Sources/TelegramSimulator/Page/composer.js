// Writing: the text field, commands, inline mode, the reply keyboard, files, replies and corrections.
import { attachments } from "/attachments.js";
import { button, el } from "/dom.js";
import { icon } from "/icons.js";
import { inlineMode } from "/inline.js";
import { replyKeyboard } from "/keyboard.js";
import { menu } from "/menu.js";
import { fullName, summary } from "/names.js";
import { pollForm } from "/pollform.js";
import { suggestions } from "/suggestions.js";
import { ask, tell } from "/tell.js";

const here = { latitude: 52.52, longitude: 13.405 };

/**
 * `part(name)` finds the elements. `actions`: `submit(text, {reply, edit})` and `sendFile(file, {kind, album, caption})` reject
 * when refused; `say`, `share`, `shareContact`, `lastOwn()`, `message(id)`, `world()`, `place()`, `chatType()`.
 */
export function composer(part, actions) {
  const text = part("text");
  const list = suggestions(part("commands"), text, (isOpen) => part("command-menu").setAttribute("aria-expanded", String(isOpen)));
  const files = attachments(part, () => { setAbout({}); text.focus(); });
  const inline = inlineMode(list, {
    world: actions.world, place: actions.place, chatType: actions.chatType, clear: () => write(""), failed: (error) => { list.close(); tell(error); },
  });
  let commands = [];
  let about = {}; // {reply} or {edit}: the message that the text is about
  let isKeyboardOpen = true;
  let forced; // the message that asked for an answer last

  for (const [name, picture] of [["attach", "attach"], ["send", "send"], ["command-menu", "slash"], ["keyboard-toggle", "keyboard"]]) part(name).append(icon(picture));

  // MARK: Text and commands

  function grow() {
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, 160)}px`;
  }

  function suggest(found) {
    list.show(found.map((command) => ({
      nodes: [el("b", {}, `/${command.command}`), el("span", {}, command.description)], choose: () => choose(command),
      complete: () => write(`/${command.command} `), isTyped: text.value === `/${command.command}`,
    })), "Commands");
  }

  const matches = () => (/^\/\w*$/.test(text.value) ? commands.filter(({ command }) => command.startsWith(text.value.slice(1))) : []);

  function typed() {
    grow();
    list.restart();
    if (!inline.typed(text.value)) suggest(matches());
  }

  function write(value) {
    text.value = value;
    inline.stop();
    list.close();
    grow();
  }

  function choose({ command }) {
    write("");
    text.focus();
    actions.say(`/${command}`);
  }

  async function send() {
    const typed = text.value.trim();
    const subject = about;
    if (!typed && !files.count) return;
    const staged = files.take();
    write("");
    setAbout({});
    try {
      for (const [index, { file, kind, album }] of staged.entries()) await actions.sendFile(file, { kind, album, caption: index === 0 ? typed : "" });
      if (!staged.length) await actions.submit(typed, subject);
    } catch {
      // Refused: it can be written again.
      if (!text.value) write(typed);
      setAbout(subject);
    }
  }

  text.addEventListener("input", typed);
  text.addEventListener("keydown", (event) => {
    if (list.key(event)) return;
    if (event.key === "ArrowUp" && !text.value && actions.lastOwn()) {
      event.preventDefault();
      edit(actions.lastOwn());
    } else if (event.key === "Escape") {
      cancel();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });
  part("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); text.focus(); });
  part("command-menu").addEventListener("click", () => { list.restart(); suggest(list.isOpen ? [] : commands); text.focus(); });
  part("start").addEventListener("click", () => { actions.start(); text.focus(); });

  // MARK: What the text is about

  function setAbout(next) {
    about = next;
    const { reply, edit } = about;
    const notes = files.chips();
    if (reply ?? edit) {
      notes.push(el("div", { class: "about" }, el("b", {}, reply ? `Reply to ${fullName(reply.from ?? reply.sender_chat)}` : "Edit"), el("span", {}, summary(reply ?? edit))),
        button({ class: "round", "aria-label": "Cancel", onclick: cancel }, icon("close")));
    }
    part("banner").replaceChildren(...notes);
    part("banner").hidden = notes.length === 0;
    text.placeholder = files.count ? "Caption" : (reply && forced?.id === reply.message_id && forced.placeholder) || part("composer").dataset.placeholder || "Message";
  }

  function cancel() {
    if (about.edit) write("");
    files.clear();
    setAbout({});
    text.focus();
  }

  function reply(message) { setAbout({ reply: message }); text.focus(); }
  function edit(message) { setAbout({ edit: message }); write(message.text); text.focus(); }

  /** Puts something into the field as if it had been typed. */
  function begin(value) {
    write(value);
    text.focus();
    typed();
  }

  menu(part("attach"), "Attach", () => [
    { label: "Photo, video or sound", icon: "attach", choose: () => files.pick(false) },
    { label: "File as it is", icon: "file", choose: () => files.pick(true) },
    { label: "Poll or quiz", icon: "poll", choose: async () => { const poll = await pollForm(); if (poll) actions.share({ poll }); } },
    { label: "Location", icon: "pin", choose: () => actions.share({ location: here }) },
    { label: "Contact", icon: "contact", choose: () => actions.shareContact() },
    { label: "Dice", icon: "dice", choose: () => actions.share({ dice: "🎲" }) },
  ]);

  // MARK: The reply keyboard

  async function tap(key) {
    text.focus();
    if (key.request_contact) return actions.shareContact();
    if (key.request_location) return actions.share({ location: here });
    if (key.request_poll) {
      const poll = await pollForm(key.request_poll.type);
      return poll ? actions.share({ poll }) : undefined;
    }
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

  /** A bot may ask for an answer to one of its messages; whoever writes something of their own meanwhile is left alone. */
  function force(asked) {
    const message = asked && actions.message(asked.message_id);
    if (!message) {
      if (forced && about.reply?.message_id === forced.id) setAbout({});
      forced = undefined;
    } else if (forced?.id !== asked.message_id) {
      forced = { id: asked.message_id, placeholder: asked.input_field_placeholder };
      if (!about.edit && !files.count) setAbout({ reply: message });
    }
  }

  /** What stands in place of the field: who may not write here can do something else. */
  function showDoor(door) {
    part("start").hidden = !door;
    part("start").textContent = door?.label ?? "";
    part("start").disabled = Boolean(door?.isOver);
    part("composer").hidden = Boolean(door?.isAll);
    for (const name of ["keyboard", "banner"]) if (door?.isAll) part(name).hidden = true;
  }

  /** Shows what the chat's state asks for. `door`: `{label, isAll, isOver}`, the button above the field or in its place. */
  function update(chat, door) {
    commands = chat.commands ?? [];
    part("command-menu").hidden = commands.length === 0;
    const rows = replyKeyboard(chat.reply_keyboard, tap);
    const focus = [...part("keyboard").querySelectorAll("button")].indexOf(document.activeElement);
    part("keyboard").replaceChildren(...rows);
    part("keyboard").classList.toggle("tall", rows.length > 0 && !chat.reply_keyboard.resize_keyboard);
    showKeyboard(rows.length > 0);
    if (focus >= 0) (part("keyboard").querySelectorAll("button")[focus] ?? text).focus();
    part("composer").dataset.placeholder = chat.reply_keyboard?.input_field_placeholder ?? "Message";
    setAbout(about);
    force(chat.force_reply && (!chat.force_reply.person || chat.force_reply.person === actions.me()) ? chat.force_reply : undefined);
    showDoor(door);
    if (list.isOpen && matches().length) suggest(matches());
  }

  return { update, reply, edit, begin };
}

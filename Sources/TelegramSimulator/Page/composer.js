// Writing: the text field, the list of commands, the reply keyboard, files.
import { $, el } from "/dom.js";

export function composer(actions) {
  const text = $("text");
  const list = $("commands");
  let commands = [];
  let selected = 0;

  function grow() {
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight + 2, 160)}px`;
  }

  function matches() {
    const typed = text.value;
    return /^\/\w*$/.test(typed) ? commands.filter((command) => command.command.startsWith(typed.slice(1))) : [];
  }

  function show(found) {
    list.hidden = found.length === 0;
    $("menu").setAttribute("aria-expanded", String(!list.hidden));
    selected = Math.min(selected, Math.max(found.length - 1, 0));
    list.replaceChildren(...found.map((command, index) =>
      el("li", { role: "option", id: `c${index}`, "aria-selected": String(index === selected), onclick: () => choose(command) },
        el("b", {}, `/${command.command}`), el("span", {}, command.description))));
    if (found.length) text.setAttribute("aria-activedescendant", `c${selected}`);
    else text.removeAttribute("aria-activedescendant");
  }

  function choose(command) {
    text.value = "";
    show([]);
    grow();
    text.focus();
    actions.say(`/${command.command}`);
  }

  function send() {
    const typed = text.value.trim();
    if (!typed) return;
    text.value = "";
    show([]);
    grow();
    actions.submit(typed).catch(() => { if (!text.value) { text.value = typed; grow(); } });
  }

  text.addEventListener("input", () => { selected = 0; grow(); show(matches()); });
  text.addEventListener("keydown", (event) => {
    const found = list.hidden ? [] : matches().length ? matches() : commands;
    if (found.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      selected = (selected + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      show(found);
    } else if (event.key === "Escape") show([]);
    else if (event.key === "Tab" && found.length) { event.preventDefault(); text.value = `/${found[selected].command} `; show([]); }
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (found.length && text.value !== `/${found[selected].command}`) choose(found[selected]);
      else send();
    }
  });
  $("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); text.focus(); });
  $("menu").addEventListener("click", () => { show(list.hidden ? commands : []); text.focus(); });
  $("start").addEventListener("click", () => { actions.say("/start"); text.focus(); });
  $("attach").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", () => { for (const file of $("file").files) actions.sendFile(file); $("file").value = ""; });
  text.addEventListener("paste", (event) => { for (const file of event.clipboardData?.files ?? []) actions.sendFile(file); });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => { event.preventDefault(); for (const file of event.dataTransfer?.files ?? []) actions.sendFile(file); });

  function tap(button) {
    if (button.request_contact) actions.share({ contact: { phone_number: "+10000000000", first_name: "Me" } });
    else if (button.request_location) actions.share({ location: { latitude: 52.52, longitude: 13.405 } });
    else actions.say(button.text);
    text.focus();
  }

  /** Shows what the chat's state asks for. */
  return function update(chat) {
    commands = chat.commands ?? [];
    $("menu").hidden = commands.length === 0;
    $("start").hidden = chat.type !== "private" || (chat.started && !chat.blocked);
    $("start").textContent = chat.blocked ? "Unblock and restart" : "Start";
    const rows = chat.reply_keyboard?.keyboard ?? [];
    $("keyboard").hidden = rows.length === 0;
    $("keyboard").replaceChildren(...rows.map((row) => el("div", {}, row.map((button) =>
      el("button", { type: "button", onclick: () => tap(button) }, button.text)))));
    text.placeholder = chat.reply_keyboard?.input_field_placeholder ?? "Message";
    show(matches());
  };
}

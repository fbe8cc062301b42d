// What a person can do in a chat. What fails is told to them.
import { el } from "/dom.js";
import { chooseChat } from "/forward.js";
import { pretty } from "/json.js";
import { senderOf } from "/names.js";
import * as server from "/server.js";
import { attempt, copy, show, tell, toast } from "/tell.js";

const patience = 15_000; // milliseconds for which a tapped button waits for its answer

/** `pane`: `{place, me, bot, group, chat, world, history, view, composer, jump(id), refresh()}`, read when they are needed. */
export function actionsOf(pane) {
  const waiting = new Map(); // callback query id -> button
  const answered = new Set(); // callback query ids; an answer may overtake the response that tells its id

  async function say(text, { reply, edit } = {}) {
    try {
      await (edit ? server.edit(pane.place, edit.message_id, text) : server.say(pane.place, text, reply?.message_id));
      if (!edit) pane.view.sticks = true;
    } catch (error) { tell(error); throw error; }
  }

  async function press(message, row, column, button) {
    const { callback_query_id: query } = await server.press(pane.place, message.message_id, row, column);
    if (!query) return toast("This button does nothing in the simulator.");
    if (answered.has(query)) return;
    button.classList.add("waiting");
    button.setAttribute("aria-busy", "true");
    waiting.set(query, button);
    setTimeout(() => release(query), patience);
  }

  function release(query) {
    waiting.get(query)?.classList.remove("waiting");
    waiting.get(query)?.removeAttribute("aria-busy");
    waiting.delete(query);
  }

  async function inspect(message) {
    const answer = await show(`Message ${message.message_id}`, el("pre", { class: "json", tabindex: "0" }, pretty(message)), [
      el("button", { value: "copy" }, "Copy"), el("button", { class: "accent", value: "ok" }, "Close"),
    ], "wide");
    if (answer === "copy") copy(JSON.stringify(message, null, 2));
  }

  async function forward(message) {
    const to = await chooseChat(pane.world, pane.me.id, "Forward to");
    if (!to) return;
    await server.forward(pane.place, message.message_id, to);
    toast("Forwarded.");
  }

  async function vote(message, options) {
    await server.vote(pane.place, message.message_id, options);
    pane.history.setChoice(message.message_id, options);
    pane.view.update();
  }

  const actions = {
    submit: say,
    say: (text) => say(text).catch(() => {}),
    start: () => attempt(async () => {
      if (!pane.group) return say("/start").catch(() => {});
      await server.join(pane.place);
      await pane.refresh();
    }),
    share: (what) => attempt(async () => { await server.share(pane.place, what); pane.view.sticks = true; }),
    shareContact: () => actions.share({
      contact: { phone_number: "+15550100", first_name: pane.me.first_name, last_name: pane.me.last_name, user_id: pane.me.id },
    }),
    sendFile: async (file, options) => {
      try {
        await server.sendFile(pane.place, file, options);
        pane.view.sticks = true;
      } catch (error) { tell(error); throw error; }
    },
    vote: (message, options) => attempt(() => vote(message, options)),
    press: (message, row, column, button) => attempt(() => press(message, row, column, button)),
    react: (message, emoji) => attempt(() => server.react(pane.place, message.message_id, emoji)),
    reply: (message) => pane.composer.reply(message),
    edit: (message) => pane.composer.edit(message),
    /** Of the bot that the message came from or through. */
    switchInline(message, query) {
      const bot = message.via_bot ?? message.from;
      pane.composer.begin(`@${bot.username} ${query}`);
    },
    lastOwn: () => pane.history.last((message) => message.from?.id === pane.me.id && message.text && !message.forward_origin && !message.via_bot),
    message: (id) => pane.history.message(id),
    me: () => pane.me.id,
    world: () => pane.world,
    place: () => pane.place,
    chatType: () => (pane.group ? pane.chat.type : "sender"),
    jump: (id) => pane.jump(id),
    /** An invite link leads into its chat, or asks its administrators. */
    follow: (link) => attempt(async () => {
      const { chat, status } = await server.follow(pane.place, link);
      if (status === "member") pane.hooks.choose(pane, { chat }); else toast("Asked to join. An administrator decides.");
    }),
    /** What a message's menu offers. */
    items(message, react) {
      const isMine = senderOf(message).id === pane.me.id;
      return [
        { label: "React", icon: "smile", choose: react },
        { label: "Reply", icon: "reply", choose: () => actions.reply(message) },
        isMine && message.text && !message.forward_origin && { label: "Edit", icon: "edit", choose: () => actions.edit(message) },
        message.text && { label: "Copy the text", icon: "copy", choose: () => copy(message.text) },
        { label: "Forward", icon: "forward", choose: () => attempt(() => forward(message)) },
        isMine && message.poll && !message.poll.is_closed && { label: "Stop the poll", icon: "stop", choose: () => attempt(() => server.stopPoll(pane.place, message.message_id)) },
        (isMine || !pane.group) && { label: "Delete", icon: "trash", choose: () => attempt(() => server.remove(pane.place, message.message_id)) },
        { label: "Show as JSON", icon: "code", choose: () => inspect(message) },
      ].filter(Boolean);
    },
    /** A bot answered a tap. Resolves nothing that was another's. */
    answered(change) {
      if (change.person !== pane.me.id) return false;
      answered.add(change.callback_query_id);
      release(change.callback_query_id);
      return true;
    },
  };
  return actions;
}

// One person in one chat.
import { actionsOf } from "/actions.js";
import { composer } from "/composer.js";
import { $, el } from "/dom.js";
import { History } from "/history.js";
import { icon } from "/icons.js";
import { menu } from "/menu.js";
import { item } from "/message.js";
import { fullName, hue, initial, senderOf, summary } from "/names.js";
import * as server from "/server.js";
import { alert, attempt, toast } from "/tell.js";
import { View } from "/view.js";

const atFirst = 100; // messages, a little more than the view begins with

export class Pane {
  history = new History();
  chat = {};
  #actionTimer;
  #unread = 0;

  /**
   * `world`: `{bots, people, groups}`; `where`: `{me, bot}` or `{me, group}`; `hooks`: `choose(pane, change)`, `close(pane)`,
   * `duplicate(pane)`, `count()`, `refresh()`.
   */
  constructor(world, where, hooks) {
    this.hooks = hooks;
    this.element = $("pane").content.firstElementChild.cloneNode(true);
    this.part = (name) => this.element.querySelector(`[data-part="${name}"]`);
    this.actions = actionsOf(this);
    this.composer = composer(this.part, this.actions);
    this.view = new View(this.part("scroller"), this.part("log"), {
      entries: () => this.history.entries(),
      render: (entry) => item(entry, { me: this.me.id, isGroup: Boolean(this.group), actions: this.actions }),
      older: () => this.#loadOlder(),
      moved: () => this.#showUnread(),
    });
    this.part("menu").append(icon("more"));
    this.part("to-end").addEventListener("click", () => { this.view.toEnd(); this.#showUnread(); this.part("text").focus(); });
    this.part("pinned").addEventListener("click", () => this.jump(this.chat.pinned.at(-1)));
    this.part("chat").addEventListener("change", (event) => hooks.choose(this, Object.fromEntries(new URLSearchParams(event.target.value))));
    this.part("person").addEventListener("change", (event) => hooks.choose(this, { person: event.target.value }));
    this.part("log").addEventListener("keydown", (event) => this.#walk(event));
    menu(this.part("menu"), "More", () => this.#menuItems());
    this.be(world, where);
  }

  get place() { return this.group ? { chat: this.group.id, person: this.me.id } : { bot: this.bot.id, person: this.me.id }; }

  // MARK: Who and where

  be(world, where) {
    Object.assign(this, { group: undefined, bot: undefined }, where);
    const title = this.group?.title ?? this.bot.name;
    this.title = title;
    this.showWorld(world);
    this.part("avatar").textContent = initial(title);
    this.part("avatar").className = `avatar ${hue(this.group?.id ?? this.bot.id)}`;
    this.part("person-avatar").textContent = initial(this.me.first_name);
    this.part("person-avatar").className = `avatar small ${hue(this.me.id)}`;
    this.element.setAttribute("aria-label", `${fullName(this.me)} with ${title}`);
    this.part("scroller").setAttribute("aria-label", `Messages of ${fullName(this.me)} with ${title}`);
  }

  /** The people and chats to choose from. */
  showWorld(world) {
    this.world = world;
    const { bots, people, groups } = world;
    const all = people.some((person) => person.id === this.me.id) ? people : [...people, this.me];
    this.part("person").replaceChildren(...all.map((person) => el("option", { value: person.username ?? person.id, selected: person.id === this.me.id }, fullName(person))));
    this.part("chat").replaceChildren(
      el("optgroup", { label: "Bots" }, bots.map((bot) => el("option", { value: `bot=${bot.username}`, selected: !this.group && bot.id === this.bot.id }, bot.name))),
      ...(groups.length ? [el("optgroup", { label: "Groups" }, groups.map((group) => el("option", { value: `chat=${group.id}`, selected: group.id === this.group?.id }, group.title)))] : []));
  }

  refresh() { return this.hooks.refresh(); }

  #menuItems() {
    const items = [{ label: "Another person here", icon: "plus", choose: () => this.hooks.duplicate(this) }];
    if (!this.group) items.push({ label: this.chat.blocked ? "Unblock the bot" : "Stop and block the bot", icon: "stop", choose: () => attempt(() => server.block(this.place, !this.chat.blocked)) });
    else if (this.#member()) items.push({ label: "Leave the group", icon: "door", choose: () => attempt(() => server.leave(this.place)) });
    if (this.hooks.count() > 1) items.push({ label: "Close this pane", icon: "close", choose: () => this.hooks.close(this) });
    return items;
  }

  /** What one is in a group; undefined outside. */
  #member() { return this.chat.members?.find((member) => member.user.id === this.me.id)?.status; }

  #door() {
    const { type, started, blocked } = this.chat;
    if (!this.group) return blocked ? { label: "Unblock and restart" } : started ? undefined : { label: "Start" };
    const member = this.#member();
    if (!member) return { label: type === "channel" ? "Join the channel" : "Join the group", isAll: true };
    if (type === "channel" && !["creator", "administrator"].includes(member)) return { label: "Only administrators write here", isAll: true, isOver: true };
  }

  // MARK: Messages by keyboard

  /** From a message, arrows go to the next, and Enter opens its menu. */
  #walk(event) {
    if (!event.target.matches("li[data-id]")) return;
    const all = [...this.part("log").querySelectorAll("li[data-id]")];
    const at = all.indexOf(event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const next = all[Math.min(Math.max(to, 0), all.length - 1)];
      event.target.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    } else if (event.key === "Enter") {
      event.preventDefault();
      event.target.querySelector(".tool.more").click();
    }
  }

  async jump(id) {
    while (!this.view.reveal(id)) {
      if (!(await this.#loadOlder())) return toast("That message is no longer there.");
      this.view.sticks = false;
      this.view.update();
    }
    this.#showUnread();
  }

  // MARK: Showing

  async load() {
    const page = await server.history(this.place, undefined, atFirst);
    this.history.clear();
    this.history.prepend(page.messages);
    this.history.hasOlder = page.has_older;
    this.#unread = 0;
    this.view.toEnd();
    this.#showChat(page.chat);
    this.#showEmpty();
    return page.cursor;
  }

  async #loadOlder() {
    if (!this.history.hasOlder) return false;
    const page = await attempt(() => server.history(this.place, this.history.oldest));
    if (!page) return false;
    this.history.prepend(page.messages);
    this.history.hasOlder = page.has_older;
    return page.messages.length > 0;
  }

  apply(changes) {
    for (const change of changes) this.#apply(change);
    this.view.update();
    this.#showUnread();
    this.#showEmpty();
  }

  #apply(change) {
    switch (change.type) {
      case "message":
        if (!change.message) break;
        this.history.put(change.message, change.reactions);
        if (change.message.from?.is_bot) this.#showStatus();
        if (senderOf(change.message).id !== this.me.id && !this.view.sticks) this.#unread++;
        break;
      case "edited": if (change.message && this.history.message(change.message_id)) this.history.put(change.message, change.reactions); break;
      case "deleted": this.history.remove(change.message_id); break;
      case "action": this.#showStatus(change.action); break;
      case "chat": this.#showChat(change.chat); break;
      case "callback_answer": this.#answer(change); break;
    }
  }

  #answer(change) {
    if (!this.actions.answered(change)) return;
    if (change.url && /^https?:/i.test(change.url)) toast(`Opens ${change.url}`);
    if (change.text) (change.show_alert ? (text) => alert(this.title, text) : toast)(change.text);
  }

  #showChat(chat) {
    this.chat = chat;
    this.composer.update(chat, this.#door());
    this.#showStatus();
    const pinned = this.history.message(chat.pinned?.at(-1));
    this.part("pinned").hidden = !chat.pinned?.length;
    this.part("pinned").replaceChildren(icon("pin"), el("span", {}, el("b", {}, "Pinned "), pinned ? summary(pinned) : "message"));
  }

  #showStatus(action) {
    clearTimeout(this.#actionTimer);
    if (action && action !== "cancel") this.#actionTimer = setTimeout(() => this.#showStatus(), 5000);
    const members = this.chat.members?.length ?? 0;
    const rest = this.chat.blocked ? "blocked" : this.group ? `${members} ${members === 1 ? "member" : "members"}` : `@${this.bot.username}`;
    const isActing = Boolean(action) && action !== "cancel";
    this.part("status").classList.toggle("acting", isActing);
    this.part("status").textContent = isActing ? `${action.replaceAll("_", " ")}…` : rest;
  }

  #showUnread() {
    if (this.view.sticks) this.#unread = 0;
    const jump = this.part("to-end");
    jump.hidden = this.view.sticks;
    const words = this.#unread ? `${this.#unread} new, to the newest message` : "To the newest message";
    if (jump.getAttribute("aria-label") === words) return;
    jump.setAttribute("aria-label", words);
    jump.replaceChildren(icon("down"), this.#unread ? el("span", { class: "count" }, String(this.#unread)) : "");
  }

  #showEmpty() {
    this.part("empty").hidden = this.history.size > 0;
    this.part("empty").textContent = this.group ? "Nobody has written here yet." : `${this.me.first_name} has not talked to ${this.title} yet. Press Start or write something.`;
  }
}

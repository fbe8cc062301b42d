// The page: chooses chat and person, shows what the server tells, sends what the person does.
import { composer } from "/composer.js";
import { $, el } from "/dom.js";
import { item } from "/messages.js";
import * as server from "/server.js";

let me; // the person
let place; // {bot, person} or {chat, person}: names the conversation to the control API
let chat = {};
let stream;
let cursor = 0;
let actionTimer;
let reopenTimer;
let sticksToEnd = true; // the newest message is in view and stays there
const waiting = new Map(); // callback query id -> button
const answered = new Set(); // callback query ids; an answer may overtake the response that tells its id

// MARK: Telling

function toast(text) {
  const note = el("p", {}, text.replace(/^Bad Request: /, ""));
  $("toasts").append(note);
  setTimeout(() => note.remove(), 4000);
}

// fetch() fails with a TypeError when there was no answer at all.
const isAway = (error) => error instanceof TypeError;
function tell(error) { toast(isAway(error) ? "That did not arrive: the simulator can't be reached." : error.message); }

function alertDialog(text) {
  $("alert").querySelector("p").textContent = text;
  $("alert").showModal();
}

const guarded = (work) => async (...values) => {
  try { return await work(...values); } catch (error) { tell(error); throw error; }
};
const quietly = (work) => (...values) => { work(...values).catch(() => {}); };

// MARK: Doing

const say = guarded((text) => server.say(place, text));
const actions = {
  /** Rejects when the message was refused, so that it can be written again. */
  submit: say,
  say: quietly(say),
  share: quietly(guarded((what) => server.share(place, what))),
  vote: quietly(guarded((message, option) => server.vote(place, message.message_id, [option]))),
  sendFile: quietly(guarded((file) => server.sendFile(place, file, /^image\/(png|jpeg|webp)$/.test(file.type) ? "photo" : "document"))),
  press: quietly(guarded(async (message, row, column, button) => {
    const answer = await server.press(place, message.message_id, row, column);
    const query = answer.callback_query_id;
    if (!query) return toast("This button does nothing in the simulator.");
    if (answered.has(query)) return;
    button.classList.add("waiting");
    waiting.set(query, button);
    setTimeout(() => release(query), 15000);
  })),
};
const updateComposer = composer(actions);

function release(query) {
  waiting.get(query)?.classList.remove("waiting");
  waiting.delete(query);
}

// MARK: Showing

const isAtEnd = () => $("scroller").scrollHeight - $("scroller").scrollTop - $("scroller").clientHeight < 120;
function follow(wasAtEnd) { if (wasAtEnd) $("scroller").scrollTop = $("scroller").scrollHeight; }

$("scroller").addEventListener("scroll", () => { sticksToEnd = isAtEnd(); }, { passive: true });
// Pictures arrive, keyboards come and go, windows are resized: whoever was at the end stays there.
const resized = new ResizeObserver(() => follow(sticksToEnd));
for (const id of ["scroller", "log"]) resized.observe($(id));

function put(message, edits, isNew) {
  const node = item(message, edits, me.id, chat.type !== "private", actions);
  const old = document.getElementById(node.id);
  if (old) return old.replaceWith(node);
  if (isNew) node.classList.add("new");
  $("log").append(node);
}

function showChat(next) {
  chat = next;
  updateComposer(chat);
  showStatus();
}

function showStatus(action) {
  clearTimeout(actionTimer);
  if (action) actionTimer = setTimeout(() => showStatus(), 5000);
  $("status").textContent = action ? `${action.replaceAll("_", " ")}…` : chat.blocked ? "blocked" : chat.type === "private" ? "bot" : `${chat.members?.length ?? 0} members`;
}

function showEmpty() {
  $("empty").hidden = $("log").childElementCount > 0;
  $("empty").textContent = "No messages here yet. Press Start or write something.";
}

function apply(change) {
  switch (change.type) {
    case "message":
    case "edited":
      if (change.message) put(change.message, change.edits, change.type === "message");
      if (change.type === "message" && change.message?.from.is_bot) showStatus();
      break;
    case "deleted": document.getElementById(`m${change.message_id}`)?.remove(); break;
    case "action": showStatus(change.action); break;
    case "chat": showChat(change.chat); break;
    case "callback_answer":
      if (change.person !== me.id) break;
      answered.add(change.callback_query_id);
      release(change.callback_query_id);
      if (change.url && /^https?:/i.test(change.url)) toast(`Opens ${change.url}`);
      if (change.text) (change.show_alert ? alertDialog : toast)(change.text);
      break;
  }
}

function listen() {
  stream?.close();
  stream = server.events(place, cursor);
  stream.onopen = () => { $("notice").hidden = true; };
  // The browser tries again by itself, unless it was refused: by another simulator, to which all of this is unknown.
  stream.onerror = () => { showAway(); if (stream.readyState === EventSource.CLOSED) reopenLater(); };
  stream.onmessage = (event) => {
    const { changes, reset } = JSON.parse(event.data);
    if (reset) return load();
    const wasAtEnd = isAtEnd();
    for (const change of changes) apply(change);
    cursor = Number(event.lastEventId);
    showEmpty();
    follow(wasAtEnd);
  };
}

function showAway() {
  $("notice").textContent = "The simulator can't be reached. Trying again…";
  $("notice").hidden = false;
}

function reopenLater() {
  showAway();
  clearTimeout(reopenTimer);
  reopenTimer = setTimeout(() => choose({}), 1500);
}

async function load() {
  const view = await server.transcript(place);
  cursor = view.cursor;
  $("log").replaceChildren();
  showChat(view.chat);
  for (const { message, edits } of view.messages) put(message, edits, false);
  showEmpty();
  follow(true);
  listen();
}

// MARK: Choosing

async function askForPerson() {
  const dialog = $("new-person");
  dialog.returnValue = "cancel";
  $("name").value = "";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  const name = $("name").value.trim();
  return dialog.returnValue === "ok" && name ? server.addPerson(name) : null;
}

async function open(wanted) {
  const state = await server.state();
  const sameName = (a, b) => String(a).toLowerCase() === String(b).toLowerCase();
  const bare = (name) => name.replace(/_?bot$/i, "");
  if (!state.bots.length) {
    $("empty").hidden = false;
    $("empty").textContent = "No bots here yet. Start one against this server, then reload.";
    $("status").textContent = "no bots";
    return;
  }
  let person = state.people.find((p) => sameName(p.username, wanted.person) || sameName(p.id, wanted.person));
  if (!person && wanted.person) person = await server.addPerson(wanted.person.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase()));
  if (!person) person = state.people[0] ?? (await askForPerson());
  if (!person) return open(wanted);
  me = person;
  const people = state.people.some((p) => p.id === me.id) ? state.people : [...state.people, me];
  const group = state.groups.find((g) => sameName(g.id, wanted.chat));
  const bot = state.bots.find((b) => [b.id, b.username, bare(b.username), b.name].some((name) => sameName(name, wanted.bot))) ?? state.bots[0];
  place = group ? { chat: group.id, person: me.id } : { bot: bot.id, person: me.id };

  $("person").replaceChildren(...people.map((p) => el("option", { value: p.username ?? p.id, selected: p.id === me.id }, [p.first_name, p.last_name].filter(Boolean).join(" "))));
  $("chat").replaceChildren(
    el("optgroup", { label: "Bots" }, state.bots.map((b) => el("option", { value: `bot=${b.username}`, selected: !group && b.id === bot.id }, b.name))),
    ...(state.groups.length ? [el("optgroup", { label: "Groups" }, state.groups.map((g) => el("option", { value: `chat=${g.id}`, selected: g === group }, g.title)))] : []));
  const title = group ? group.title : bot.name;
  $("avatar").textContent = [...title][0]?.toUpperCase() ?? "?";
  document.title = `${title} · ${me.first_name}`;
  const address = new URLSearchParams(group ? { chat: group.id } : { bot: bot.username });
  address.set("person", me.username ?? me.id);
  history.replaceState(null, "", `?${address}`);
  await load();
  $("text").focus();
}

function choose(changes) {
  const wanted = Object.fromEntries(new URLSearchParams(location.search));
  if (changes.bot) delete wanted.chat;
  if (changes.chat) delete wanted.bot;
  return open({ ...wanted, ...changes }).catch((error) => {
    if (isAway(error)) reopenLater(); else tell(error);
  });
}

$("chat").addEventListener("change", () => choose(Object.fromEntries(new URLSearchParams($("chat").value))));
$("person").addEventListener("change", () => choose({ person: $("person").value }));
// No submit button, or Enter in the field would mean it, being the first.
$("cancel").addEventListener("click", () => $("new-person").close("cancel"));
$("add-person").addEventListener("click", async () => {
  const person = await askForPerson().catch((error) => { tell(error); return null; });
  if (person) choose({ person: person.username ?? String(person.id) });
});
choose({});

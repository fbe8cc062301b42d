// The page: opens a pane for everybody whom the address names, and hands them what the server tells.
import * as address from "/address.js";
import { $, button, el } from "/dom.js";
import { icon } from "/icons.js";
import { fullName, hue, initial, withoutBot } from "/names.js";
import { Pane } from "/pane.js";
import * as requests from "/requests.js";
import * as server from "/server.js";
import { connect } from "/stream.js";
import { ask, attempt, tell } from "/tell.js";

let world = { bots: [], people: [], groups: [] };
let panes = [];
let listening = []; // the panes in the order in which their news come
let cursor;
let reopenTimer;
let refreshTimer;

// MARK: Who is to be seen

const isSame = (a, b) => a !== undefined && b !== undefined && String(a).toLowerCase() === String(b).toLowerCase();

async function person(wanted) {
  const known = world.people.find((each) => isSame(each.username, wanted) || isSame(each.id, wanted));
  if (known) return known;
  if (wanted) return server.addPerson(wanted.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase()));
  return world.people[0] ?? server.addPerson("Ann");
}

async function place(wanted) {
  const me = await person(wanted.person);
  const group = world.groups.find((each) => isSame(each.id, wanted.chat));
  if (group) return { me, group };
  const names = (bot) => [bot.id, bot.username, withoutBot(bot.username), bot.name];
  return { me, bot: world.bots.find((bot) => names(bot).some((name) => isSame(name, wanted.bot))) ?? world.bots[0] };
}

const hooks = {
  count: () => panes.length,
  refresh: () => refresh(),
  duplicate: (pane) => addPerson(pane),
  close(pane) {
    panes = panes.filter((each) => each !== pane);
    pane.element.remove();
    arranged();
    listen();
    panes[0].part("text").focus();
  },
  choose: (pane, change) => attempt(async () => {
    await refresh();
    const now = { person: String(pane.me.id), ...(pane.group ? { chat: pane.group.id } : { bot: pane.bot.id }) };
    if (change.bot) delete now.chat;
    pane.be(world, await place({ ...now, ...change }));
    await open([pane]);
    pane.part("text").focus();
  }),
};

async function addPerson(beside = panes.at(-1)) {
  const name = await ask("Who is talking?", "Name");
  if (!name) return;
  await attempt(async () => {
    const me = await server.addPerson(name);
    await refresh();
    const pane = new Pane(world, beside.group ? { me, group: beside.group } : { me, bot: beside.bot }, hooks);
    panes.push(pane);
    $("panes").append(pane.element);
    await open([pane]);
    focus(pane);
  });
}

function focus(pane) {
  pane.element.scrollIntoView({ inline: "start", block: "nearest" });
  pane.part("text").focus({ preventScroll: true });
}

/** After panes came, went or changed. */
function arranged() {
  address.write(panes);
  document.title = [...new Set(panes.map((pane) => pane.title))].join(", ") || "Simulated Telegram";
  $("tabs").replaceChildren(
    ...panes.map((pane, index) => button({ class: "tab", title: `Alt+${index + 1}`, "aria-label": pane.element.getAttribute("aria-label"), onclick: () => focus(pane) },
      el("span", { class: `avatar small ${hue(pane.me.id)}`, "aria-hidden": "true" }, initial(pane.me.first_name)), el("span", {}, pane.me.first_name))),
    button({ class: "round", "aria-label": "Another person", title: "Another person", onclick: () => addPerson() }, icon("plus")));
}

// MARK: What the server tells

async function refresh() {
  world = await server.state();
  for (const pane of panes) pane.showWorld(world);
}

/** Loads panes anew and listens from there. */
async function open(some) {
  const cursors = await Promise.all(some.map((pane) => pane.load()));
  // The panes that are not loaded have seen everything up to the old cursor, and what comes twice does no harm.
  const start = Math.min(...cursors, some.length < panes.length ? cursor.change : Infinity);
  cursor = { change: start, request: cursor?.request ?? 0 };
  arranged();
  listen();
}

function listen() {
  clearTimeout(reopenTimer);
  listening = panes.slice();
  wish({ places: listening.map((pane) => pane.place), requests: !$("requests").hidden, ...cursor });
}

const wish = connect((told) => {
  switch (told.type) {
    case "open": $("notice").hidden = true; break;
    case "away": showAway(); break;
    case "refused": startLater(); break;
    case "news":
      cursor = { change: told.change, request: told.request };
      requests.add(told.requests);
      told.places.forEach((place, index) => {
        if (!place) return;
        if (place.reset) attempt(() => listening[index].load()); else listening[index].apply(place.changes);
      });
  }
});

function showAway() {
  $("notice").textContent = "The simulator can't be reached. Trying again…";
  $("notice").hidden = false;
}

function startLater() {
  showAway();
  clearTimeout(reopenTimer);
  reopenTimer = setTimeout(() => start(address.read()), 1500);
}

// MARK: Start

async function start(wanted) {
  try {
    world = await server.state();
    if (!world.bots.length) {
      $("nothing").hidden = false;
      $("nothing").textContent = "No bots here yet. This page waits for the first one.";
      reopenTimer = setTimeout(() => start(wanted), 2000);
      return;
    }
    $("nothing").hidden = true;
    const places = [];
    for (const each of wanted) places.push(await place(each));
    panes = places.map((where) => new Pane(world, where, hooks));
    $("panes").replaceChildren(...panes.map((pane) => pane.element));
    cursor = undefined;
    await open(panes);
    if (!document.body.classList.contains("shows-requests")) panes[0].part("text").focus({ preventScroll: true });
    performance.mark("ready");
  } catch (error) {
    if (server.isAway(error)) startLater(); else tell(error);
  }
}

// Alt and a digit go to a pane.
document.addEventListener("keydown", (event) => {
  const pane = event.altKey && /^Digit[1-9]$/.test(event.code) ? panes[Number(event.code.at(-1)) - 1] : undefined;
  if (pane) { event.preventDefault(); focus(pane); }
});
// Bots and people that came meanwhile are there to choose from.
addEventListener("focus", () => {
  clearTimeout(refreshTimer);
  refreshTimer = setTimeout(() => { if (panes.length) refresh().catch(() => {}); }, 300);
});

const wanted = address.read();
requests.setUp(() => { if (panes.length) { arranged(); listen(); } });
start(wanted);

// The raw view: every request of a bot and its answer, every delivery to a webhook, newest first.
import { $, button, el } from "/dom.js";
import { icon } from "/icons.js";
import { pretty } from "/json.js";
import { summary, withoutBot } from "/names.js";
import { copy } from "/tell.js";

const kept = 1000; // exchanges in memory
const shown = 150; // exchanges in the document

let all = []; // newest last
let isPaused = false;
let isDirty = false;

const isEmptyPoll = ({ method, answer }) => method === "getUpdates" && Array.isArray(answer?.result) && !answer.result.length;
const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const duration = (milliseconds) => (milliseconds < 1 ? "<1 ms" : milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`);

/** What an exchange is about, in a few words. */
function gist({ method, parameters, answer }) {
  if (answer?.ok === false) return answer.description;
  if (method === "getUpdates") {
    const count = answer?.result?.length ?? 0;
    return count === 0 ? "nothing new" : count === 1 ? describe(answer.result[0]) : `${count} updates`;
  }
  if (method === "webhook") return describe(parameters);
  return parameters.text ?? parameters.caption ?? parameters.question ?? parameters.emoji ?? parameters.action ?? parameters.url ?? "";
}

function describe(update) {
  const [kind, value] = Object.entries(update ?? {}).find(([name]) => name !== "update_id") ?? ["update", {}];
  const what = value?.data ?? (value?.from && value.message_id ? summary(value) : "");
  return `${kind}${what ? `: ${what}` : ""}`;
}

/** A command line that does the same; the token is left to who runs it. */
function asCurl({ method, parameters }) {
  const quoted = `'${JSON.stringify(parameters).replaceAll("'", "'\\''")}'`;
  return `curl ${location.origin}/bot$TOKEN/${method} -H 'Content-Type: application/json' -d ${quoted}`;
}

function body(entry) {
  const block = (title, value) => el("div", {}, el("h3", {}, title), el("pre", { class: "json", tabindex: "0", role: "group", "aria-label": title }, pretty(value)));
  const tools = [button({ class: "link", onclick: () => copy(JSON.stringify(entry, null, 2)) }, icon("copy"), "Copy")];
  if (entry.direction === "call") tools.push(button({ class: "link", onclick: () => copy(asCurl(entry)) }, icon("copy"), "Copy as curl"));
  return [el("div", { class: "tools" }, tools), block(entry.direction === "call" ? "Request" : "Update", entry.parameters), block("Answer", entry.answer)];
}

function row(entry) {
  const isGood = entry.status >= 200 && entry.status < 300;
  const details = el("details", {},
    el("summary", {},
      el("span", { class: "line" }, el("b", {}, entry.method), el("span", { class: isGood ? "code" : "code bad" }, entry.status ? String(entry.status) : "broken"),
        el("span", { class: "quiet" }, entry.bot ? withoutBot(entry.bot) : "unknown token"), el("span", { class: "quiet end" }, duration(entry.milliseconds), " · ", clock(entry.date))),
      el("span", { class: "gist" }, gist(entry))));
  details.addEventListener("toggle", () => { if (details.open && !details.querySelector("pre")) details.append(...body(entry)); });
  return el("li", { "data-number": entry.number }, details);
}

function fits(entry, words) {
  if (isEmptyPoll(entry) && !$("request-polls").checked) return false;
  entry.text ??= `${entry.method} ${entry.status} ${entry.bot} ${JSON.stringify(entry.parameters)} ${JSON.stringify(entry.answer)}`.toLowerCase();
  return words.every((word) => entry.text.includes(word));
}

function draw() {
  isDirty = false;
  if (isPaused || $("requests").hidden) return;
  const words = $("request-filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = [];
  let count = 0;
  for (let index = all.length - 1; index >= 0; index--) {
    if (!fits(all[index], words)) continue;
    if (wanted.length < shown) wanted.push(all[index]);
    count++;
  }
  const list = $("request-list");
  const known = new Map([...list.children].map((node) => [Number(node.dataset.number), node]));
  const height = list.scrollHeight;
  const top = list.scrollTop;
  const nodes = wanted.map((entry) => known.get(entry.number) ?? row(entry));
  const keep = new Set(nodes);
  for (const node of known.values()) if (!keep.has(node)) node.remove();
  let at = list.firstElementChild;
  for (const node of nodes) { if (node === at) at = at.nextElementSibling; else list.insertBefore(node, at); }
  // Who reads further down stays there.
  if (top > 8) list.scrollTop = top + list.scrollHeight - height;
  $("request-count").textContent = String(count);
}

function drawSoon() {
  if (isDirty) return;
  isDirty = true;
  requestAnimationFrame(draw);
}

export function add(entries) {
  if (!entries.length) return;
  // Another run of the simulator counts from one again.
  if (all.length && entries[0].number <= all.at(-1).number) all = entries[0].number < all.at(-1).number ? [] : all.slice(0, -1);
  all.push(...entries);
  if (all.length > kept) all.splice(0, all.length - kept);
  drawSoon();
}

/** `changed(isShown)` is called when the view is opened or closed. */
export function setUp(changed) {
  const toggle = $("toggle-requests");
  $("close-requests").append(icon("close"));

  function set(isShown) {
    $("requests").hidden = !isShown;
    document.body.classList.toggle("shows-requests", isShown);
    toggle.setAttribute("aria-pressed", String(isShown));
    if (isShown) { draw(); $("request-filter").focus(); } else toggle.focus();
    changed(isShown);
  }

  toggle.addEventListener("click", () => set($("requests").hidden));
  $("close-requests").addEventListener("click", () => set(false));
  $("requests").addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.target.value) set(false); });
  $("request-filter").addEventListener("input", draw);
  $("request-polls").addEventListener("change", draw);
  $("clear-requests").addEventListener("click", () => { all = []; draw(); });
  $("pause-requests").addEventListener("click", (event) => {
    isPaused = !isPaused;
    event.currentTarget.setAttribute("aria-pressed", String(isPaused));
    draw();
  });
  if (new URLSearchParams(location.search).has("requests")) set(true);
}

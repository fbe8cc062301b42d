// The control API.

async function request(method, path, body) {
  const isRaw = body === undefined || body instanceof Blob;
  const response = await fetch(`/control/v1/${path}`, {
    method,
    headers: isRaw ? {} : { "Content-Type": "application/json" },
    body: isRaw ? body : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.description ?? `HTTP ${response.status}`);
  return answer;
}

const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== undefined)).toString();

export const state = () => request("GET", "state");
export const addPerson = (name) => request("POST", "people", { name }).then((answer) => answer.people[0]);
export const history = (place, before, limit) => request("GET", `page/history?${query({ ...place, before, limit })}`);
export const say = (place, text, reply_to) => request("POST", "messages", { ...place, text, reply_to });
export const share = (place, what) => request("POST", "messages", { ...place, ...what });
export const edit = (place, message_id, text) => request("POST", "messages/edit", { ...place, message_id, text });
export const press = (place, message_id, row, column) => request("POST", "presses", { ...place, message_id, row, column });
export const vote = (place, message_id, options) => request("POST", "votes", { ...place, message_id, options });
export const stopPoll = (place, message_id) => request("POST", "polls/stop", { ...place, message_id });
export const follow = (place, invite_link) => request("POST", "joins", { person: place.person, invite_link });
export const block = (place, blocked) => request("POST", "blocks", { bot: place.bot, person: place.person, blocked });
export const react = (place, message_id, emoji) => request("POST", "reactions", { ...place, message_id, emoji });
export const remove = (place, message_id) => request("POST", "messages/delete", { ...place, message_id });
export const forward = (place, message_id, to) => request("POST", "messages/forward", { ...place, message_id, to });
export const join = (place) => request("POST", `groups/${place.chat}/join`, { person: place.person });
export const leave = (place) => request("POST", `groups/${place.chat}/leave`, { person: place.person });
export const inlineQuery = (place, bot, words, offset, chat_type) =>
  request("POST", "inline_queries", { person: place.person, bot, query: words, offset, chat_type });
export const inlineAnswer = (id, timeout) => request("GET", `inline_queries/${encodeURIComponent(id)}?${query({ timeout })}`);
export const chooseInline = (place, id, result) => request("POST", `inline_queries/${encodeURIComponent(id)}/choose`, { ...place, result });
export const sendFile = (place, file, { kind, album, caption }) =>
  request("POST", `files?${query({ ...place, kind, album, name: file.name, caption: caption || undefined })}`, file);
export const fileURL = (id) => `/control/v1/files/${encodeURIComponent(id)}`;

/** fetch() fails with a TypeError when there was no answer at all. */
export const isAway = (error) => error instanceof TypeError;

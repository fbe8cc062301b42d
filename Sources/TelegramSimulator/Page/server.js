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
export const history = (place, before) => request("GET", `page/history?${query({ ...place, before })}`);
export const say = (place, text, reply_to) => request("POST", "messages", { ...place, text, reply_to });
export const share = (place, what) => request("POST", "messages", { ...place, ...what });
export const edit = (place, message_id, text) => request("POST", "messages/edit", { ...place, message_id, text });
export const press = (place, message_id, row, column) => request("POST", "presses", { ...place, message_id, row, column });
export const vote = (place, message_id, options) => request("POST", "votes", { ...place, message_id, options });
export const block = (place, blocked) => request("POST", "blocks", { bot: place.bot, person: place.person, blocked });
export const sendFile = (place, file, kind, caption) =>
  request("POST", `files?${query({ ...place, kind, name: file.name, caption: caption || undefined })}`, file);
export const fileURL = (id) => `/control/v1/files/${encodeURIComponent(id)}`;
export const stream = (places, requests, since) =>
  new EventSource(`/control/v1/page/stream?${query({ places: JSON.stringify(places), requests, since })}`);

/** fetch() fails with a TypeError when there was no answer at all. */
export const isAway = (error) => error instanceof TypeError;

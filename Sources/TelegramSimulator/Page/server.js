// The control API.

async function request(method, path, body) {
  const response = await fetch(`/control/v1/${path}`, {
    method,
    headers: body === undefined || body instanceof Blob ? {} : { "Content-Type": "application/json" },
    body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.description ?? `HTTP ${response.status}`);
  return answer;
}

const query = (values) => new URLSearchParams(values).toString();

export const state = () => request("GET", "state");
export const addPerson = (name) => request("POST", "people", { name }).then((answer) => answer.people[0]);
export const transcript = (place) => request("GET", `transcript?${query(place)}`);
export const say = (place, text) => request("POST", "messages", { ...place, text });
export const share = (place, what) => request("POST", "messages", { ...place, ...what });
export const press = (place, message_id, row, column) => request("POST", "presses", { ...place, message_id, row, column });
export const vote = (place, message_id, options) => request("POST", "votes", { ...place, message_id, options });
export const sendFile = (place, file, kind) => request("POST", `files?${query({ ...place, kind, name: file.name })}`, file);
export const fileURL = (id) => `/control/v1/files/${encodeURIComponent(id)}`;
export const events = (place, since) => new EventSource(`/control/v1/events?${query({ ...place, since })}`);

// The address tells who is to be seen: ?bot=demo&person=ann&person=bob&bot=count&person=ann makes three panes. A bot, or a
// chat (a group's id), holds for the people after it.

export function read(search = location.search) {
  const panes = [];
  let place = {};
  let isUsed = true;
  for (const [name, value] of new URLSearchParams(search)) {
    if (name === "bot" || name === "chat") {
      if (!isUsed) panes.push({ ...place });
      place = { [name]: value };
      isUsed = false;
    } else if (name === "person") {
      // The order of a single pane's parts is of no importance.
      panes.push({ ...place, person: value });
      isUsed = true;
    }
  }
  if (!isUsed) {
    if (panes.length && !panes.at(-1).bot && !panes.at(-1).chat) Object.assign(panes.at(-1), place);
    else panes.push({ ...place });
  }
  return panes.length ? panes : [{}];
}

export function write(panes) {
  const address = new URLSearchParams();
  let last = "";
  for (const pane of panes) {
    const [name, value] = pane.group ? ["chat", pane.group.id] : ["bot", pane.bot.username];
    if (`${name}=${value}` !== last) address.append(name, value);
    last = `${name}=${value}`;
    address.append("person", pane.me.username ?? pane.me.id);
  }
  if (document.body.classList.contains("shows-requests")) address.append("requests", "1");
  history.replaceState(null, "", `?${address}`);
}

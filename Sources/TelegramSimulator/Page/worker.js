// What all tabs share: a worker that keeps the one stream.
import { Hub } from "/hub.js";

const hub = new Hub();

addEventListener("connect", ({ ports: [port] }) => {
  port.onmessage = ({ data }) => { if (data) hub.listen(port, data, (told) => port.postMessage(told)); else hub.leave(port); };
  // Of tabs that had no time to say so. Not every browser tells.
  port.addEventListener("close", () => hub.leave(port));
});

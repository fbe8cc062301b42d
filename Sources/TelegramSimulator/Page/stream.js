// The way to the stream: over the worker that all tabs share, or by oneself where there are no such workers.
import { Hub } from "/hub.js";

/** `tell` gets what the hub tells, for the newest wish only. Returns `listen({places, requests, change, request})`. */
export function connect(tell) {
  let round = 0;
  let wish = null;
  let port = null;
  let own = null;

  const told = (what) => { if (what.type !== "news" || what.round === round) tell(what); };

  function send() {
    if (port) port.postMessage(wish);
    else if (wish) own.listen(tell, wish, told);
    else own.leave(tell);
  }

  function goAlone() {
    if (own) return;
    [port, own] = [null, new Hub()];
    if (wish) send();
  }

  /** Not before it is needed: a worker takes its time to start, and the messages come first. */
  function begin() {
    try {
      const worker = new SharedWorker(`/worker.js${new URL(import.meta.url).search}`, "stream");
      worker.addEventListener("error", goAlone);
      port = worker.port;
      port.onmessage = ({ data }) => told(data);
    } catch { own = new Hub(); }
  }

  // A page that the browser keeps for the way back asks again where it stopped.
  addEventListener("pagehide", () => { if (wish) { if (port) port.postMessage(null); else own.leave(tell); } });
  addEventListener("pageshow", (event) => { if (event.persisted && wish) send(); });

  return (next) => {
    wish = { ...next, round: ++round };
    if (!port && !own) begin();
    send();
  };
}

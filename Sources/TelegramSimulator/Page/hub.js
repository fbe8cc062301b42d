// One stream of server-sent events for all who listen. A browser opens six connections to a server at most, and a stream holds one
// for as long as it lasts: six tabs with a stream each would leave none for anything else.

const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== undefined)).toString();

export class Hub {
  #listeners = new Map(); // who -> {round, places, positions, requests, change, request, tell}
  #stream = null;
  #isDue = false;

  /**
   * `wish`: `{round, places, requests, change, request}`: chats, whether the request log is wanted, and what is known already.
   * `tell` gets `{type: "open"}`, `{type: "away"}`, `{type: "refused"}` (then the listener is forgotten) and
   * `{type: "news", round, change, request, places, requests}`.
   */
  listen(who, wish, tell) {
    this.#listeners.set(who, { ...wish, tell });
    this.#reopenSoon();
  }

  leave(who) {
    if (this.#listeners.delete(who)) this.#reopenSoon();
  }

  /** Those who come at the same time share one reopening. */
  #reopenSoon() {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => { this.#isDue = false; this.#open(); });
  }

  #open() {
    this.#stream?.close();
    this.#stream = null;
    const listeners = [...this.#listeners.values()];
    if (!listeners.length) return;
    const places = new Map(); // as text -> position in the stream
    for (const listener of listeners) {
      listener.positions = listener.places.map((place) => {
        const text = JSON.stringify(place);
        if (!places.has(text)) places.set(text, places.size);
        return places.get(text);
      });
    }
    const readers = listeners.filter((listener) => listener.requests);
    const since = `${Math.min(...listeners.map((each) => each.change))}-${Math.min(...(readers.length ? readers : listeners).map((each) => each.request))}`;
    const stream = new EventSource(`/control/v1/page/stream?${query({ places: `[${[...places.keys()].join(",")}]`, requests: readers.length > 0, since })}`);
    this.#stream = stream;
    stream.onopen = () => this.#tell({ type: "open" });
    // The browser tries again by itself, unless it was refused: by another simulator, to which all of this is unknown.
    stream.onerror = () => {
      if (stream !== this.#stream) return;
      const isOver = stream.readyState === EventSource.CLOSED;
      this.#tell({ type: isOver ? "refused" : "away" });
      // One whose chats are unknown must not keep the others from theirs; all come again.
      if (isOver) this.#listeners.clear();
    };
    stream.onmessage = (event) => { if (stream === this.#stream) this.#share(event.lastEventId.split("-").map(Number), JSON.parse(event.data)); };
  }

  #tell(what) { for (const { tell } of this.#listeners.values()) tell(what); }

  /**
   * Everybody gets what is theirs and what they have not had: the stream began where the last of them stood. Numbers that are
   * lower than the last ones are those of another simulator in the old one's place.
   */
  #share([change, request], news) {
    for (const listener of this.#listeners.values()) {
      const places = listener.positions.map((position) => {
        const told = news.places[position];
        if (!told || told.reset) return told;
        const changes = told.changes.filter((each) => each.number > listener.change);
        return changes.length ? { ...told, changes } : null;
      });
      const requests = listener.requests ? news.requests.filter((each) => each.number > listener.request || request < listener.request) : [];
      Object.assign(listener, { change, request });
      if (requests.length || places.some(Boolean)) listener.tell({ type: "news", round: listener.round, change, request, places, requests });
    }
  }
}

// What is near the view of a long chat: a window of entries is in the document, the others only in memory.

const most = 160; // entries in the document
const step = 50; // by which the window moves
const near = 900; // pixels from an end at which it does

export class View {
  #nodes = new Map(); // key -> {node, signature}
  #entries = [];
  #first = 0;
  #last = 0;
  #isLoading = false;
  #ignoresScroll = false;
  #top = 0;
  sticks = true; // the newest message is in view and stays there

  /**
   * - scroller, list: the elements
   * - entries(): all of them; render(entry): a node
   * - older(): fetches older messages; resolves to whether there were some
   * - moved(): the person scrolled
   */
  constructor(scroller, list, { entries, render, older, moved }) {
    Object.assign(this, { scroller, list, read: entries, render, older, moved });
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // Pictures arrive, keyboards come and go, windows are resized: whoever was at the end stays there.
    const resized = new ResizeObserver(() => { if (this.sticks) this.#toBottom(); else this.#top = this.scroller.scrollTop; });
    resized.observe(scroller);
    resized.observe(list);
  }

  /** The history changed. */
  update() {
    // The day above may stay the first one of its chat for ever; messages stay where they are.
    const first = this.#entries.slice(this.#first, this.#last).find((entry) => entry.records)?.records[0].message.message_id;
    const wasAtEnd = this.#last === this.#entries.length;
    this.#entries = this.read();
    const count = this.#entries.length;
    if (this.sticks) this.#first = Math.max(0, count - most / 2);
    else this.#first = Math.max(0, this.#entries.findIndex((entry) => includes(entry, first)));
    this.#last = this.sticks || wasAtEnd ? Math.min(count, this.#first + Math.max(most * 2, 1)) : Math.min(count, this.#first + most);
    this.#sync();
    if (this.sticks) this.#toBottom();
  }

  toEnd() {
    this.sticks = true;
    this.update();
  }

  /** Brings an entry into view; false when it isn't loaded. */
  reveal(id) {
    const index = this.#entries.findIndex((entry) => includes(entry, id));
    if (index < 0) return false;
    if (index < this.#first || index >= this.#last) {
      this.#first = Math.max(0, index - step);
      this.#last = Math.min(this.#entries.length, this.#first + most);
      this.sticks = false;
      this.#sync();
    }
    const { node } = this.#nodes.get(this.#entries[index].key);
    node.scrollIntoView({ block: "center" });
    node.classList.remove("found");
    requestAnimationFrame(() => node.classList.add("found"));
    return true;
  }

  #distance() { return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight; }
  #toBottom() { this.scroller.scrollTop = this.scroller.scrollHeight; }

  async #scrolled() {
    if (this.#ignoresScroll) return;
    // Only a person scrolls up; everything else that leaves the end, such as a picture that arrives, is followed.
    if (this.#last === this.#entries.length && this.#distance() < 80) this.sticks = true;
    else if (this.scroller.scrollTop < this.#top - 1) this.sticks = false;
    this.#top = this.scroller.scrollTop;
    this.moved();
    if (this.scroller.scrollTop < near) await this.#goUp();
    else if (this.#distance() < near && this.#last < this.#entries.length) this.#move(Math.min(this.#entries.length, this.#last + step) - this.#last);
  }

  async #goUp() {
    if (this.#first > 0) return this.#move(-Math.min(step, this.#first));
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      if (!(await this.older())) return;
      this.sticks = false;
      this.#keepingPlace(() => this.update());
      this.#move(-Math.min(step, this.#first));
    } finally { this.#isLoading = false; }
  }

  /** Moves the window by so many entries, keeping what is in view where it is. */
  #move(by) {
    this.#keepingPlace(() => {
      if (by < 0) {
        this.#first += by;
        this.#last = Math.min(this.#last, this.#first + most);
      } else {
        this.#last += by;
        this.#first = Math.max(this.#first, this.#last - most);
      }
      this.#sync();
    });
  }

  #keepingPlace(change) {
    const edge = this.scroller.getBoundingClientRect().top;
    const anchor = [...this.list.children].find((node) => node.dataset.id && node.getBoundingClientRect().bottom > edge);
    const before = anchor?.getBoundingClientRect().top;
    // What was there before is not news to a screen reader.
    this.scroller.setAttribute("aria-live", "off");
    this.#ignoresScroll = true;
    change();
    if (anchor?.isConnected) this.scroller.scrollTop += anchor.getBoundingClientRect().top - before;
    this.#top = this.scroller.scrollTop;
    requestAnimationFrame(() => {
      this.#ignoresScroll = false;
      this.scroller.setAttribute("aria-live", "polite");
      // Whoever went on to the very end meanwhile causes no further event there.
      this.#scrolled();
    });
  }

  #sync() {
    const wanted = this.#entries.slice(this.#first, this.#last);
    const keys = new Set(wanted.map((entry) => entry.key));
    for (const [key, { node }] of this.#nodes) if (!keys.has(key)) { node.remove(); this.#nodes.delete(key); }
    let at = this.list.firstElementChild;
    for (const entry of wanted) {
      const signature = `${entry.signature}${entry.isFirst ? "f" : ""}${entry.isLast ? "l" : ""}`;
      const known = this.#nodes.get(entry.key);
      if (known?.signature === signature) {
        if (known.node === at) at = at.nextElementSibling;
        else this.list.insertBefore(known.node, at);
        continue;
      }
      const node = this.render(entry);
      this.#nodes.set(entry.key, { node, signature });
      if (!known) { this.list.insertBefore(node, at); continue; }
      if (known.node.tabIndex === 0) node.tabIndex = 0;
      const focus = focused(known.node);
      if (known.node === at) at = at.nextElementSibling;
      known.node.replaceWith(node);
      focusAgain(node, focus);
    }
    // One message is on the way of Tab; from it one walks with arrows.
    if (!this.list.querySelector(":scope > [tabindex='0']")) this.list.querySelector(":scope > [data-id]:last-child")?.setAttribute("tabindex", "0");
  }
}

const includes = (entry, id) => Boolean(entry.records?.some((record) => record.message.message_id === id));

const focusable = "button, a[href], input, [tabindex]";

/** Which of a node's controls has the focus, 0 being itself; -1 for none. */
const focused = (node) => [node, ...node.querySelectorAll(focusable)].indexOf(document.activeElement);

/** A message that is edited under one's fingers must not throw them out. */
function focusAgain(node, index) {
  if (index < 0) return;
  const all = [node, ...node.querySelectorAll(focusable)];
  all[Math.min(index, all.length - 1)]?.focus();
}

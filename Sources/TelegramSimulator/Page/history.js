// The messages of one chat, and the entries they are shown as: days, single messages, albums.
import { senderOf } from "/names.js";

const minutesApart = 5 * 60;
const offset = new Date().getTimezoneOffset() * 60;
const dayNumber = (seconds) => Math.floor((seconds - offset) / 86_400);

export class History {
  #records = new Map();
  #order = [];
  #version = 0;
  hasOlder = false;

  clear() {
    this.#records.clear();
    this.#order = [];
    this.hasOlder = false;
  }

  get size() { return this.#order.length; }
  get oldest() { return this.#order[0]; }
  message(id) { return this.#records.get(id)?.message; }
  choice(id) { return this.#records.get(id)?.choice; }

  /** The newest message that fits. */
  last(fits) {
    for (let index = this.#order.length - 1; index >= 0; index--) {
      const { message } = this.#records.get(this.#order[index]);
      if (fits(message)) return message;
    }
  }

  /** Puts a message in its place, or a newer version of it in place of the older. */
  put(message, reactions) {
    const id = message.message_id;
    const known = this.#records.get(id);
    this.#records.set(id, { message, reactions, choice: known?.choice, version: ++this.#version });
    if (known) return;
    if (!this.#order.length || id > this.#order.at(-1)) this.#order.push(id);
    else this.#order.splice(this.#place(id), 0, id);
  }

  /** Older messages, oldest first. */
  prepend(views) {
    const added = [];
    for (const { message, choice, reactions } of views) {
      if (this.#records.has(message.message_id)) continue;
      this.#records.set(message.message_id, { message, choice, reactions, version: ++this.#version });
      added.push(message.message_id);
    }
    this.#order = [...added, ...this.#order];
  }

  setChoice(id, choice) {
    const record = this.#records.get(id);
    if (record) Object.assign(record, { choice, version: ++this.#version });
  }

  remove(id) {
    if (this.#records.delete(id)) this.#order.splice(this.#place(id), 1);
  }

  #place(id) {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#order[middle] < id) low = middle + 1; else high = middle;
    }
    return low;
  }

  /** `{key, signature, …}`: an entry whose signature is the same looks the same. */
  entries() {
    const entries = [];
    let previous;
    let today = -1;
    for (const id of this.#order) {
      const record = this.#records.get(id);
      const { message } = record;
      const number = dayNumber(message.date);
      if (number !== today) {
        entries.push({ key: `d${number}`, signature: "", date: message.date });
        today = number;
        previous = undefined;
      }
      if (previous?.album && previous.album === message.media_group_id) {
        previous.records.push(record);
        previous.signature += `,${record.version}`;
        continue;
      }
      const follows = previous && previous.sender === senderOf(message).id && !previous.isService && message.date - previous.date < minutesApart;
      const entry = {
        key: `m${id}`, records: [record], signature: String(record.version), album: message.media_group_id, sender: senderOf(message).id,
        date: message.date, isService: Boolean(serviceOf(message)), isFirst: !follows, isLast: true,
      };
      if (follows && !entry.isService) previous.isLast = false;
      entries.push(entry);
      previous = entry;
    }
    return entries;
  }
}

const services = [
  "new_chat_members", "left_chat_member", "pinned_message", "group_chat_created", "supergroup_chat_created", "channel_chat_created",
  "new_chat_title", "new_chat_photo", "delete_chat_photo", "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
  "general_forum_topic_hidden", "general_forum_topic_unhidden", "successful_payment", "refunded_payment", "boost_added",
];

/** What a message tells of that nobody wrote; undefined for others. */
export const serviceOf = (message) => services.find((name) => message[name] !== undefined);

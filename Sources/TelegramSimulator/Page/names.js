// What people, bots and messages are called.

export const fullName = (user) => [user?.first_name, user?.last_name].filter(Boolean).join(" ") || user?.title || "Somebody";
/** Who a message is of; posts of a channel are the channel's own. */
export const senderOf = (message) => message.from ?? message.sender_chat ?? { id: 0 };
export const initial = (name) => [...String(name)][0]?.toUpperCase() ?? "?";
/** One of eight colours that stays the same for an id. */
export const hue = (id) => `hue-${Math.abs(Number(id)) % 8}`;
export const withoutBot = (username) => username.replace(/_?bot$/i, "");

const kinds = [
  ["photo", "Photo"], ["animation", "GIF"], ["video", "Video"], ["video_note", "Video message"], ["voice", "Voice message"],
  ["audio", "Audio"], ["sticker", "Sticker"], ["document", "File"], ["venue", "Place"], ["location", "Location"], ["contact", "Contact"],
  ["dice", "Dice"],
];

/** A message in a few words. */
export function summary(message) {
  if (message.poll) return `${message.poll.type === "quiz" ? "Quiz" : "Poll"}: ${message.poll.question}`;
  if (message.dice) return `${message.dice.emoji} ${message.dice.value}`;
  if (message.document && !message.animation && !message.caption) return message.document.file_name ?? "File";
  return message.text ?? message.caption ?? kinds.find(([kind]) => message[kind])?.[1] ?? "Message";
}

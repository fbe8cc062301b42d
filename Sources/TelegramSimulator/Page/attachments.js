// Files that wait to be sent: chosen, pasted or dropped.
import { button, el, size } from "/dom.js";
import { icon } from "/icons.js";

/** What a browser's type of file is to Telegram. */
function kindOf(file) {
  if (file.type === "image/gif") return "animation";
  if (/^image\/(png|jpeg|webp)$/.test(file.type)) return "photo";
  return { video: "video", audio: "audio" }[file.type.split("/")[0]] ?? "document";
}

/** Pictures and films sent together are an album. */
const canBeAlbum = (files) => files.length > 1 && files.length <= 10 && files.every(({ kind }) => kind === "photo" || kind === "video");

/** `changed()` is called when files come and go. */
export function attachments(part, changed) {
  let files = []; // {file, kind}
  let sendsPlain = false;

  function add(chosen, isPlain) {
    for (const file of chosen) files.push({ file, kind: isPlain ? "document" : kindOf(file) });
    if (chosen.length) changed();
  }

  const field = part("file");
  field.addEventListener("change", () => { add([...field.files], sendsPlain); field.value = ""; });
  part("text").addEventListener("paste", (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length) { event.preventDefault(); add(pasted, false); }
  });
  const pane = field.closest(".pane");
  pane.addEventListener("dragover", (event) => { event.preventDefault(); pane.classList.add("drop"); });
  pane.addEventListener("dragleave", (event) => { if (!pane.contains(event.relatedTarget)) pane.classList.remove("drop"); });
  pane.addEventListener("drop", (event) => {
    event.preventDefault();
    pane.classList.remove("drop");
    add([...(event.dataTransfer?.files ?? [])], false);
  });

  return {
    get count() { return files.length; },
    pick(isPlain) { sendsPlain = isPlain; field.click(); },
    clear() { files = []; },
    chips: () => files.map(({ file, kind }, index) => el("span", { class: "chip" }, icon("file"), el("span", {}, `${file.name} · ${kind} · ${size(file.size)}`),
      button({ class: "round", "aria-label": `Remove ${file.name}`, onclick: () => { files.splice(index, 1); changed(); } }, icon("close")))),
    /** Takes them out as `{file, kind, album}`. */
    take() {
      const album = canBeAlbum(files) ? crypto.getRandomValues(new Uint32Array(1))[0].toString(36) : undefined;
      const taken = files.map((each) => ({ ...each, album }));
      files = [];
      return taken;
    },
  };
}

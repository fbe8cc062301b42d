// Line icons of 24 by 24, drawn here so that nothing is loaded for them.
const shapes = {
  attach: "M20 11.5l-8.2 8.2a5.2 5.2 0 0 1-7.4-7.4l8.6-8.6a3.5 3.5 0 0 1 5 5l-8.6 8.5a1.8 1.8 0 0 1-2.5-2.5l7.7-7.7",
  close: "M6 6l12 12M18 6L6 18",
  code: "M9 7l-5 5 5 5M15 7l5 5-5 5",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c1-4 4-5.500 7.500-5.500s6.500 1.500 7.500 5.500",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  down: "M6 10l6 6 6-6",
  dice: "M5 5h14v14H5zM9 9h.01M15 9h.01M12 12h.01M9 15h.01M15 15h.01",
  door: "M14 4h5v16h-5M4 12h11M11 8l4 4-4 4",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  edit: "M5 19l1-4L16.500 4.500l3 3L9 18zM14 7l3 3",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  keyboard: "M3 7h18v11H3zM7 11h.01M11 11h.01M15 11h.01M8 15h8",
  more: "M12 5.500v.01M12 12v.01M12 18.500v.01",
  out: "M8 16l8-8M9 8h7v7",
  forward: "M14 8V4l7 7-7 7v-4c-5 0-8 1.500-11 5 1-6 4-10 11-11z",
  pause: "M9 5v14M15 5v14",
  pin: "M12 21s7-6.200 7-11.500a7 7 0 0 0-14 0C5 14.800 12 21 12 21zM12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  play: "M8 5l11 7-11 7z",
  poll: "M6 20v-6M12 20V5M18 20V10",
  plus: "M12 5v14M5 12h14",
  reply: "M10 8V4l-7 7 7 7v-4c5 0 8 1.500 11 5-1-6-4-10-11-11z",
  send: "M4 12l16-8-6 16-3-6.500z",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.500 14.500c1.800 2.500 5.200 2.500 7 0M9 9.500h.01M15 9.500h.01",
  slash: "M15 5L9 19",
  stop: "M6 6h12v12H6z",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
};
const filled = new Set(["send", "play", "more"]);

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", filled.has(name) ? `icon filled ${name}` : "icon");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", shapes[name]);
  svg.append(path);
  return svg;
}

import { svg } from "./dom.js";

/** Paths on a square of 24, drawn as lines. */
const PATHS = {
  jangkau: [
    "M15.5 4.800a8 8 0 1 0 4 5",
    "M12 12.500L19 5",
    "M17.800 5a1.200 1.200 0 1 0 2.400 0a1.200 1.200 0 1 0 -2.400 0",
  ],
  ikhtisar: ["M4 5h6v6H4z", "M14 5h6v6h-6z", "M4 15h6v5H4z", "M14 15h6v5h-6z"],
  instansi: ["M3 21h18", "M5 21V10", "M10 21V10", "M14 21V10", "M19 21V10", "M3 10l9-6 9 6z"],
  direktif: ["M6 3h9l4 4v14H6z", "M15 3v4h4", "M9 12h7", "M9 16h7"],
  penjelasan: ["M8 8a4 4 0 1 0 8 0a4 4 0 1 0 -8 0", "M4 21c0-4.500 3.500-7 8-7s8 2.500 8 7"],
  kesehatan: ["M3 12h4l3-7 4 14 3-7h4"],
  theme: ["M12 3a9 9 0 1 0 0 18z", "M12 3a9 9 0 0 1 0 18"],
  good: ["M5 12.500l4.500 4.500L19 7"],
  warn: ["M12 4L2.500 20h19z", "M12 10v4", "M12 17v.5"],
  bad: ["M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18", "M12 7v6", "M12 16v.5"],
  info: ["M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18", "M12 11v6", "M12 7.500v.5"],
  copy: ["M9 9h11v11H9z", "M5 15H4V4h11v1"],
  back: ["M19 12H5", "M11 6l-6 6 6 6"],
};

/**
 * A small picture beside words; it says nothing by itself.
 * @param {string} name of `PATHS`
 * @returns {SVGElement}
 */
export function icon(name) {
  return svg(
    "svg",
    {
      "class": `icon icon-${name}`,
      "viewBox": "0 0 24 24",
      "width": 24,
      "height": 24,
      "aria-hidden": "true",
      "focusable": "false",
    },
    (PATHS[name] ?? []).map((d) => svg("path", { d })),
  );
}

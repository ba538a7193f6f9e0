import { h } from "../dom.js";
import { count, share } from "../format.js";

/**
 * Parts of a whole as horizontal bars, each with its number.
 * @param {{label: string, note?: string, value: number}[]} rows
 * @param {number} whole what all of it is
 */
export function bars(rows, whole) {
  const most = Math.max(1, ...rows.map((row) => row.value));
  return h(
    "ul",
    { class: "bars" },
    rows.map((row) =>
      h(
        "li",
        { class: "bar" },
        h(
          "div",
          { class: "bar-words" },
          h("span", { class: "bar-label" }, row.label),
          h(
            "span",
            { class: "bar-value" },
            count(row.value),
            " ", // else it is read out as one number
            h("span", { class: "muted" }, share(row.value, whole)),
          ),
        ),
        h(
          "div",
          { "class": "bar-track", "aria-hidden": "true" },
          h("span", { class: "bar-fill", style: { "--value": `${(100 * row.value) / most}%` } }),
        ),
        row.note && h("p", { class: "bar-note" }, row.note),
      ),
    ),
  );
}

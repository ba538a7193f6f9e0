import { all, h } from "../dom.js";
import { ago, count, date, share, time } from "../format.js";
import { t } from "../words.js";
import { tag } from "./notice.js";

/**
 * As of when figures are, and whether they are complete.
 * @param {string|null|undefined} at ISO moment
 * @param {boolean|{reported: number|null, partitions: number|null}} [complete] how many partitions are in them, where it is
 *   known; left out where it is no question
 */
export function asOf(at, complete) {
  if (!at) return h("p", { class: "as-of" }, tag("warn", t("asof.none")));
  return h("p", { class: "as-of" }, t("asof.at", { time: time(at) }), completeness(complete));
}

function completeness(complete) {
  if (complete === undefined) return null;
  if (typeof complete === "boolean")
    return complete ? tag("good", t("asof.complete")) : tag("warn", t("asof.incomplete"));
  const { reported, partitions } = complete;
  if (reported !== null && reported === partitions) return tag("good", t("asof.complete"));
  return tag("warn", t("asof.partitions", { reported: count(reported), partitions: count(partitions) }));
}

/**
 * A moment, said as how long ago, with the moment itself at hand.
 * @param {string|null|undefined} at ISO moment
 */
export function when(at) {
  if (!at) return "–";
  return h("time", { datetime: at, title: time(at), dataset: { ago: "" } }, ago(at));
}

/**
 * One number with what it is.
 * @param {string} label
 * @param {string|Node} value as it is to be shown
 * @param {string|Node|null} [note] what belongs to it
 */
export function figure(label, value, note) {
  return h(
    "div",
    { class: "figure" },
    h("dt", { class: "figure-label" }, label),
    h("dd", { class: "figure-value" }, value, note && h("span", { class: "figure-note" }, note)),
  );
}

/**
 * A number on its way to a target.
 * @param {number|null} value
 * @param {number|null} target
 * @param {{whole?: number|null, label?: string, due?: string|null}} [options] `whole`: what all would be, the length of the bar
 *   (the target otherwise); `due`: the target's date
 */
export function meter(value, target, { whole = null, label = "", due = null } = {}) {
  const full = Math.max(whole ?? 0, target ?? 0, value ?? 0) || 1;
  const words =
    target === null || target === undefined
      ? share(value, whole)
      : `${share(value, target)} · ${t("chart.target", { count: count(target), date: date(due) })}`;
  return h(
    "div",
    { class: "meter" },
    h(
      "div",
      {
        "class": "meter-bar",
        "role": "img",
        "aria-label": `${label} ${words}`.trim(),
        "style": { "--value": `${(100 * (value ?? 0)) / full}%` },
      },
      h("span", { class: "meter-fill" }),
      target !== null &&
        target !== undefined &&
        h("span", { class: "meter-target", style: { "--at": `${(100 * target) / full}%` } }),
    ),
    all(h("p", { class: "meter-words" }, words)),
  );
}

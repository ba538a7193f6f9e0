import { h } from "../dom.js";
import { ISLANDS } from "../provinces.js";
import { t } from "../words.js";

/** Shares at which a next, stronger colour begins; the same every day, so that colours can be compared between days. */
export const STEPS = [0.1, 0.25, 0.4, 0.55, 0.7];

/**
 * The colour of a share: 0 … 5, or `none`.
 * @param {number|null} share 0 … 1
 * @returns {string}
 */
export function stepOf(share) {
  return share === null ? "none" : String(STEPS.filter((from) => share >= from).length);
}

/**
 * The 38 provinces as tiles laid out like the archipelago.
 * @param {{values: Object<string, {name: string, share: number|null, shareText: string, count: string, label?: string}>,
 *   onSelect: (code: string) => void, legend?: string, scale?: (share: number|null) => string, steps?: string[], none?: string}} options
 *   `values` by code: the share 0 … 1 that colours the tile, what stands on it, and what a screen reader says instead of
 *   "… not covered"; `scale` and `steps` replace the colours' meaning and the words of the legend,
 *   `none` what it says of tiles without a share
 */
export function tileMap({ values, onSelect, legend, scale = stepOf, steps, none }) {
  return h(
    "div",
    { class: "tilemap" },
    h(
      "div",
      { class: "tilemap-grid" },
      ISLANDS.map((island) =>
        h(
          "div",
          { "class": "tilemap-island", "role": "group", "aria-label": t(`island.${island.id}`) },
          h("p", { "class": "tilemap-name", "aria-hidden": "true" }, t(`island.${island.id}`)),
          island.tiles.map((place) => tile(place, values[place[0]], onSelect, scale)),
        ),
      ),
    ),
    key(legend ?? t("map.legend"), steps ?? shareSteps(), none ?? t("map.none")),
  );
}

function tile([code, name, x, y], value, onSelect, scale) {
  const known = value && value.share !== null;
  const label =
    value?.label ??
    (known
      ? t("map.tile", { name: value.name, share: value.shareText, count: value.count })
      : t("map.tile.none", { name: value?.name ?? name }));
  return h(
    "button",
    {
      "type": "button",
      "class": "tile",
      "aria-label": label,
      "title": label,
      "style": { "--x": x, "--y": y },
      "dataset": { key: `tile-${code}`, code, step: known ? scale(value.share) : "none" },
      "onclick": () => onSelect(code),
    },
    h("span", { class: "tile-name" }, name),
    h("span", { class: "tile-share" }, known ? value.shareText : "–"),
    h("span", { class: "tile-count" }, known ? value.count : ""),
  );
}

function shareSteps() {
  const bounds = [0, ...STEPS.map((step) => Math.round(step * 100))];
  return bounds.map((from, at) => (at === bounds.length - 1 ? `≥ ${from} %` : `${from}–${bounds[at + 1]} %`));
}

function key(title, steps, none) {
  return h(
    "div",
    { class: "legend" },
    h("p", { class: "legend-title" }, title),
    h(
      "ol",
      { class: "legend-steps" },
      steps.map((words, step) =>
        h("li", null, h("span", { class: "swatch", dataset: { step: String(step) } }), words),
      ),
      h("li", null, h("span", { class: "swatch", dataset: { step: "none" } }), none),
    ),
  );
}

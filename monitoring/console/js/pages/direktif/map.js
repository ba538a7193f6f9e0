import { h } from "../../dom.js";
import { count, share, short } from "../../format.js";
import { placeName } from "../../places.js";
import { tileMap } from "../../parts.js";
import { PROVINCES } from "../../provinces.js";
import { t } from "../../words.js";

/** The movements of a preview. */
export const MOVES = ["entering", "leaving", "staying"];

/** A part leaving is small where all is well: its colours begin earlier than those of gaps. */
const LEAVING_STEPS = [0.01, 0.02, 0.05, 0.1, 0.25];
/** So many colours tell numbers apart. */
const SIXTHS = 6;

/**
 * Where people enter or leave, by province.
 * @param {Map<string, {region: string, entering: number, leaving: number, staying: number}>} provinces by code
 * @param {(code: string) => void} onSelect
 * @param {any} ctx of the shell; its memory has `move`, what is shown
 */
export function moveMap(provinces, onSelect, ctx) {
  const { move } = ctx.memory;
  const lines = [...provinces.values()];
  // Where nobody is meant yet, everybody is new and parts say nothing: then numbers are compared.
  const first = lines.every((line) => line.staying === 0);
  const most = Math.max(1, ...lines.map((line) => line[move]));
  const values = Object.fromEntries(
    PROVINCES.map((code) => [code, tile(code, provinces.get(code), move, first ? most : 0)]),
  );
  return h(
    "div",
    { class: "preview-map" },
    h("h3", null, t("direktif.map")),
    provinces.size > 1 && h("p", { class: "muted" }, t("direktif.map.hint")),
    h(
      "div",
      { "class": "switch moves-switch", "role": "group", "aria-label": t("direktif.map.choose") },
      ["entering", "leaving"].map((each) =>
        h(
          "button",
          {
            "type": "button",
            "aria-pressed": String(each === move),
            "onclick": () => ((ctx.memory.move = each), ctx.redraw()),
          },
          t(`direktif.${each}`),
        ),
      ),
    ),
    tileMap({
      values,
      none: t("direktif.map.untouched"),
      onSelect: (code) => provinces.has(code) && onSelect(code),
      ...(first ? numbers(move, most) : parts(move)),
    }),
  );
}

/**
 * The part that moves: of those who would be meant, or of those meant now.
 * @param {any} line of a region
 * @param {string} move entering or leaving
 */
export function partOf(line, move) {
  const whole = line[move] + line.staying;
  return whole > 0 ? line[move] / whole : 0;
}

function tile(code, line, move, most) {
  const name = placeName(code);
  if (!line) return { name, share: null, label: `${name}: ${t("direktif.map.untouched")}` };
  const label = t("direktif.map.tile", {
    name,
    ...Object.fromEntries(MOVES.map((each) => [each, count(line[each])])),
  });
  if (most) return { name, label, share: line[move] / most, shareText: short(line[move]), count: "" };
  return {
    name,
    label,
    share: partOf(line, move),
    shareText: share(line[move], line[move] + line.staying),
    count: short(line[move]),
  };
}

function parts(move) {
  const legend = t(`direktif.map.${move}`);
  return move === "leaving" ? { legend, scale: byLeaving, steps: leavingSteps() } : { legend };
}

function byLeaving(part) {
  return part === null ? "none" : String(LEAVING_STEPS.filter((from) => part >= from).length);
}

function leavingSteps() {
  const bounds = [0, ...LEAVING_STEPS.map((step) => Math.round(step * 100))];
  return bounds.map((from, at) => (at === bounds.length - 1 ? `≥ ${from} %` : `${from}–${bounds[at + 1]} %`));
}

function numbers(move, most) {
  const bounds = Array.from({ length: Math.min(SIXTHS, most) }, (_, at) =>
    Math.ceil((at * most) / Math.min(SIXTHS, most)),
  );
  return {
    legend: t(`direktif.map.${move}.number`),
    scale: (part) => String(Math.max(0, bounds.filter((from) => part * most >= from).length - 1)),
    steps: bounds.map((from, at) =>
      at === bounds.length - 1 ? `≥ ${short(from)}` : `${short(from)}–${short(bounds[at + 1] - 1)}`,
    ),
  };
}

import { h, svg } from "../dom.js";
import { count, date, short } from "../format.js";
import { t } from "../words.js";
import { table } from "./table.js";

const DAY_MS = 86400000;
const dayOf = (iso) => Date.parse(`${iso.slice(0, 10)}T00:00:00Z`) / DAY_MS;

/**
 * Lines over dates, with targets as steps.
 * @param {{title: string, series: {label: string, kind: "covered"|"gap"|"eligible"|"need", points: {date: string, value: number|null, complete?: boolean}[]}[],
 *   target?: {date: string, value: number}|null, steps?: {date: string, target: number}[], note?: string, until?: string}} options
 *   `target`: the one that is due next; `steps`: all of them; `until`: how far the dates go at least
 */
export function lineChart({ title, series, target = null, steps = [], note = "", until = "" }) {
  const since = series.flatMap((line) => line.points.map((point) => point.date)).sort()[0] ?? "";
  const goals = (
    steps.length ? steps.map((step) => ({ date: step.date, value: step.target })) : target ? [target] : []
  ).filter((goal) => goal.date >= since);
  const dates = [
    ...series.flatMap((line) => line.points.map((point) => point.date)),
    ...goals.map((goal) => goal.date),
    until,
  ]
    .filter(Boolean)
    .map(dayOf);
  const points = series.flatMap((line) => line.points);
  if (points.length === 0)
    return h(
      "figure",
      { class: "chart" },
      h("figcaption", null, title),
      h("p", { class: "empty" }, t("table.empty")),
    );
  const [first, last] = [Math.min(...dates), Math.max(Math.min(...dates) + 1, ...dates)];
  const ticks = round(
    Math.max(1, ...points.map((point) => point.value ?? 0), ...goals.map((goal) => goal.value)),
  );
  const top = ticks.at(-1);
  const x = (iso) => (100 * (dayOf(iso) - first)) / (last - first);
  const y = (value) => 100 - (100 * value) / top;
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", null, title),
    note && h("p", { class: "chart-note" }, note),
    h(
      "ul",
      { class: "chart-key" },
      series.map((line) =>
        h("li", null, h("span", { class: ["chart-swatch", `line-${line.kind}`] }), line.label),
      ),
      goals.length > 0 &&
        h("li", null, h("span", { class: "chart-swatch chart-goal-swatch" }), t("chart.goal")),
    ),
    h(
      "div",
      { "class": "chart-plot", "aria-hidden": "true" },
      ticks.map((tick) => h("span", { class: "chart-tick", style: { "--y": `${y(tick)}%` } }, short(tick))),
      h(
        "div",
        { class: "chart-area" },
        svg(
          "svg",
          { viewBox: "0 0 100 100", preserveAspectRatio: "none", class: "chart-lines" },
          ticks.map((tick) => svg("path", { class: "chart-rule", d: `M0 ${y(tick)}H100` })),
          series.map((line) =>
            svg("path", { class: ["chart-line", `line-${line.kind}`], d: path(line.points, x, y) }),
          ),
        ),
        goals.map((goal) =>
          h(
            "span",
            { class: "chart-goal", style: { "--x": `${x(goal.date)}%`, "--y": `${y(goal.value)}%` } },
            h("span", { class: "chart-goal-word" }, short(goal.value)),
          ),
        ),
        series.map((line) => end(line, series, x, y)),
      ),
    ),
    h(
      "div",
      { "class": "chart-dates", "aria-hidden": "true" },
      h("span", null, date(iso(first))),
      h("span", null, date(iso(last))),
    ),
    points.some((point) => point.complete === false) && h("p", { class: "chart-note" }, t("chart.open")),
    series[0].points.length < 2 && h("p", { class: "chart-note" }, t("chart.few")),
    h("details", { class: "chart-numbers" }, h("summary", null, t("table.numbers")), numbers(title, series)),
  );
}

const iso = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);

function path(points, x, y) {
  const known = points.filter((point) => point.value !== null);
  return known
    .map((point, at) => `${at ? "L" : "M"}${x(point.date).toFixed(2)} ${y(point.value).toFixed(2)}`)
    .join("");
}

/** The last point of a line with its number: above it for the highest line, else below. */
function end(line, series, x, y) {
  const last = (each) => each.points.findLast((point) => point.value !== null);
  const point = last(line);
  if (!point) return null;
  const lower = series.some(
    (other) => other !== line && other.kind !== "need" && (last(other)?.value ?? 0) > point.value,
  );
  const at = x(point.date);
  // A falling line comes from the upper left: the number begins where the line ends.
  const falls = !lower && line.points.some((other) => other.value > point.value);
  const side = at > 85 ? "chart-edge" : (at < 10 || falls) && "chart-start";
  return h(
    "span",
    {
      class: ["chart-dot", `line-${line.kind}`, point.complete === false && "chart-open"],
      style: { "--x": `${at}%`, "--y": `${y(point.value)}%` },
    },
    line.kind !== "need" &&
      h("span", { class: ["chart-dot-word", lower && "chart-below", side] }, short(point.value)),
  );
}

/** Round numbers from 0 to above the greatest. */
function round(most) {
  const rough = most / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(
    1,
    [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough),
  );
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, at) => at * step);
}

function numbers(title, series) {
  const byDate = new Map();
  for (const line of series)
    for (const point of line.points)
      byDate.set(point.date, { ...byDate.get(point.date), [line.kind]: point.value });
  const rows = [...byDate]
    .sort(([a], [b]) => b.localeCompare(a))
    .map(([day, values]) => ({ day, ...values }));
  return table({
    caption: title,
    hideCaption: true,
    rows,
    columns: [
      { key: "day", label: t("chart.date"), render: (row) => date(row.day) },
      ...series.map((line) => ({
        key: line.kind,
        label: line.label,
        numeric: true,
        render: (row) => count(row[line.kind]),
      })),
    ],
  });
}

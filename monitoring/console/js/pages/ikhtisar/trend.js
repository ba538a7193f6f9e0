import { h } from "../../dom.js";
import { count, date, days, rate } from "../../format.js";
import { lineChart } from "../../parts.js";
import { t } from "../../words.js";

const DAY_MS = 86400000;
/** The pace is that of at most so many days. */
const PACE_DAYS = 28;
const between = (from, until) => Math.round((Date.parse(until) - Date.parse(from)) / DAY_MS);

/**
 * How the figures went, and whether that is fast enough.
 * @param {any} region
 * @param {any} line one directive's totals in it
 * @param {any} course the answer of `/totals/{region}/trend`
 * @param {string} today the business date
 */
export function trend(region, line, course, today) {
  const at = (key) =>
    course.points.map((point) => ({ date: point.date, value: point[key], complete: point.complete }));
  return h(
    "section",
    null,
    h("div", { class: "section-head" }, h("h2", null, t("ikhtisar.trend"))),
    h(
      "div",
      { class: "halves" },
      lineChart({
        title: t("ikhtisar.trend.title"),
        steps: course.steps,
        series: [
          { label: t("ikhtisar.covered"), kind: "covered", points: at("covered") },
          { label: t("ikhtisar.notcovered"), kind: "gap", points: at("gap") },
        ],
      }),
      burnDown(region, line, course, today),
    ),
  );
}

function burnDown(region, line, course, today) {
  const { target, target_date: due, points } = course;
  if (target === null) return said(t("ikhtisar.burn.none", { name: region.name }));
  if (line.covered >= target)
    return said(t("ikhtisar.burn.done", { target: count(target), date: date(due) }));
  const left = points.map((point) => ({
    date: point.date,
    value: Math.max(0, target - point.covered),
    complete: point.complete,
  }));
  const series = [{ label: t("ikhtisar.burn.left"), kind: "gap", points: left }];
  if (left.length > 0 && due > left[0].date) {
    series.push({ label: t("ikhtisar.burn.need"), kind: "need", points: [left[0], { date: due, value: 0 }] });
  }
  return lineChart({
    title: t("ikhtisar.burn.title"),
    note: sentence(target - line.covered, course, today),
    series,
    until: due,
  });
}

function said(text) {
  return h(
    "div",
    { class: "chart" },
    h("h3", null, t("ikhtisar.burn.title")),
    h("p", { class: "chart-note" }, text),
  );
}

function sentence(left, { target_date: due, points }, today) {
  const remaining = between(today, due);
  if (remaining <= 0) return t("ikhtisar.burn.late", { date: date(due), left: count(left) });
  const needed = t("ikhtisar.burn.sentence", {
    left: count(left),
    days: days(remaining),
    need: rate(left / remaining),
  });
  const pace = points.length > 0 ? paceOf(points) : "";
  return pace ? `${needed} ${pace}` : needed;
}

/** How fast it went lately: since 28 days ago, or since the date before the last where dates are rarer. */
function paceOf(points) {
  const last = points.at(-1);
  const recent = points.findIndex((point) => between(point.date, last.date) <= PACE_DAYS);
  const first = points[Math.max(0, Math.min(recent, points.length - 2))];
  const length = between(first.date, last.date);
  if (length === 0) return "";
  const pace = (last.covered - first.covered) / length;
  if (pace <= 0) return t("ikhtisar.burn.flat", { days: days(length) });
  return t("ikhtisar.burn.pace", { days: days(length), pace: rate(pace) });
}

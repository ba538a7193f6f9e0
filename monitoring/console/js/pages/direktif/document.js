import { h } from "../../dom.js";
import { count, date } from "../../format.js";
import { masked } from "../../masking.js";
import { place } from "../../places.js";
import { table } from "../../parts.js";
import { programWords } from "../../programs.js";
import { t, use } from "../../words.js";
import words from "../../words/dokumen.js";

use("dokumen", words);

/** Who takes the steps nobody asks for. */
const HUB = "control";
const REGIONS_SHOWN = 6;
const TARGETS_SHOWN = 5;
const PROVINCES_AT_MOST = 4;

/**
 * The document of a version.
 * @param {string|null} text JSON as the hub keeps it
 * @returns {any|null} null where there is none, or none that can be read
 */
export function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/**
 * The provinces whose regencies are named on a version's page.
 * @param {{document: any, status: any}} entry
 * @returns {string[]} codes; none if there are too many to ask for
 */
export function provincesOf({ document, status }) {
  const codes = [
    ...(document?.means.regions ?? []),
    ...(document?.targets ?? []).map((each) => each.region),
    ...(document?.rollout ?? []).flatMap((step) => step.regions),
    ...(status.preview?.regencies ?? []).map((each) => each.region),
  ];
  const found = [...new Set(codes.filter((code) => code.length > 2).map((code) => code.slice(0, 2)))];
  return found.length > PROVINCES_AT_MOST ? [] : found;
}

/**
 * What a directive says, in plain words.
 * @param {any} document or null
 * @param {any} status of the version
 */
export function documentSection(document, status) {
  return h(
    "section",
    null,
    h("h2", { class: "section-head" }, t("dokumen.title")),
    document
      ? h(
          "div",
          { class: "halves" },
          whom(document.means),
          h("dl", { class: "pairs" }, pairs(document, status)),
        )
      : h("p", { class: "empty" }, t("dokumen.none")),
    document && targets(document.targets),
  );
}

function whom(means) {
  return h(
    "div",
    { class: "whom" },
    h("h3", null, t("dokumen.whom")),
    h("p", { class: "muted" }, t("dokumen.whom.and")),
    h(
      "ul",
      { class: "clauses" },
      clauses(means).map((clause) => h("li", null, clause)),
    ),
  );
}

/**
 * Whom a directive means, one sentence a clause.
 * @param {any} means of its document
 * @returns {string[]}
 */
export function clauses(means) {
  const { presence, regions, welfare, age, sex, work_statuses: work, industries } = means;
  return [
    regions.length ? t("dokumen.regions", { list: placesOf(regions) }) : t("dokumen.regions.all"),
    welfare && t("dokumen.welfare", { list: welfareOf(welfare) }),
    age && t("dokumen.age", age),
    sex && t(`dokumen.sex.${sex}`),
    work && t("dokumen.work", { list: work.map((each) => t(`dokumen.work.${each}`)).join(", ") }),
    industries && t("dokumen.industries", { list: spans(industries) }),
    t("dokumen.presence", { list: presence.map((each) => t(`dokumen.presence.${each}`)).join(", ") }),
  ].filter(Boolean);
}

function welfareOf({ deciles, extreme_poor: extreme, unranked }) {
  return [
    deciles.length && t("dokumen.welfare.deciles", { deciles: spans(deciles) }),
    extreme && t("dokumen.welfare.extreme"),
    unranked && t("dokumen.welfare.unranked"),
  ]
    .filter(Boolean)
    .join(t("dokumen.or"));
}

/**
 * Regions by name; of many the first, and how many more.
 * @param {string[]} codes
 */
export function placesOf(codes) {
  const shown = codes.slice(0, REGIONS_SHOWN).map(place).join(", ");
  return codes.length > REGIONS_SHOWN
    ? `${shown} ${t("dokumen.regions.more", { count: count(codes.length - REGIONS_SHOWN) })}`
    : shown;
}

/** Whole numbers in few characters: 1–4, 7. */
function spans(numbers) {
  const runs = [];
  for (const number of [...numbers].sort((one, other) => one - other)) {
    const last = runs.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
}

function pairs(document, status) {
  const { effective, requires, payer } = document;
  return [
    [
      t("dokumen.requires"),
      h(
        "ul",
        null,
        requires.map((each) => h("li", null, h("strong", null, each), ` ${programWords(each)}`)),
      ),
    ],
    [t("dokumen.payer"), t(`dokumen.payer.${payer ?? "none"}`)],
    [
      t("dokumen.effective"),
      effective.until
        ? t("dokumen.effective.closed", { from: date(effective.from), until: date(effective.until) })
        : t("dokumen.effective.open", { from: date(effective.from) }),
    ],
    [t("dokumen.basis"), masked(document.legal_basis)],
    [t("dokumen.by"), status.by === HUB ? t("dokumen.by.hub") : masked(status.by)],
    status.approved_by && [t("dokumen.approved"), masked(status.approved_by)],
  ]
    .filter(Boolean)
    .map(([what, said]) => [h("dt", null, what), h("dd", null, said)]);
}

function targets(all) {
  if (all.length === 0) return null;
  const shown = table({
    caption: t("dokumen.targets"),
    hideCaption: true,
    rows: all,
    columns: [
      { key: "region", label: t("dokumen.place"), render: (row) => place(row.region) },
      {
        key: "persons",
        label: t("dokumen.targets.count"),
        numeric: true,
        render: (row) => count(row.persons),
      },
      { key: "date", label: t("dokumen.targets.date"), numeric: true, render: (row) => date(row.date) },
    ],
  });
  const one = new Set(all.map((each) => each.date)).size === 1;
  const persons = all.reduce((sum, each) => sum + each.persons, 0);
  return h(
    "div",
    { class: "targets narrow" },
    h("h3", null, t("dokumen.targets")),
    h("p", { class: "muted" }, t("dokumen.targets.lead")),
    all.length <= TARGETS_SHOWN
      ? shown
      : h(
          "details",
          { dataset: { key: "targets" } },
          h(
            "summary",
            null,
            t("dokumen.targets.all", { count: count(all.length) }),
            one && ` · ${t("dokumen.targets.sum", { persons: count(persons), date: date(all[0].date) })}`,
          ),
          shown,
        ),
  );
}

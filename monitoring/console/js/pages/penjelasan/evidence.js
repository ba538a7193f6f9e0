import { h } from "../../dom.js";
import { count, date, time } from "../../format.js";
import { table, tag } from "../../parts.js";
import { to } from "../../router.js";
import { t } from "../../words.js";

/** A release of DTSEN is above these bits of a version, its correction within them. */
const RELEASE = 2 ** 32;
const AGENCIES = [
  ["BPS", "dtsen", "dtsen.persons"],
  ["BPJSTK", "bpjs", "bpjs.memberships"],
];

/**
 * What an answer rests on.
 * @param {any} answer of `/persons/lookup`
 */
export function evidence({ token, explanation }) {
  const {
    facts,
    partition,
    published,
    directives,
    business_date: day,
    control_offset: control,
  } = explanation;
  return h(
    "section",
    { class: "evidence" },
    h(
      "div",
      { class: "section-head" },
      h("h2", null, t("penjelasan.evidence")),
      h("p", null, t("penjelasan.evidence.lead")),
    ),
    table({
      caption: t("penjelasan.evidence"),
      hideCaption: true,
      rows: AGENCIES.map(([agency, key, topic]) => ({ agency, topic, fact: facts[key] })),
      columns: [
        { key: "agency", label: t("penjelasan.fact.agency"), render: (row) => t(`agency.${row.agency}`) },
        {
          key: "version",
          label: t("penjelasan.fact.version"),
          render: (row) => (row.fact ? versionOf(row) : t("penjelasan.fact.none")),
        },
        {
          key: "where",
          label: t("penjelasan.fact.where"),
          render: ({ fact, topic }) =>
            fact ? t("penjelasan.fact.place", { topic, partition, offset: count(fact.offset) }) : "–",
        },
      ],
    }),
    h(
      "dl",
      { class: "pairs" },
      [
        [t("penjelasan.directives"), h("ul", { class: "asked" }, directives.map(asked))],
        [
          t("penjelasan.published"),
          published
            ? t("penjelasan.published.seq", { seq: count(published.seq) })
            : t("penjelasan.published.none"),
        ],
        [t("penjelasan.business"), date(day)],
        [t("penjelasan.control"), t("penjelasan.control.until", { offset: count(control) })],
        [t("penjelasan.token"), h("code", null, token)],
      ].map(([what, told]) => [h("dt", null, what), h("dd", null, told)]),
    ),
  );
}

function versionOf({ agency, fact }) {
  if (agency === "BPJSTK") return time(new Date(fact.version / 1000).toISOString());
  const release = Math.floor(fact.version / RELEASE);
  return t("penjelasan.fact.release", {
    year: Math.floor(release / 10),
    quarter: release % 10,
    correction: count(fact.version % RELEASE),
  });
}

function asked({ directive, version, verdict, not_meant_reason: reason }) {
  const kind = verdict?.status === "GAP" ? "warn" : verdict ? "good" : "none";
  const unmeant =
    reason === "INCOMPLETE_DATA" ? "penjelasan.directive.unknown" : "penjelasan.directive.unmeant";
  return h(
    "li",
    null,
    h("a", { href: to("direktif", [directive, String(version)]) }, `${directive} v${version}`),
    " ",
    tag(kind, t(verdict ? `status.${verdict.status}` : unmeant)),
  );
}

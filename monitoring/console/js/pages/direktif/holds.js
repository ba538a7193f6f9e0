import { h } from "../../dom.js";
import { count, date } from "../../format.js";
import { asOf, copyable, figure, notice, table, tag } from "../../parts.js";
import { t } from "../../words.js";

/**
 * People whose change is kept back, and what decides it.
 * @param {any} holds the answer of `/holds`
 * @param {string|null} directive on whose page it stands, null on that of all
 */
export function holdsSection(holds, directive) {
  const { groups, guard } = holds;
  const sum = (state) =>
    groups.filter((group) => group.state === state).reduce((total, group) => total + group.persons, 0);
  const [waiting, refused] = [sum("WAITING"), sum("REFUSED")];
  return h(
    "section",
    { class: "holds" },
    h(
      "div",
      { class: "section-head" },
      h("h2", null, t("direktif.holds")),
      h("p", null, t("direktif.holds.lead")),
    ),
    !directive && asOf(holds.as_of, holds.complete),
    groups.length === 0
      ? h("p", { class: "empty" }, t("direktif.holds.none"))
      : [
          h(
            "dl",
            { class: "figures" },
            figure(t("direktif.holds.waiting"), count(waiting)),
            figure(
              t("direktif.holds.refused"),
              count(refused),
              refused > 0 ? t("direktif.holds.refused.note") : null,
            ),
          ),
          rows(groups),
          waiting > 0 && notice("warn", t("direktif.holds.decides")),
        ],
    h(
      "p",
      { class: "muted" },
      guard
        ? t("direktif.holds.guard", { date: date(guard.business_date), count: granted(guard.granted) })
        : t("direktif.holds.guard.none"),
    ),
    groups.length > 0 &&
      h(
        "dl",
        { class: "orders" },
        orders(groups).map(([what, text]) => [h("dt", null, what), h("dd", null, copyable(text))]),
      ),
  );
}

const granted = (value) => (typeof value === "number" ? count(value) : "–");

function rows(groups) {
  return table({
    caption: t("direktif.holds"),
    hideCaption: true,
    rows: groups,
    rowKey: (group) => `${group.region} ${group.state} ${group.release} ${group.directives.join()}`,
    columns: [
      {
        key: "region",
        label: t("direktif.holds.place"),
        render: (group) => `${group.name} (${group.region})`,
      },
      {
        key: "persons",
        label: t("direktif.holds.persons"),
        numeric: true,
        render: (group) => count(group.persons),
      },
      {
        key: "state",
        label: t("direktif.holds.state"),
        render: (group) =>
          tag(group.state === "WAITING" ? "warn" : "none", t(`direktif.hold.${group.state}`)),
      },
      {
        key: "directives",
        label: t("direktif.holds.directives"),
        render: (group) => group.directives.join(", "),
      },
      {
        key: "since",
        label: t("direktif.holds.since"),
        render: (group) =>
          group.first === group.last
            ? date(group.first)
            : `${date(group.first, { year: false })} – ${date(group.last)}`,
      },
      {
        key: "release",
        label: t("direktif.holds.release"),
        render: (group) =>
          t("direktif.holds.quarter", { year: Math.floor(group.release / 10), quarter: group.release % 10 }),
      },
    ],
  });
}

function orders(groups) {
  const places = [
    ...new Set(groups.filter((group) => group.state === "WAITING").map((group) => group.region)),
  ];
  const where = places.length === 1 ? places[0] : "ID";
  return [
    [
      t("direktif.do.holds"),
      `jangkau holds list --region ${where}${places.length === 1 ? " --persons" : ""}`,
    ],
    places.length > 0 && [
      t("direktif.do.release"),
      `jangkau holds release --region ${places.length === 1 ? where : "…"} --basis "…" --by "…"`,
    ],
    places.length > 0 && [t("direktif.do.refuse"), 'jangkau holds refuse --person - --basis "…" --by "…"'],
    [t("direktif.do.guard"), "jangkau guard show"],
  ].filter(Boolean);
}

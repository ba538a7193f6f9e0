import { h } from "../../dom.js";
import { count } from "../../format.js";
import { bars, figure, table } from "../../parts.js";
import { to } from "../../router.js";
import { t } from "../../words.js";

/** In the order in which they are asked. */
export const REASONS = ["NEVER_REGISTERED", "MEMBERSHIP_ENDED", "PROGRAM_PARTIAL", "IN_ARREARS", "LAPSED"];

/**
 * Why people are not covered, the greatest part first.
 * @param {any} line one directive's totals in the region
 */
export function reasons(line) {
  const rows = REASONS.map((reason) => ({
    label: t(`reason.${reason}`),
    note: t(`ikhtisar.reason.${reason}`),
    value: line.reasons[reason] ?? 0,
  })).sort((one, other) => other.value - one.value);
  return h(
    "section",
    null,
    h(
      "div",
      { class: "section-head" },
      h("h2", null, t("ikhtisar.reasons")),
      h("p", null, t("ikhtisar.reasons.lead")),
    ),
    bars(rows, line.gap),
  );
}

/**
 * What may become a gap, or is not decided.
 * @param {any} line one directive's totals in the region
 */
export function watch(line) {
  return h(
    "section",
    { class: "watch" },
    h("div", { class: "section-head" }, h("h2", null, t("ikhtisar.watch"))),
    h(
      "dl",
      { class: "watch-list" },
      figure(t("ikhtisar.watch.lapsing"), count(line.lapsing), t("ikhtisar.watch.lapsing.note")),
      figure(
        t("ikhtisar.watch.incomplete"),
        count(line.incomplete_data),
        t("ikhtisar.watch.incomplete.note"),
      ),
      figure(
        t("ikhtisar.watch.held"),
        count(line.held),
        line.held > 0 ? h("a", { href: to("direktif") }, t("ikhtisar.watch.held.note")) : null,
      ),
    ),
  );
}

/**
 * Where the agencies disagree about people of the region.
 * @param {any} region with its discrepancies
 */
export function oddities(region) {
  const rows = Object.entries(region.discrepancies ?? {})
    .filter(([key]) => key !== "member_unknown_to_dtsen" || region.level === "nation")
    .map(([key, value]) => ({ what: t(`ikhtisar.odd.${key}`), value }));
  return h(
    "section",
    null,
    h(
      "div",
      { class: "section-head" },
      h("h2", null, t("ikhtisar.odd")),
      h("p", null, t("ikhtisar.odd.lead")),
    ),
    h(
      "div",
      { class: "narrow" },
      table({
        caption: t("ikhtisar.odd"),
        hideCaption: true,
        rows,
        columns: [
          { key: "what", label: t("ikhtisar.odd.what") },
          { key: "value", label: t("ikhtisar.odd.count"), numeric: true, render: (row) => count(row.value) },
        ],
      }),
    ),
  );
}

import { h } from "../../dom.js";
import { count, date } from "../../format.js";
import { copyable, table, tag } from "../../parts.js";
import { has, t } from "../../words.js";

const KINDS = { GAP: "warn", COVERED: "good", NOT_ELIGIBLE: "none" };

/**
 * What was published about a person.
 * @param {any[]|null} records oldest first, or null without a view in SQL
 */
export function history(records) {
  if (!records)
    return h(
      "section",
      { class: "no-print" },
      h("h2", { class: "section-head" }, t("penjelasan.history")),
      h("p", { class: "muted" }, t("penjelasan.history.none")),
      copyable("jangkau sink"),
    );
  const rows = [...records].sort((one, other) => other.seq - one.seq);
  return h(
    "section",
    null,
    h(
      "div",
      { class: "section-head" },
      h("h2", null, t("penjelasan.history")),
      h("p", null, t("penjelasan.history.lead")),
    ),
    table({
      caption: t("penjelasan.history"),
      hideCaption: true,
      rows,
      empty: t("penjelasan.history.empty"),
      rowKey: (row) => String(row.seq),
      columns: [
        { key: "date", label: t("penjelasan.history.date"), render: (row) => date(row.business_date) },
        {
          key: "status",
          label: t("penjelasan.history.status"),
          render: (row) => tag(KINDS[row.status] ?? "none", t(`status.${row.status}`)),
        },
        {
          key: "directive",
          label: t("penjelasan.history.directive"),
          render: (row) => row.verdicts.map(verdict).join("; ") || "–",
        },
        {
          key: "cause",
          label: t("penjelasan.history.cause"),
          render: (row) =>
            row.causes
              .map((cause) => (has(`penjelasan.cause.${cause}`) ? t(`penjelasan.cause.${cause}`) : cause))
              .join(", "),
        },
        { key: "seq", label: t("penjelasan.history.seq"), numeric: true, render: (row) => count(row.seq) },
      ],
    }),
  );
}

function verdict({ directive, version, reason }) {
  return `${directive} v${version}${reason ? `: ${t(`penjelasan.because.${reason}`)}` : ""}`;
}

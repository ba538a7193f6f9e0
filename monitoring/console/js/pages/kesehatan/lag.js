import { h } from "../../dom.js";
import { count, duration } from "../../format.js";
import { table } from "../../parts.js";
import { t } from "../../words.js";

/**
 * What waits to be worked in: by topic, and by partition.
 * @param {{agency: string, topic: string, partition: number, records: number, readable: number, seconds: number|null,
 *   open_transaction_s: number}[]} parts empty when it could not be looked at
 */
export function lag(parts) {
  const topics = [...new Set(parts.map((part) => part.topic))].map((topic) =>
    together(parts.filter((part) => part.topic === topic)),
  );
  return h(
    "section",
    { class: "medium" },
    h(
      "div",
      { class: "section-head" },
      h("h2", null, t("kesehatan.lag")),
      h("p", null, t("kesehatan.lag.lead")),
    ),
    table({
      id: "lag",
      caption: t("kesehatan.lag"),
      hideCaption: true,
      rows: topics,
      rowKey: (row) => row.topic,
      empty: t("kesehatan.unseen"),
      columns: [
        {
          key: "agency",
          label: t("kesehatan.lag.agency"),
          render: (row) => [
            row.agency ? t(`agency.${row.agency}`) : "–",
            h("span", { class: "below" }, h("code", null, row.topic)),
          ],
        },
        ...numbers(),
      ],
    }),
    parts.length > 0 &&
      h(
        "details",
        { class: "more" },
        h("summary", null, t("kesehatan.lag.each")),
        table({
          id: "lag-each",
          caption: t("kesehatan.lag.each"),
          hideCaption: true,
          rows: parts,
          rowKey: (row) => `${row.topic}-${row.partition}`,
          columns: [
            {
              key: "topic",
              label: t("kesehatan.lag.topic"),
              head: true,
              render: (row) => h("code", null, row.topic),
            },
            { key: "partition", label: t("kesehatan.lag.partition"), head: true, numeric: true },
            ...numbers(),
          ],
        }),
      ),
  );
}

function numbers() {
  return [
    { key: "records", label: t("kesehatan.lag.records"), numeric: true, render: (row) => count(row.records) },
    {
      key: "readable",
      label: t("kesehatan.lag.readable"),
      numeric: true,
      render: (row) => count(row.readable),
    },
    { key: "seconds", label: t("kesehatan.lag.seconds"), numeric: true, render: waits },
    {
      key: "open",
      label: t("kesehatan.lag.open"),
      numeric: true,
      render: (row) => (row.open_transaction_s > 0 ? duration(row.open_transaction_s) : "–"),
    },
  ];
}

/** How long the oldest has waited; nobody knows of what cannot be read yet. */
function waits(row) {
  if (row.records === 0) return "–";
  return row.seconds === null ? t("kesehatan.lag.unreadable") : duration(row.seconds);
}

function together(parts) {
  const known = parts.map((part) => part.seconds).filter((seconds) => seconds !== null);
  return {
    agency: parts[0].agency,
    topic: parts[0].topic,
    records: parts.reduce((sum, part) => sum + part.records, 0),
    readable: parts.reduce((sum, part) => sum + part.readable, 0),
    seconds: known.length > 0 ? Math.max(...known) : null,
    open_transaction_s: Math.max(...parts.map((part) => part.open_transaction_s ?? 0)),
  };
}

import { h } from "../../dom.js";
import { count } from "../../format.js";
import { linkable, safeId } from "../../masking.js";
import { copyable, table, tag, when } from "../../parts.js";
import { to } from "../../router.js";
import { t } from "../../words.js";
import { strip } from "./reconcile.js";
import { standing } from "./standing.js";

/** So many batches are asked for; what changed longer ago is on the command line. */
export const SHOWN = 100;

/**
 * The batches of an agency, the last changed first.
 * @param {any} agency of the answer of `/agencies`
 * @param {{items: {batch: string, receipt: any}[]}} listed the last changed of them, in that order
 * @param {any} params of the address
 * @param {any} ctx of the shell
 */
export function batches(agency, listed, params, ctx) {
  const rows = listed.items;
  const { belum } = params.query;
  const at = (query) => to("instansi", [agency.agency], query);
  return h(
    "section",
    null,
    h(
      "div",
      { class: "section-head" },
      h("h2", null, t("instansi.batches")),
      h("p", null, t("instansi.batches.lead")),
    ),
    h(
      "nav",
      { "class": "choice", "aria-label": t("instansi.batches.filter") },
      h("a", { "href": at({}), "aria-current": belum ? null : "true" }, t("instansi.batches.all")),
      h(
        "a",
        { "href": at({ belum: "1" }), "aria-current": belum ? "true" : null },
        t("instansi.batches.only"),
      ),
    ),
    table({
      id: "batches",
      caption: t("instansi.batches"),
      hideCaption: true,
      rows,
      rowKey: (row) => safeId(row.batch),
      onSort: () => ctx.redraw(),
      empty: t(belum ? "instansi.batches.empty.incomplete" : "instansi.batches.empty"),
      columns: columns(agency),
    }),
    rows.length === SHOWN && [
      h("p", { class: "muted" }, t("instansi.batches.rest", { count: count(SHOWN) })),
      copyable(`jangkau batch list --agency ${agency.agency}${belum ? " --incomplete" : ""}`),
    ],
  );
}

function columns(agency) {
  return [
    {
      key: "batch",
      label: t("instansi.column.batch"),
      sort: (row) => row.batch,
      render: ({ batch }) =>
        linkable(batch)
          ? h("a", { href: to("instansi", [agency.agency, batch]) }, safeId(batch))
          : safeId(batch),
    },
    { key: "state", label: t("instansi.column.state"), render: ({ receipt }) => state(receipt) },
    {
      key: "parts",
      label: t("instansi.column.parts"),
      render: ({ receipt }) => h("div", { class: "strip-cell" }, strip(receipt)),
    },
    number("sent", t("instansi.column.sent")),
    number("missing", t("instansi.column.missing")),
    number("quarantined", t("instansi.column.quarantined")),
    {
      key: "updated",
      label: t("instansi.column.updated"),
      sort: (row) => row.receipt.updated_at,
      render: ({ receipt }) => when(receipt.updated_at),
    },
  ];
}

function number(key, label) {
  const amiss = key !== "sent";
  return {
    key,
    label,
    numeric: true,
    sort: (row) => row.receipt[key],
    render: (row) => (amiss ? noticeable(row.receipt[key]) : count(row.receipt[key])),
  };
}

/**
 * A number that should be nothing: pale if it is, strong if not.
 * @param {number|null} value
 */
export function noticeable(value) {
  return h("span", { class: value ? "bad-word" : "muted" }, count(value));
}

/**
 * Whether a batch is whole, as a tag.
 * @param {any} receipt
 */
export function state(receipt) {
  const { word, kind, by } = standing(receipt);
  return tag(kind, t(`instansi.standing.${word}`, { count: count(by) }));
}

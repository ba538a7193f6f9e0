import { h } from "../../dom.js";
import { count } from "../../format.js";
import { safeId } from "../../masking.js";
import { place } from "../../places.js";
import { copyable, crumbs, notice, table, when } from "../../parts.js";
import { to } from "../../router.js";
import { t } from "../../words.js";
import { noticeable } from "./batches.js";
import { sum } from "./reconcile.js";
import { counted, standing } from "./standing.js";

/** So many regions are shown without being asked. */
const SHOWN = 20;
/** Names of more provinces than these are not worth asking for. */
const PROVINCES_AT_MOST = 4;

/**
 * The provinces whose regencies a receipt names.
 * @param {any} receipt
 * @returns {string[]} codes; none if there are too many
 */
export function provincesOf(receipt) {
  const found = [...new Set(receipt.regencies.map((each) => each.region.slice(0, 2)).filter(Boolean))];
  return found.length > PROVINCES_AT_MOST ? [] : found;
}

/**
 * One batch, and what became of its records.
 * @param {any} agency whose it is
 * @param {{batch: string, receipt: any}} entry
 * @param {boolean} alone whether there is no other agency to go back to
 * @param {any} ctx of the shell
 */
export function batch(agency, { batch: id, receipt }, alone, ctx) {
  const { word, kind, by } = standing(receipt);
  const numbers = { count: count(by), sent: count(receipt.sent), counted: count(counted(receipt)) };
  const name = safeId(id);
  return h(
    "div",
    { class: "page batch" },
    h(
      "header",
      { class: "page-head" },
      crumbs([
        ...(alone ? [] : [{ label: t("instansi.title"), href: to("instansi") }]),
        { label: t(`agency.${agency.agency}`), href: to("instansi", [agency.agency]) },
        { label: name },
      ]),
      h("h1", { class: "id-title" }, name),
      notice(
        kind === "good" && receipt.quarantined > 0 ? "warn" : kind,
        h("p", null, h("strong", null, t(`instansi.verdict.${word}`, numbers))),
        !(word === "complete" && receipt.quarantined > 0) && h("p", null, t(`instansi.do.${word}`)),
        receipt.quarantined > 0 &&
          h("p", null, t("instansi.do.quarantined", { count: count(receipt.quarantined) })),
      ),
    ),
    h(
      "section",
      { class: "batch-sum" },
      h("h2", null, t("instansi.sum")),
      sum(receipt),
      h("dl", { class: "pairs" }, pairs(receipt)),
    ),
    regencies(receipt, id, ctx),
    h(
      "section",
      { class: "commands" },
      h("h2", null, t("instansi.commands")),
      copyable(`jangkau batch show ${name}`),
      receipt.quarantined > 0 && copyable(`jangkau quarantine list --batch ${name}`),
      word === "waiting" && copyable("jangkau quarantine list --topic agency.manifests"),
    ),
  );
}

function digestWord({ missing, digest_matches: matches, quarantined }) {
  if (missing < 0) return "more";
  return matches === null && missing === 0 && quarantined > 0 ? "quarantined" : matches;
}

function pairs(receipt) {
  return [
    [t("instansi.digest"), t(`instansi.digest.${digestWord(receipt)}`)],
    [
      t("instansi.partitions"),
      t("instansi.batch.partitions", {
        reported: count(receipt.partitions_reported),
        partitions: count(receipt.partitions),
      }),
    ],
    receipt.scope && [t("instansi.scope"), t(`instansi.batch.scope.${receipt.scope}`)],
    [t("instansi.topic"), h("code", null, receipt.topic)],
    [t("instansi.updated"), when(receipt.updated_at)],
  ]
    .filter(Boolean)
    .map(([what, said]) => [h("dt", null, what), h("dd", null, said)]);
}

const amiss = (line) => (line.missing > 0 ? line.missing : 0) + line.quarantined;

function regencies(receipt, id, ctx) {
  if (ctx.memory.batch !== id) Object.assign(ctx.memory, { batch: id, every: false });
  const all = [...receipt.regencies].sort(
    (one, other) => amiss(other) - amiss(one) || one.region.localeCompare(other.region),
  );
  const rows = ctx.memory.every ? all : all.slice(0, SHOWN);
  const number = (key, label, value, render = count) => ({
    key,
    label,
    numeric: true,
    sort: value,
    render: (row) => render(value(row)),
  });
  return h(
    "section",
    null,
    h(
      "div",
      { class: "section-head" },
      h("h2", null, t("instansi.regencies")),
      h("p", null, t("instansi.regencies.lead")),
      receipt.agency === "BPJSTK" && h("p", null, t("instansi.regencies.lead.members")),
      all.length > 0 && !all.some(amiss) && h("p", null, t("instansi.regencies.fine")),
    ),
    table({
      id: "regencies",
      caption: t("instansi.regencies"),
      hideCaption: true,
      rows,
      rowKey: (row) => row.region || "-",
      onSort: () => ctx.redraw(),
      empty: t("instansi.regencies.none"),
      columns: [
        {
          key: "region",
          label: t("instansi.column.place"),
          sort: (row) => row.region,
          render: (row) => (row.region ? place(row.region) : t("instansi.regencies.unknown")),
        },
        number("sent", t("instansi.column.sent"), (row) => row.sent),
        number("accepted", t("instansi.column.accepted"), (row) => row.accepted),
        number(
          "other",
          t("instansi.column.other"),
          (row) => row.duplicate + row.stale + row.conflict + row.erased,
        ),
        number("quarantined", t("instansi.column.quarantined"), (row) => row.quarantined, noticeable),
        number("missing", t("instansi.column.missing"), (row) => row.missing, noticeable),
      ],
    }),
    all.length > rows.length &&
      h(
        "p",
        { class: "buttons" },
        h(
          "button",
          { type: "button", class: "button-plain", onclick: () => ((ctx.memory.every = true), ctx.redraw()) },
          t("instansi.regencies.all", { count: count(all.length) }),
        ),
      ),
  );
}

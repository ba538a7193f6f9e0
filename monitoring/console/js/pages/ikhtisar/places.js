import { h } from "../../dom.js";
import { count, share, short } from "../../format.js";
import { stepOf } from "../../parts/tilemap.js";
import { table, tileMap } from "../../parts.js";
import { t } from "../../words.js";
import { lineOf } from "./directive.js";

const shareOf = (line) => (line && line.eligible > 0 ? line.gap / line.eligible : null);

/**
 * The provinces as tiles.
 * @param {any} totals the nation's, with its children
 * @param {any} directive whose lines are shown, or null
 * @param {(code: string) => void} onSelect
 */
export function map(totals, directive, onSelect) {
  const values = Object.fromEntries(
    totals.children.map((region) => {
      const line = lineOf(region, directive);
      const nobody = line && line.eligible === 0;
      return [
        region.code,
        {
          name: region.name,
          share: shareOf(line),
          shareText: share(line?.gap, line?.eligible),
          count: short(line?.gap),
          label: nobody ? `${region.name}: ${t("map.nobody")}` : undefined,
        },
      ];
    }),
  );
  return h("section", null, head("ikhtisar.map", "ikhtisar.map.lead"), tileMap({ values, onSelect }));
}

/**
 * The regions below one as a table.
 * @param {any} totals with children
 * @param {any} directive whose lines are shown, or null
 * @param {(code: string) => string} href where a region's own page is
 * @param {{redraw: () => void}} ctx
 */
export function places(totals, directive, href, ctx) {
  const nation = totals.region.level === "nation";
  const rows = totals.children
    .map((region) => ({ region, line: lineOf(region, directive) }))
    .filter((row) => row.line);
  const without = totals.children.length - rows.length;
  const number = (key, label) => ({
    key,
    label,
    numeric: true,
    render: (row) => count(row.line[key]),
    sort: (row) => row.line[key],
  });
  const title = t(nation ? "ikhtisar.table.ID" : "ikhtisar.table.province");
  return h(
    "section",
    null,
    head(nation ? "ikhtisar.table.ID" : "ikhtisar.table.province", "ikhtisar.table.lead"),
    table({
      id: `places-${nation ? "ID" : "province"}`,
      caption: title,
      hideCaption: true,
      rows,
      empty: t("ikhtisar.table.empty"),
      rowKey: (row) => row.region.code,
      order: { key: "gap", down: true },
      onSort: () => ctx.redraw(),
      columns: [
        {
          key: "name",
          label: t(nation ? "ikhtisar.column.place.ID" : "ikhtisar.column.place"),
          sort: (row) => row.region.name,
          render: (row) => h("a", { href: href(row.region.code) }, row.region.name),
        },
        {
          key: "share",
          label: t("ikhtisar.column.share"),
          numeric: true,
          sort: (row) => shareOf(row.line),
          render: (row) => shareCell(row.line),
        },
        number("gap", t("ikhtisar.notcovered")),
        number("covered", t("ikhtisar.covered")),
        number("eligible", t("ikhtisar.eligible")),
        {
          key: "toward",
          label: t("ikhtisar.column.toward"),
          numeric: true,
          sort: (row) => (row.line.target ? row.line.covered / row.line.target : null),
          render: (row) => share(row.line.covered, row.line.target),
        },
      ],
    }),
    rows.length > 0 &&
      without > 0 &&
      h("p", { class: "table-note" }, t("ikhtisar.without", { count: count(without) })),
  );
}

function shareCell(line) {
  const part = shareOf(line);
  return h(
    "span",
    { class: "cell-bar" },
    h(
      "span",
      { "class": "cell-bar-track", "aria-hidden": "true" },
      part !== null &&
        h("span", {
          class: "cell-bar-fill",
          style: { "--value": `${100 * part}%` },
        }),
    ),
    h("span", { class: "cell-bar-number" }, share(line.gap, line.eligible)),
  );
}

function head(title, lead) {
  return h("div", { class: "section-head" }, h("h2", null, t(title)), h("p", null, t(lead)));
}

import { h } from "../dom.js";
import { t } from "../words.js";

/** How each table is sorted, by its id, as long as the tab is open. */
const sorted = new Map();

/**
 * A table. On narrow screens it scrolls in its own frame.
 * @param {{caption: string, hideCaption?: boolean, id?: string,
 *   columns: {key: string, label: string, numeric?: boolean, head?: boolean, render?: (row: any) => any, sort?: (row: any) => any}[],
 *   rows: any[], empty?: string, rowKey?: (row: any) => string, onSort?: () => void,
 *   order?: {key: string, down: boolean}}} options
 *   `head`: the cell names its row (the first column unless told); `sort`: what the column is sorted by; with `id` and
 *   `onSort` (draws again) columns that have it can be sorted; `order`: how, until somebody sorts
 */
export function table({
  caption,
  hideCaption = false,
  id = "",
  columns,
  rows,
  empty,
  rowKey,
  onSort,
  order: first = null,
}) {
  if (rows.length === 0) return h("p", { class: "empty" }, empty ?? t("table.empty"));
  const order = sorted.get(id) ?? first;
  const heads = columns.some((column) => column.head)
    ? columns.filter((column) => column.head)
    : [columns[0]];
  return h(
    "div",
    {
      "class": "table-frame",
      "tabindex": "0",
      "role": "group",
      "aria-label": caption,
      "dataset": id && { key: id },
    },
    h(
      "table",
      null,
      h("caption", { class: hideCaption && "unseen" }, caption),
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          columns.map((column) => header(column, order, id, onSort)),
        ),
      ),
      h(
        "tbody",
        null,
        inOrder(rows, columns, order).map((row) =>
          h(
            "tr",
            { dataset: rowKey && { key: rowKey(row) } },
            columns.map((column) => cell(column, row, heads.includes(column))),
          ),
        ),
      ),
    ),
  );
}

function cell(column, row, isHead) {
  const shown = column.render ? column.render(row) : row[column.key];
  const props = { class: column.numeric && "numeric" };
  return isHead ? h("th", { scope: "row", ...props }, shown) : h("td", props, shown);
}

function header(column, order, id, onSort) {
  const mine = order?.key === column.key;
  const props = { scope: "col", class: column.numeric && "numeric" };
  if (!id || !onSort || !column.sort) return h("th", props, column.label);
  const way = mine ? (order.down ? "descending" : "ascending") : null;
  return h(
    "th",
    { ...props, "aria-sort": way },
    h(
      "button",
      {
        type: "button",
        class: "sort",
        title: t("table.sort", { label: column.label }),
        onclick: () => {
          sorted.set(id, { key: column.key, down: mine ? !order.down : Boolean(column.numeric) });
          onSort();
        },
      },
      column.label,
      h("span", { "class": ["sort-mark", way && `sort-${way}`], "aria-hidden": "true" }),
    ),
  );
}

function inOrder(rows, columns, order) {
  const by = columns.find((column) => column.key === order?.key)?.sort;
  if (!by) return rows;
  const compare = (one, other) => {
    const [a, b] = [by(one), by(other)];
    if (a === b) return 0;
    // What is not known comes last, whichever way.
    if (a === null || a === undefined) return 1;
    if (b === null || b === undefined) return -1;
    const found = typeof a === "string" ? a.localeCompare(b) : a - b;
    return order.down ? -found : found;
  };
  return [...rows].sort(compare);
}

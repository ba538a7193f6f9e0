import { h } from "../../dom.js";
import { count } from "../../format.js";
import { masked } from "../../masking.js";
import { table, tag } from "../../parts.js";
import { t } from "../../words.js";
import { BOUNDS, tight } from "./figures.js";

/**
 * The bounds of a version beside its preview's figures.
 * @param {any} status of the version
 * @param {any} document or null
 */
export function boundsSection(status, document) {
  const bounds = status.bounds ?? document?.bounds ?? null;
  const figures = status.preview && tight(status.preview);
  const lead = status.bounds
    ? t("direktif.bounds.approved", { by: masked(status.approved_by) || "?" })
    : bounds
      ? t("direktif.bounds.own")
      : t("direktif.bounds.none");
  return h(
    "section",
    null,
    h("div", { class: "section-head" }, h("h2", null, t("direktif.bounds")), h("p", null, lead)),
    bounds &&
      h(
        "div",
        { class: "narrow" },
        table({
          caption: t("direktif.bounds"),
          hideCaption: true,
          rows: BOUNDS.map((name) => ({ name, most: bounds[name], figure: figures?.[name] ?? null })),
          columns: [
            {
              key: "name",
              label: t("direktif.bounds.what"),
              render: (row) => t(`direktif.bound.${row.name}`),
            },
            {
              key: "most",
              label: t("direktif.bounds.most"),
              numeric: true,
              render: (row) => count(row.most),
            },
            {
              key: "figure",
              label: t("direktif.bounds.figure"),
              numeric: true,
              render: (row) => count(row.figure),
            },
            { key: "verdict", label: t("direktif.bounds.verdict"), render: verdict },
          ],
        }),
      ),
  );
}

function verdict({ most, figure }) {
  if (figure === null) return tag("none", t("direktif.bounds.unknown"));
  return figure > most ? tag("bad", t("direktif.bounds.outside")) : tag("good", t("direktif.bounds.inside"));
}

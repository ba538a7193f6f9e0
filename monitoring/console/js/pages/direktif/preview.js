import { h } from "../../dom.js";
import { count, date, share } from "../../format.js";
import { learn, place, placeName } from "../../places.js";
import { figure, table } from "../../parts.js";
import { t } from "../../words.js";
import { MOVES, moveMap, partOf } from "./map.js";

const DIGEST_SHOWN = 16;

/**
 * Whom a version would bring in and let go, and where.
 * @param {any} status of the version
 * @param {any} ctx of the shell
 */
export function previewSection(status, ctx) {
  const { preview } = status;
  if (!preview)
    return h(
      "section",
      null,
      h("h2", { class: "section-head" }, t("direktif.preview")),
      h("p", { class: "empty" }, t("direktif.preview.none")),
    );
  if (ctx.memory.digest !== preview.digest)
    Object.assign(ctx.memory, {
      digest: preview.digest,
      province: "",
      move: preview.leaving > 0 ? "leaving" : "entering",
    });
  const provinces = byProvince(preview.regencies);
  return h(
    "section",
    { class: "preview" },
    h(
      "div",
      { class: "section-head" },
      h("h2", null, t("direktif.preview")),
      h(
        "p",
        null,
        t("direktif.preview.at", { date: date(preview.business_date) }),
        " ",
        h("code", null, preview.digest.slice(0, DIGEST_SHOWN)),
      ),
    ),
    h(
      "dl",
      { class: "figures moves" },
      MOVES.map((move) => figure(t(`direktif.${move}`), count(preview[move]), t(`direktif.${move}.note`))),
    ),
    moveMap(provinces, (code) => pick(code, ctx), ctx),
    tables(preview, provinces, ctx),
  );
}

function byProvince(regencies) {
  const sums = new Map();
  for (const each of regencies) {
    const code = each.region.slice(0, 2);
    const sum = sums.get(code) ?? { region: code, entering: 0, leaving: 0, staying: 0 };
    for (const move of MOVES) sum[move] += each[move];
    sums.set(code, sum);
  }
  return sums;
}

async function pick(code, ctx) {
  await learn(ctx.api, [code]);
  ctx.memory.province = code;
  ctx.redraw();
  ctx.say(t("direktif.table.regencies", { name: placeName(code) }));
}

function tables(preview, provinces, ctx) {
  const chosen = provinces.size === 1 ? [...provinces.keys()][0] : ctx.memory.province;
  if (!chosen)
    return lines(
      "provinces",
      t("direktif.table.provinces"),
      [...provinces.values()],
      t("direktif.column.province"),
      ctx,
    );
  const rows = preview.regencies.filter((each) => each.region.slice(0, 2) === chosen);
  return h(
    "div",
    { class: "preview-regencies" },
    lines(
      "regencies",
      t("direktif.table.regencies", { name: placeName(chosen) }),
      rows,
      t("direktif.column.place"),
      ctx,
    ),
    provinces.size > 1 &&
      h(
        "p",
        { class: "buttons" },
        h(
          "button",
          {
            type: "button",
            class: "button-plain",
            onclick: () => ((ctx.memory.province = ""), ctx.redraw()),
          },
          t("direktif.table.close"),
        ),
      ),
  );
}

function lines(id, caption, rows, label, ctx) {
  const number = (key) => ({
    key,
    label: t(`direktif.${key}`),
    numeric: true,
    sort: (row) => row[key],
    render: (row) => count(row[key]),
  });
  const named = (row) => (row.region ? place(row.region) : t("direktif.unknown"));
  const name = (row) =>
    id === "provinces" && row.region
      ? h("button", { type: "button", class: "link", onclick: () => pick(row.region, ctx) }, named(row))
      : named(row);
  return table({
    id: `preview-${id}`,
    caption,
    rows: rows.sort(
      (one, other) =>
        other.entering + other.leaving - one.entering - one.leaving || one.region.localeCompare(other.region),
    ),
    rowKey: (row) => row.region || "-",
    onSort: () => ctx.redraw(),
    columns: [
      { key: "region", label, sort: named, render: name },
      ...MOVES.map(number),
      {
        key: "share",
        label: t("direktif.column.share"),
        numeric: true,
        sort: (row) => partOf(row, "leaving"),
        render: (row) => share(row.leaving, row.leaving + row.staying),
      },
    ],
  });
}

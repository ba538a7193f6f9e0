import { h } from "../../dom.js";
import { count, date, share, short } from "../../format.js";
import { learn, place, placeName } from "../../places.js";
import { figure, table, tileMap } from "../../parts.js";
import { PROVINCES } from "../../provinces.js";
import { t } from "../../words.js";

const MOVES = ["entering", "leaving", "staying"];
const DIGEST_SHOWN = 16;

/** A part leaving is small where all is well: its colours begin earlier than those of gaps. */
const LEAVING_STEPS = [0.01, 0.02, 0.05, 0.1, 0.25];

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
    where(provinces, ctx),
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

function partOf(line, move) {
  const whole = line[move] + line.staying;
  return whole > 0 ? line[move] / whole : 0;
}

function where(provinces, ctx) {
  const { move } = ctx.memory;
  const values = Object.fromEntries(
    PROVINCES.map((code) => {
      const line = provinces.get(code);
      const name = placeName(code);
      if (!line) return [code, { name, share: null, label: `${name}: ${t("direktif.map.untouched")}` }];
      const counts = Object.fromEntries(MOVES.map((each) => [each, count(line[each])]));
      return [
        code,
        {
          name,
          share: partOf(line, move),
          shareText: share(line[move], line[move] + line.staying),
          count: short(line[move]),
          label: t("direktif.map.tile", { name, ...counts }),
        },
      ];
    }),
  );
  const choose = (code) => provinces.has(code) && pick(code, ctx);
  return h(
    "div",
    { class: "preview-map" },
    h("h3", null, t("direktif.map")),
    provinces.size > 1 && h("p", { class: "muted" }, t("direktif.map.hint")),
    h(
      "div",
      { "class": "switch moves-switch", "role": "group", "aria-label": t("direktif.map.choose") },
      ["entering", "leaving"].map((each) =>
        h(
          "button",
          {
            "type": "button",
            "aria-pressed": String(each === move),
            "onclick": () => ((ctx.memory.move = each), ctx.redraw()),
          },
          t(`direktif.${each}`),
        ),
      ),
    ),
    tileMap({
      values,
      onSelect: choose,
      legend: t(`direktif.map.${move}`),
      none: t("direktif.map.untouched"),
      ...(move === "leaving" && { scale: leavingStep, steps: leavingSteps() }),
    }),
  );
}

function leavingStep(share) {
  return share === null ? "none" : String(LEAVING_STEPS.filter((from) => share >= from).length);
}

function leavingSteps() {
  const bounds = [0, ...LEAVING_STEPS.map((step) => Math.round(step * 100))];
  return bounds.map((from, at) => (at === bounds.length - 1 ? `≥ ${from} %` : `${from}–${bounds[at + 1]} %`));
}

async function pick(code, ctx) {
  await learn(ctx.api, [code]);
  ctx.memory.province = code;
  ctx.redraw();
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

import { h } from "../../dom.js";
import { count, duration } from "../../format.js";
import { table, tag } from "../../parts.js";
import { t } from "../../words.js";

/**
 * The processes of the hub.
 * @param {{as_of: string|null, processes: any[]}} hub as seen from outside; `ready` is null for one that does not answer
 * @param {{redraw: () => void}} ctx
 */
export function processes({ as_of: at, processes: found }, ctx) {
  return h(
    "section",
    { class: "medium" },
    h(
      "div",
      { class: "section-head" },
      h("h2", null, t("kesehatan.processes")),
      h("p", null, t("kesehatan.processes.lead")),
    ),
    table({
      id: "processes",
      caption: t("kesehatan.processes"),
      hideCaption: true,
      rows: found,
      rowKey: (each) => each.name,
      empty: t(at ? "kesehatan.process.none" : "kesehatan.unseen"),
      onSort: () => ctx.redraw(),
      columns: [
        { key: "name", label: t("kesehatan.process.name"), render: (each) => h("code", null, each.name) },
        { key: "state", label: t("kesehatan.process.state"), render: state },
        {
          key: "uptime",
          label: t("kesehatan.process.uptime"),
          numeric: true,
          render: (each) => (each.alive ? duration(each.uptime_s) : "–"),
        },
        {
          key: "restarts",
          label: t("kesehatan.process.restarts"),
          numeric: true,
          render: (each) => count(each.restarts),
        },
        { key: "pid", label: t("kesehatan.process.pid"), numeric: true, render: (each) => each.pid ?? "–" },
      ],
    }),
  );
}

function state(each) {
  const [kind, word] = each.refused
    ? ["bad", "refused"]
    : !each.alive
      ? ["bad", "ended"]
      : each.ready === null
        ? ["warn", "silent"]
        : each.ready
          ? ["good", "ready"]
          : ["warn", "starting"];
  return h(
    "span",
    null,
    tag(kind, t(`kesehatan.process.${word}`)),
    each.reasons.length > 0 && h("span", { class: "reasons" }, each.reasons.join("; ")),
  );
}

import { h } from "../../dom.js";
import { count, share } from "../../format.js";
import { copyable } from "../../parts.js";
import { has, t } from "../../words.js";
import { reasonName } from "./agency.js";

/**
 * What could not be used, the most frequent reason first: what it means and what to do.
 * @param {any} agency of the answer of `/agencies`
 */
export function quarantine(agency) {
  const { total, reasons, window_hours: hours } = agency.quarantined;
  const rows = Object.entries(reasons)
    .filter(([, many]) => many > 0)
    .sort(([, one], [, other]) => other - one);
  return h(
    "section",
    null,
    h(
      "div",
      { class: "section-head" },
      h("h2", null, t("instansi.quarantine")),
      h(
        "p",
        null,
        rows.length
          ? t("instansi.quarantine.lead", { count: count(total), hours })
          : t("instansi.quarantine.none", { hours }),
      ),
    ),
    h(
      "ol",
      { class: "rejects" },
      rows.map(([reason, many]) => line(reason, many, total)),
    ),
  );
}

function line(reason, many, total) {
  const about = (what) =>
    t(has(`reject.${what}.${reason}`) ? `reject.${what}.${reason}` : `reject.${what}.other`);
  return h(
    "li",
    { class: "reject", dataset: { key: reason } },
    h(
      "div",
      { class: "reject-count" },
      h("strong", null, count(many)),
      h("span", { class: "muted" }, `${t("instansi.quarantine.records")} · ${share(many, total)}`),
      h(
        "span",
        { "class": "reject-track", "aria-hidden": "true" },
        h("span", { class: "reject-fill", style: { "--value": `${(100 * many) / total}%` } }),
      ),
    ),
    h(
      "div",
      { class: "reject-words" },
      h("h3", null, reasonName(reason), " ", h("code", { class: "symbol" }, reason)),
      h("p", null, about("means")),
      h("p", null, h("strong", null, `${t("instansi.quarantine.do")}: `), about("do")),
      copyable(`jangkau quarantine list --reason ${reason}`),
    ),
  );
}

import { h } from "../../dom.js";
import { when } from "../../parts/figures.js";
import { copyable, notice, table, tag } from "../../parts.js";
import { to } from "../../router.js";
import { has, lang, t } from "../../words.js";

const SETTING = "JANGKAU_GATEWAY__PROMETHEUS_URL=http://127.0.0.1:9090";

/**
 * What Prometheus has to say, each with its runbook.
 * @param {{source: string|null, error: string|null, items: any[]}} found
 */
export function alerts(found) {
  return h(
    "section",
    null,
    h("div", { class: "section-head" }, h("h2", null, t("kesehatan.alerts"))),
    shown(found),
  );
}

function shown({ source, error, items }) {
  if (source === null) {
    return notice(
      "info",
      h("p", null, t("kesehatan.alerts.off")),
      h("p", null, t("kesehatan.alerts.how")),
      copyable(SETTING),
    );
  }
  if (error) return notice("warn", t("kesehatan.alerts.error", { error }));
  return table({
    caption: t("kesehatan.alerts"),
    hideCaption: true,
    rows: items,
    empty: t("kesehatan.alerts.none"),
    columns: [
      {
        key: "what",
        label: t("kesehatan.alert.what"),
        render: what,
      },
      { key: "state", label: t("kesehatan.alert.state"), render: state },
      {
        key: "audience",
        label: t("kesehatan.alert.audience"),
        render: (each) => worded("audience", each.audience),
      },
      { key: "since", label: t("kesehatan.alerts.since"), render: (each) => when(each.since) },
    ],
  });
}

function what(each) {
  const link = {
    "href": to("kesehatan", [each.runbook]),
    "aria-label": t("kesehatan.runbook.of", { what: each.name }),
  };
  return [
    each[`summary_${lang()}`] || each.name,
    each.runbook && h("span", { class: "below" }, h("a", link, t("kesehatan.runbook"))),
  ];
}

function state(each) {
  const firing = each.state === "firing";
  return h(
    "span",
    { class: "tags" },
    tag(firing ? (each.severity === "page" ? "bad" : "warn") : "info", worded("alert", each.state)),
    each.severity && tag("none", worded("alert", each.severity)),
  );
}

/** Rules of others may use words we have none for. */
function worded(kind, word) {
  const key = `kesehatan.${kind}.${word}`;
  return has(key) ? t(key) : word;
}

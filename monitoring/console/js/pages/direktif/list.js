import { h } from "../../dom.js";
import { count, date } from "../../format.js";
import { masked } from "../../masking.js";
import { copyable, tag, when } from "../../parts.js";
import { to } from "../../router.js";
import { t } from "../../words.js";
import { holdsSection } from "./holds.js";
import { ENDED, kindOf, way } from "./path.js";

/** What needs somebody comes first. */
const ORDER = [
  "HELD",
  "IN_FORCE",
  "APPROVED",
  "SCHEDULED",
  "PREVIEWED",
  "DRAFTED",
  "REJECTED",
  "SUPERSEDED",
  "REVOKED",
  "EXPIRED",
];

/**
 * Every version of every directive.
 * @param {{directive: string, status: any, document: any}[]} entries
 * @param {any} holds the answer of `/holds`, or null
 */
export function list(entries, holds) {
  const sorted = [...entries].sort(
    (one, other) =>
      ORDER.indexOf(one.status.state) - ORDER.indexOf(other.status.state) ||
      one.directive.localeCompare(other.directive) ||
      other.status.version - one.status.version,
  );
  const over = ({ status }) => ENDED.includes(status.state) || status.state === "REJECTED";
  const past = sorted.filter(over);
  const active = sorted.filter((entry) => !over(entry));
  return h(
    "div",
    { class: "page directives" },
    h(
      "header",
      { class: "page-head" },
      h("h1", null, t("direktif.title")),
      h("p", { class: "lead" }, t("direktif.lead")),
    ),
    entries.length === 0 &&
      h(
        "div",
        { class: "empty" },
        h("p", null, h("strong", null, t("direktif.empty"))),
        h("p", null, t("direktif.empty.hint")),
      ),
    active.length > 0 &&
      h(
        "section",
        null,
        h("h2", { class: "section-head" }, t("direktif.active")),
        h("ul", { class: "directive-cards" }, active.map(card)),
      ),
    holds && holdsSection(holds, null),
    past.length > 0 &&
      h(
        "section",
        null,
        h("h2", { class: "section-head" }, t("direktif.past")),
        h("ul", { class: "directive-cards" }, past.map(card)),
      ),
    h(
      "section",
      { class: "commands" },
      h("h2", null, t("direktif.do.new")),
      copyable("jangkau directive preview --file draft.yaml"),
      copyable('jangkau directive submit draft.yaml --by "…"'),
    ),
  );
}

function card({ directive, status, document }) {
  const { preview } = status;
  return h(
    "li",
    { class: "directive-card", dataset: { key: `${directive} ${status.version}` } },
    h(
      "div",
      { class: "directive-card-head" },
      h(
        "h3",
        null,
        h(
          "a",
          { href: to("direktif", [directive, String(status.version)]) },
          masked(document?.title) || directive,
        ),
      ),
      h(
        "p",
        { class: "muted" },
        h("code", null, directive),
        ` ${t("direktif.version", { version: status.version })}`,
        document && ` · ${dates(document)}`,
        document && ` · ${document.requires.join(", ")}`,
      ),
      h(
        "p",
        { class: "directive-tags" },
        tag(kindOf(status.state), t(`directive.${status.state}`)),
        status.rollout_paused_at && tag("warn", t("direktif.card.paused")),
      ),
    ),
    way(status, { small: true }),
    h(
      "p",
      { class: "muted directive-moves" },
      preview
        ? t("direktif.card.moves", {
            entering: count(preview.entering),
            leaving: count(preview.leaving),
            staying: count(preview.staying),
          })
        : null,
      h("span", null, when(status.updated_at)),
    ),
  );
}

/**
 * When a directive is in effect.
 * @param {any} document
 */
export function dates({ effective }) {
  return effective.until
    ? t("direktif.dates", { from: date(effective.from), until: date(effective.until) })
    : t("direktif.dates.open", { from: date(effective.from) });
}

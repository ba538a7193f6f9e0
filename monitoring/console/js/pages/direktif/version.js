import { h } from "../../dom.js";
import { date } from "../../format.js";
import { masked } from "../../masking.js";
import { crumbs, notice, tag, when } from "../../parts.js";
import { to } from "../../router.js";
import { t } from "../../words.js";
import { boundsSection } from "./bounds.js";
import { commands } from "./commands.js";
import { documentSection } from "./document.js";
import { holdsSection } from "./holds.js";
import { kindOf, way } from "./path.js";
import { previewSection } from "./preview.js";
import { rollout } from "./rollout.js";

/**
 * One version of a directive.
 * @param {{entry: {directive: string, status: any, document: any}, others: any[], holds: any, today: string|null}} data
 *   `holds` as of `/holds`; `today`: the business date
 * @param {any} ctx of the shell
 */
export function version({ entry, others, holds, today }, ctx) {
  const { directive, status, document } = entry;
  const ours = holds && {
    ...holds,
    groups: holds.groups.filter((group) => group.directives.includes(`${directive} v${status.version}`)),
  };
  return h(
    "div",
    { class: "page directive" },
    h(
      "header",
      { class: "page-head" },
      crumbs([
        { label: t("direktif.title"), href: to("direktif") },
        { label: `${directive} v${status.version}` },
      ]),
      h("h1", null, masked(document?.title) || directive),
      h(
        "p",
        { class: "directive-line" },
        tag(kindOf(status.state), t(`directive.${status.state}`)),
        h(
          "span",
          { class: "muted" },
          h("code", null, directive),
          ` ${t("direktif.version", { version: status.version })} · `,
          when(status.updated_at),
        ),
      ),
      others.length > 0 &&
        h(
          "p",
          { class: "muted" },
          `${t("direktif.versions")}: `,
          others.map((each, at) => [
            at > 0 && ", ",
            h(
              "a",
              { href: to("direktif", [directive, String(each.status.version)]) },
              t("direktif.version", { version: each.status.version }),
            ),
            ` (${t(`directive.${each.status.state}`)})`,
          ]),
        ),
    ),
    h("section", { class: "directive-way" }, way(status), standing(status)),
    documentSection(document, status),
    previewSection(status, ctx),
    boundsSection(status, document),
    document?.rollout.length > 0 && rollout(document, status, today),
    ours?.groups.length > 0 && holdsSection(ours, directive),
    commands(entry),
  );
}

function standing(status) {
  const kind = status.rollout_paused_at ? "warn" : kindOf(status.state);
  const listed = (key, lines) =>
    lines.length > 0 && [
      h("p", null, h("strong", null, t(key))),
      h(
        "ul",
        { class: "remarks", lang: "en" },
        lines.map((line) => h("li", null, masked(line))),
      ),
    ];
  return notice(
    kind === "none" ? "info" : kind,
    h("p", null, h("strong", null, t(`direktif.means.${status.state}`))),
    status.rollout_paused_at && h("p", null, t("direktif.paused", { date: date(status.rollout_paused_at) })),
    listed("direktif.faults", status.faults),
    listed("direktif.notes", status.notes),
  );
}

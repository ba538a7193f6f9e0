import { h } from "../../dom.js";
import { icon } from "../../icons.js";
import { markdown } from "../../markdown.js";
import { copyable } from "../../parts.js";
import { to } from "../../router.js";
import { t } from "../../words.js";

/**
 * A runbook: what it means, how to see it, what to do, how to know it is over.
 * @param {string} name of the alert
 * @param {string|null} text its Markdown, or null if there is none
 */
export function runbook(name, text) {
  return h(
    "article",
    { class: "runbook" },
    h("p", null, h("a", { class: "back", href: to("kesehatan") }, icon("back"), t("kesehatan.runbook.back"))),
    text === null
      ? h(
          "section",
          null,
          h("h1", null, t("kesehatan.runbook.title")),
          h("p", null, t("kesehatan.runbook.none")),
        )
      : h(
          "div",
          { class: "prose" },
          h("p", { class: "eyebrow" }, t("kesehatan.runbook"), " · ", h("code", null, name)),
          markdown(text, { code: commands, link: leads }),
        ),
  );
}

/** Each command by itself, so that it can be copied; what follows a # is said, not copied. */
function commands(block) {
  return h(
    "div",
    { class: "command-list" },
    block
      .split("\n")
      .filter((line) => line.trim())
      .map((line) => {
        const [, command, said] = /^(.*?)(?:\s+#\s+(.*))?$/.exec(line);
        return h(
          "div",
          { class: "command" },
          said && h("p", { class: "muted" }, said),
          copyable(command.trim()),
        );
      }),
  );
}

/** Other runbooks, and the web. */
function leads(target) {
  if (/^Jangkau[A-Z][A-Za-z]+$/.test(target)) return to("kesehatan", [target]);
  return /^https:\/\//.test(target) ? target : null;
}

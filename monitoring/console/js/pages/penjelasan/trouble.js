import { h } from "../../dom.js";
import { copyable, notice } from "../../parts.js";
import { t } from "../../words.js";

/** How each problem is said, by its name or status; the rest is refused or down. */
const KINDS = {
  "not-found": ["missing", "info"],
  "no-answer": ["late", "warn"],
  "too-many-requests": ["busy", "warn"],
};

function kindOf({ name, status }) {
  if (name in KINDS) return KINDS[name];
  if (status === 403) return ["forbidden", "bad"];
  return status === 0 || status >= 500 ? ["down", "bad"] : ["other", "bad"];
}

/**
 * Why there is no answer.
 * @param {{name: string, status: number, detail: string, correlation: string}} problem; `name` is AbortError if the person
 *   who asked did not want to wait
 */
export function trouble(problem) {
  if (problem.name === "AbortError")
    return h(
      "div",
      { class: "ask-trouble" },
      notice("info", h("h2", { tabindex: "-1" }, t("penjelasan.cancelled"))),
    );
  const [word, kind] = kindOf(problem);
  return h(
    "div",
    { class: "ask-trouble" },
    notice(
      kind,
      h("h2", { tabindex: "-1" }, t(`penjelasan.error.${word}`)),
      h("p", null, word === "other" ? problem.detail : t(`penjelasan.error.${word}.text`)),
      word === "late" && copyable("jangkau status"),
      problem.correlation && h("p", { class: "muted" }, t("state.correlation", { id: problem.correlation })),
    ),
  );
}

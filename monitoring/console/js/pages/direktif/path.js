import { h } from "../../dom.js";
import { icon } from "../../icons.js";
import { t } from "../../words.js";

/** The way to being in force, in order; control says SCHEDULED before the day has come and APPROVED on it. */
const STEPS = ["DRAFTED", "PREVIEWED", "SCHEDULED", "APPROVED", "IN_FORCE"];

/** States after which nothing more comes. */
export const ENDED = ["SUPERSEDED", "REVOKED", "EXPIRED"];

/** Where a version fails that does not go on. */
const FAILED_AT = { REJECTED: "DRAFTED", HELD: "APPROVED" };

/**
 * How a state is to be taken: the kind of a tag or notice.
 * @param {string} state
 */
export function kindOf(state) {
  if (state === "HELD" || state === "REJECTED") return "bad";
  if (state === "IN_FORCE") return "good";
  return ENDED.includes(state) ? "none" : "info";
}

/**
 * The steps of a version, each done, now, failed or to come.
 * @param {any} status of the directive
 * @returns {{label: string, mark: "done"|"now"|"bad"|"todo"|"end"}[]}
 */
export function stepsOf(status) {
  const { state } = status;
  if (ENDED.includes(state)) {
    // How far it had come is known as far as something was left behind; nothing else is claimed.
    const done = status.approved_by ? 3 : status.preview ? 2 : 1;
    return [
      ...STEPS.slice(0, done).map((step) => ({ label: t(`direktif.step.${step}`), mark: "done" })),
      { label: t(`directive.${state}`), mark: "end" },
    ];
  }
  const failed = state in FAILED_AT;
  const at = STEPS.indexOf(FAILED_AT[state] ?? state);
  return STEPS.map((step, number) => ({
    label: failed && number === at ? t(`directive.${state}`) : t(`direktif.step.${step}`),
    mark: number < at ? "done" : number > at ? "todo" : failed ? "bad" : "now",
  }));
}

/**
 * The way of a version as a line of steps.
 * @param {any} status of the directive
 * @param {{small?: boolean}} [options]
 */
export function way(status, { small = false } = {}) {
  const said = {
    done: "direktif.path.done",
    now: "direktif.path.now",
    bad: "direktif.path.now",
    end: "direktif.path.now",
    todo: "direktif.path.todo",
  };
  return h(
    "ol",
    { "class": ["way", small && "way-small"], "aria-label": t("direktif.path") },
    stepsOf(status).map(({ label, mark }) =>
      h(
        "li",
        {
          "class": ["way-step", `way-${mark}`],
          "aria-current": mark === "done" || mark === "todo" ? null : "step",
        },
        h(
          "span",
          { "class": "way-mark", "aria-hidden": "true" },
          mark === "done" || (mark === "now" && status.state === "IN_FORCE")
            ? icon("good")
            : mark === "bad"
              ? icon("bad")
              : null,
        ),
        h("span", { class: "way-label" }, label, h("span", { class: "unseen" }, ` (${t(said[mark])})`)),
      ),
    ),
  );
}

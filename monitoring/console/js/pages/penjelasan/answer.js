import { h } from "../../dom.js";
import { date, time } from "../../format.js";
import { icon } from "../../icons.js";
import { notice } from "../../parts.js";
import { programList } from "../../programs.js";
import { has, lang, t } from "../../words.js";
import { evidence } from "./evidence.js";
import { history } from "./history.js";

const ICONS = { GAP: "warn", COVERED: "good", NOT_ELIGIBLE: "info" };
/** Before a sentence that belongs to the one above it. */
const BELOW = "– ";

/**
 * The answer about one person.
 * @param {any} answer of `/persons/lookup`, with `purpose` and `at`
 * @param {{subject: string}} session
 * @param {any} ctx of the shell
 */
export function answered(answer, session, ctx) {
  const { explanation } = answer;
  const status = statusOf(explanation);
  const gaps = explanation.directives
    .filter((each) => each.verdict?.status === "GAP")
    .map((each) => each.verdict);
  return h(
    "article",
    { class: "answer" },
    h(
      "header",
      { class: ["verdict", `verdict-${status ?? "none"}`] },
      h(
        "p",
        { class: "verdict-where" },
        t("penjelasan.person", {
          place: answer.name || explanation.region || t("penjelasan.place.unknown"),
          date: date(explanation.business_date),
        }),
      ),
      h(
        "h2",
        { class: "verdict-word", tabindex: "-1" },
        icon(ICONS[status] ?? "info"),
        h("span", null, t(`penjelasan.headline.${status ?? "none"}`)),
      ),
      status === "GAP" &&
        gaps.length > 0 &&
        h(
          "p",
          { class: "verdict-why" },
          t("penjelasan.because", { reason: t(`penjelasan.because.${gaps[0].reason}`) }),
          h("span", null, t("penjelasan.lacking", { programs: programList(gaps[0].missing) })),
        ),
      ["NOT_ELIGIBLE", "UNKNOWN"].includes(status) &&
        h(
          "ul",
          { class: "verdict-unmeant" },
          explanation.directives.filter((each) => !each.means).map(unmeant),
        ),
    ),
    ["NOT_ELIGIBLE", "UNKNOWN"].includes(status) && notice("warn", t("penjelasan.nostop")),
    explanation.held &&
      notice(
        "warn",
        explanation.held.state === "REFUSED"
          ? t("penjelasan.held.refused")
          : t("penjelasan.held", { date: date(explanation.held.business_date) }),
      ),
    h(
      "div",
      { class: "buttons no-print" },
      h("button", { type: "button", class: "button", onclick: () => window.print() }, t("penjelasan.print")),
      h("button", { type: "button", class: "button-plain", onclick: () => done(ctx) }, t("penjelasan.done")),
    ),
    h(
      "section",
      { class: "spoken" },
      h("h2", null, t("penjelasan.read")),
      h(
        "div",
        { class: "sentences" },
        answer.spoken.map((each) => h("p", null, each[lang()])),
      ),
    ),
    gaps.length > 0 &&
      h(
        "section",
        null,
        h("h2", null, t("penjelasan.next")),
        h(
          "ul",
          { class: "remarks" },
          gaps.map((gap) =>
            h("li", null, t(`penjelasan.next.${gap.reason}`, { programs: programList(gap.missing) })),
          ),
        ),
      ),
    h(
      "section",
      { class: "checked" },
      h("h2", null, t("penjelasan.check")),
      said(answer.sentences, explanation),
    ),
    evidence(answer),
    history(answer.history),
    h(
      "p",
      { class: "muted recorded" },
      t("penjelasan.recorded", { subject: session.subject, time: time(answer.at), purpose: answer.purpose }),
    ),
  );
}

/**
 * What subscribers have been told; before there is such a record, what follows from the facts. Not meant is only who is
 * known not to be: while a fact is missing, nobody can tell.
 */
function statusOf({ published, directives, business_date: day }) {
  if (!published && !day) return null;
  const found = directives.map((each) => each.verdict?.status).filter(Boolean);
  const status =
    published?.status ?? (found.includes("GAP") ? "GAP" : found.length > 0 ? "COVERED" : "NOT_ELIGIBLE");
  const open = directives.some((each) => each.not_meant_reason === "INCOMPLETE_DATA");
  return status === "NOT_ELIGIBLE" && open ? "UNKNOWN" : status;
}

function unmeant({ directive, not_meant_reason: reason }) {
  const clause = has(`penjelasan.clause.${reason}`)
    ? t(`penjelasan.clause.${reason}`)
    : t("penjelasan.directive.unmeant");
  return h("li", null, t("penjelasan.unmeant", { directive, clause }));
}

function said(sentences, { directives }) {
  const groups = [];
  for (const text of sentences.map((each) => each[lang()])) {
    if (text.startsWith(BELOW) && groups.length > 0) groups.at(-1).below.push(text.slice(BELOW.length));
    else groups.push({ text, below: [] });
  }
  return h(
    "div",
    { class: "sentences" },
    groups.map(({ text, below }) => {
      const about = directives.find(({ directive, version }) => text.startsWith(`${directive} v${version}:`));
      return [
        h("p", null, text),
        below.length > 0 &&
          h(
            "ul",
            { class: "remarks" },
            below.map((each, at) => h("li", { class: marked(about, at - below.length) }, each)),
          ),
      ];
    }),
  );
}

/** What does not hold stands out: the last sentences below a directive are its clauses, in their order. */
function marked(about, at) {
  const result = about?.clauses.at(at)?.result;
  return result && result !== "true" && about.clauses.length + at >= 0 ? "remark-failed" : null;
}

function done(ctx) {
  Object.assign(ctx.memory, { answer: null, chosen: null, faults: null, trouble: null });
  ctx.redraw();
  ctx.say(t("penjelasan.cleared"));
  const field = document.querySelector("#keperluan");
  if (field) field.value = "";
  field?.focus();
}

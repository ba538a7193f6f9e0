import { h } from "../../dom.js";
import { date } from "../../format.js";
import { tag } from "../../parts.js";
import { t } from "../../words.js";
import { placesOf } from "./document.js";

/**
 * The steps of a rollout, and which have come.
 * @param {any} document
 * @param {any} status of the version
 * @param {string|null} today the business date
 */
export function rollout(document, status, today) {
  const paused = status.rollout_paused_at;
  const now = paused && today ? (paused < today ? paused : today) : (today ?? paused ?? status.business_date);
  const standing = (from) => {
    if (status.state === "IN_FORCE" && now && from <= now) return "reached";
    return status.state === "IN_FORCE" && paused && today && from <= today ? "stopped" : "planned";
  };
  return h(
    "section",
    null,
    h(
      "div",
      { class: "section-head" },
      h("h2", null, t("direktif.rollout")),
      h("p", null, t("direktif.rollout.lead")),
    ),
    h(
      "ol",
      { class: "rollout" },
      document.rollout.map((step) => {
        const stands = standing(step.from);
        return h(
          "li",
          { class: ["rollout-step", `rollout-${stands}`] },
          h("time", { datetime: step.from }, date(step.from)),
          h(
            "span",
            { class: "rollout-places" },
            step.regions.length ? placesOf(step.regions) : t("direktif.rollout.everywhere"),
          ),
          tag(
            stands === "reached" ? "good" : stands === "stopped" ? "warn" : "none",
            t(`direktif.rollout.${stands}`),
          ),
        );
      }),
    ),
  );
}

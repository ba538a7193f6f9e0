import { h } from "../../dom.js";
import { count, date, share } from "../../format.js";
import { figure } from "../../parts.js";
import { t } from "../../words.js";

/**
 * The number this is all about, and what it is a part of.
 * @param {any} line one directive's totals in the region
 */
export function lead(line) {
  return h(
    "section",
    { class: "lead-figure" },
    line.gap > 0
      ? h(
          "p",
          { class: "headline" },
          h("strong", { class: "headline-number" }, count(line.gap)),
          h(
            "span",
            { class: "headline-words" },
            t("ikhtisar.gap"),
            h(
              "span",
              { class: "muted" },
              t("ikhtisar.gap.share", {
                share: share(line.gap, line.eligible),
                eligible: count(line.eligible),
              }),
            ),
          ),
        )
      : h(
          "p",
          { class: "headline-words" },
          line.eligible > 0 ? t("ikhtisar.gap.none") : t("ikhtisar.nobody"),
        ),
    line.eligible > 0 && split(line),
    h(
      "dl",
      { class: "figures" },
      figure(t("ikhtisar.eligible"), count(line.eligible)),
      figure(t("ikhtisar.covered"), count(line.covered), share(line.covered, line.eligible)),
      target(line),
    ),
  );
}

function split(line) {
  const marked = line.target !== null && line.target <= line.eligible;
  const words = t("ikhtisar.split", {
    covered: count(line.covered),
    gap: count(line.gap),
    eligible: count(line.eligible),
  });
  return h(
    "div",
    { class: "split" },
    h(
      "div",
      { "class": "split-words", "aria-hidden": "true" },
      h(
        "span",
        { class: "split-covered-word" },
        t("ikhtisar.covered"),
        " ",
        h("span", { class: "unbroken" }, share(line.covered, line.eligible)),
      ),
      h(
        "span",
        { class: "split-gap-word" },
        t("ikhtisar.notcovered"),
        " ",
        h("span", { class: "unbroken" }, share(line.gap, line.eligible)),
      ),
    ),
    h(
      "div",
      {
        "class": "split-bar",
        "role": "img",
        "aria-label": words,
        "style": { "--value": `${(100 * line.covered) / line.eligible}%` },
      },
      h("span", { class: "split-covered" }),
      h("span", { class: "split-gap" }),
      marked &&
        h("span", { class: "split-target", style: { "--at": `${(100 * line.target) / line.eligible}%` } }),
    ),
    marked && targetWords(line),
  );
}

/** Beneath its mark, on the side where there is more room. */
function targetWords(line) {
  const part = line.target / line.eligible;
  const words = h(
    "span",
    null,
    t("chart.target", { count: count(line.target), date: date(line.target_date) }),
  );
  const room = h("span", {
    class: "split-room",
    style: { "--room": `${100 * (part > 0.5 ? 1 - part : part)}%` },
  });
  return h(
    "div",
    { "class": "split-target-words", "aria-hidden": "true" },
    part > 0.5 ? [words, room] : [room, words],
  );
}

function target(line) {
  if (line.target === null) return figure(t("ikhtisar.goal"), "–", t("ikhtisar.target.none"));
  const left = line.target - line.covered;
  return figure(
    t("ikhtisar.target", { date: date(line.target_date) }),
    count(line.target),
    left > 0 ? t("ikhtisar.target.left", { count: count(left) }) : t("ikhtisar.target.done"),
  );
}

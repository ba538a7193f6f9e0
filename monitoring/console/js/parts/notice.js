import { h } from "../dom.js";
import { icon } from "../icons.js";

/**
 * Something to be noticed.
 * @param {"info"|"good"|"warn"|"bad"} kind shown by a mark as well as a colour
 * @param {...any} text what is said: text or nodes
 */
export function notice(kind, ...text) {
  return h(
    "div",
    { class: ["notice", `notice-${kind}`] },
    icon(kind),
    h("div", { class: "notice-text" }, text),
  );
}

/**
 * A short word about the state of something.
 * @param {"info"|"good"|"warn"|"bad"|"none"} kind
 * @param {string} text
 */
export function tag(kind, text) {
  return h("span", { class: ["tag", `tag-${kind}`] }, kind !== "none" && icon(kind), h("span", null, text));
}

/**
 * The way to where one is.
 * @param {{label: string, href?: string}[]} steps the last is this page
 */
export function crumbs(steps) {
  return h(
    "nav",
    { "class": "crumbs", "aria-label": "breadcrumb" },
    h(
      "ol",
      null,
      steps.map((step) =>
        h(
          "li",
          null,
          step.href
            ? h("a", { href: step.href }, step.label)
            : h("span", { "aria-current": "page" }, step.label),
        ),
      ),
    ),
  );
}

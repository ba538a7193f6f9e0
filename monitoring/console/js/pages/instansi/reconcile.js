import { h } from "../../dom.js";
import { count, share } from "../../format.js";
import { icon } from "../../icons.js";
import { t } from "../../words.js";
import { CLASSES, counted } from "./standing.js";

function partsOf(receipt) {
  const parts = CLASSES.map((each) => ({ name: each, many: receipt[each] }));
  if (receipt.missing > 0) parts.push({ name: "missing", many: receipt.missing });
  return parts;
}

/**
 * The classes of a batch as one bar; what is missing is hatched.
 * @param {any} receipt
 */
export function strip(receipt) {
  const shown = partsOf(receipt).filter((each) => each.many > 0);
  const words = shown.map((each) => `${t(`instansi.class.${each.name}`)} ${count(each.many)}`).join(", ");
  return h(
    "div",
    { "class": "strip", "role": "img", "aria-label": words || "0" },
    shown.map((each) =>
      h("span", { class: ["strip-part", `class-${each.name}`], style: { "--grow": String(each.many) } }),
    ),
  );
}

/**
 * The sum, to be checked at a glance: what was sent on one side, what became of it on the other.
 * @param {any} receipt
 */
export function sum(receipt) {
  const known = receipt.sent !== null;
  const total = counted(receipt) + (receipt.missing > 0 ? receipt.missing : 0);
  const more = receipt.missing < 0 ? -receipt.missing : 0;
  const equal = known && total - more === receipt.sent;
  const whole = equal && receipt.missing === 0 && receipt.digest_matches !== false;
  return h(
    "div",
    { class: "sum" },
    h(
      "p",
      { class: "sum-sent" },
      h("span", null, t(known ? "instansi.sum.sent" : "instansi.sum.counted")),
      h("strong", null, count(known ? receipt.sent : total)),
    ),
    strip(receipt),
    h(
      "ul",
      { class: "sum-terms" },
      partsOf(receipt).map((each) => term(each, receipt.sent ?? total)),
      more > 0 && term({ name: "more", many: -more }, receipt.sent),
    ),
    h(
      "p",
      { class: ["sum-total", whole ? "sum-good" : "sum-open"] },
      h("span", null, t("instansi.sum.total")),
      h("strong", null, count(total - more)),
      h("span", { class: "sum-word" }, [icon(whole ? "good" : "warn"), said(receipt, known, more)]),
    ),
  );
}

function said(receipt, known, more) {
  if (!known) return t("instansi.sum.open");
  if (receipt.missing > 0) return t("instansi.sum.missing", { count: count(receipt.missing) });
  if (more > 0) return t("instansi.sum.more", { count: count(more) });
  return t(receipt.digest_matches === false ? "instansi.sum.other" : "instansi.sum.equal");
}

function term({ name, many }, whole) {
  return h(
    "li",
    { class: ["term", many === 0 && "term-none"], dataset: { key: name } },
    h("span", { "class": ["term-swatch", `class-${name}`], "aria-hidden": "true" }),
    h(
      "span",
      { class: "term-words" },
      h("strong", null, t(`instansi.class.${name}`)),
      h("span", { class: "muted" }, t(`instansi.about.${name}`)),
    ),
    h(
      "span",
      { class: "term-count" },
      count(many),
      h("span", { class: "muted" }, many === 0 ? "" : share(Math.abs(many), whole)),
    ),
  );
}

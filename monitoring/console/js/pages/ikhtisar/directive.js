import { h } from "../../dom.js";
import { to } from "../../router.js";
import { t } from "../../words.js";

/**
 * The version of a directive that is looked at: the one the address names, or the newest of the first. While a version
 * rolls out, the one before it goes on elsewhere, and both have lines of their own.
 * @param {any} totals with its directives
 * @param {{query: {direktif?: string, versi?: string}}} params
 * @returns {any} one of them, or null
 */
export function chosen({ directives }, { query }) {
  const named = directives.filter((each) => each.directive === (query.direktif ?? directives[0]?.directive));
  return named.find((each) => String(each.version) === query.versi) ?? newest(named) ?? directives[0] ?? null;
}

/**
 * What a region counts under a directive's version.
 * @param {{directives: any[]}} region
 * @param {{directive: string, version: number}|null} directive
 * @returns {any} its line, or null
 */
export function lineOf(region, directive) {
  return region.directives.find((each) => same(each, directive)) ?? null;
}

/**
 * Whether a region knows no newer version: the trend is that of the newest.
 * @param {{directives: any[]}} region
 * @param {{directive: string, version: number}} directive
 */
export function isNewest(region, directive) {
  return same(newest(region.directives.filter((each) => each.directive === directive.directive)), directive);
}

/**
 * Which directive is looked at, to be changed if there are several.
 * @param {any} totals with its directives
 * @param {any} directive the one chosen, or null
 * @param {any} params of the address
 * @param {{go: (hash: string) => void}} ctx
 */
export function choice(totals, directive, params, ctx) {
  if (!directive) return null;
  if (totals.directives.length === 1) return h("p", { class: "directive-name" }, name(directive));
  const go = (event) => {
    const { directive: direktif, version } = totals.directives[Number(event.target.value)];
    ctx.go(to("ikhtisar", params.parts, { ...params.query, direktif, versi: String(version) }));
  };
  return h(
    "p",
    { class: "directive-choice" },
    h("label", { for: "direktif" }, t("ikhtisar.directive")),
    h(
      "select",
      { id: "direktif", onchange: go },
      totals.directives.map((each, number) =>
        h("option", { value: String(number), selected: each === directive }, name(each)),
      ),
    ),
  );
}

function name({ title, directive, version, programs }) {
  const id = `${directive} v${version}`;
  const what = programs.length > 0 ? `${id}: ${programs.join(", ")}` : id;
  return title ? `${title} (${what})` : what;
}

function newest(found) {
  return found.reduce((best, each) => (best && best.version > each.version ? best : each), null);
}

function same(one, other) {
  return Boolean(one && other) && one.directive === other.directive && one.version === other.version;
}

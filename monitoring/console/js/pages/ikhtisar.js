import { h } from "../dom.js";
import { count, date } from "../format.js";
import { asOf, crumbs, notice } from "../parts.js";
import { to } from "../router.js";
import { t, use } from "../words.js";
import words from "../words/ikhtisar.js";
import { choice, chosen, isNewest, lineOf } from "./ikhtisar/directive.js";
import { lead } from "./ikhtisar/lead.js";
import { people } from "./ikhtisar/people.js";
import { map, places } from "./ikhtisar/places.js";
import { oddities, reasons, watch } from "./ikhtisar/reasons.js";
import { trend } from "./ikhtisar/trend.js";

use("ikhtisar", words);

const regionOf = ({ parts }) => parts[0] ?? "ID";

/** The overview of the nation, a province or a regency: how many are not covered, where, why, and whether it gets better. */
export const page = {
  id: "ikhtisar",
  scope: "hub:read",
  live: ["totals"],
  wants: ({ data }, params) => !data.regions || data.regions.some((code) => concerns(code, regionOf(params))),

  async load(api, params) {
    const region = encodeURIComponent(regionOf(params));
    const totals = await api.get(`/totals/${region}`);
    const directive = chosen(totals, params);
    const course =
      directive &&
      isNewest(totals.region, directive) &&
      (await api.get(`/totals/${region}/trend?directive=${encodeURIComponent(directive.directive)}`));
    return { totals, directive, course };
  },

  view({ totals, directive, course }, params, ctx) {
    const { region } = totals;
    const line = lineOf(region, directive);
    return h(
      "div",
      { class: "page overview" },
      h(
        "header",
        { class: "page-head" },
        totals.parents.length > 0 &&
          crumbs([
            ...totals.parents.map((each) => ({ label: each.name, href: at(each.code, params) })),
            { label: region.name },
          ]),
        h("h1", null, region.name),
        h("p", { class: "muted" }, facts(region)),
        choice(totals, directive, params, ctx),
        h(
          "div",
          { class: "as-of-line" },
          asOf(
            totals.as_of,
            totals.as_of
              ? { reported: totals.partitions_reported, partitions: totals.partitions }
              : undefined,
          ),
          totals.business_date &&
            h("p", { class: "muted" }, t("ikhtisar.business", { date: date(totals.business_date) })),
        ),
        totals.as_of &&
          !totals.complete &&
          notice(
            "warn",
            t("ikhtisar.incomplete", {
              reported: count(totals.partitions_reported),
              partitions: count(totals.partitions),
            }),
          ),
      ),
      line ? lead(line) : nothing(totals),
      region.level === "nation" && map(totals, directive, (code) => ctx.go(at(code, params))),
      region.level === "province" && places(totals, directive, (code) => at(code, params), ctx),
      line && h("div", { class: "halves" }, reasons(line), watch(line)),
      region.level === "regency" && line && line.gap > 0 && people(region, directive, ctx),
      line && course && trend(region, line, course, totals.business_date),
      region.persons > 0 && oddities(region),
      region.level === "nation" && places(totals, directive, (code) => at(code, params), ctx),
    );
  },
};

function concerns(changed, shown) {
  return shown === "ID" || changed === shown || changed.startsWith(`${shown}.`);
}

function at(code, { query }) {
  return to("ikhtisar", code === "ID" ? [] : [code], query);
}

function facts(region) {
  return [
    region.population && t("ikhtisar.population", { count: count(region.population) }),
    region.persons > 0 && t("ikhtisar.persons", { count: count(region.persons) }),
  ]
    .filter(Boolean)
    .join(" · ");
}

function nothing(totals) {
  if (totals.as_of && totals.directives.length > 0) return h("p", { class: "empty" }, t("ikhtisar.nobody"));
  return h(
    "div",
    { class: "empty" },
    h("p", null, h("strong", null, t("ikhtisar.empty"))),
    h("p", null, t("ikhtisar.empty.hint")),
  );
}

import { h } from "../dom.js";
import { count, share, short } from "../format.js";
import { asOf, tileMap } from "../parts.js";
import { to } from "../router.js";
import { t, use } from "../words.js";
import words from "../words/ikhtisar.js";

use("ikhtisar", words);

/** The overview of the nation, a province or a regency. */
export const page = {
  id: "ikhtisar",
  scope: "hub:read",
  live: ["totals"],
  load: (api, { parts }) => api.get(`/totals/${encodeURIComponent(parts[0] ?? "ID")}`),
  view(data, params, ctx) {
    const values = {};
    for (const each of data.children) {
      const line = each.directives[0];
      values[each.code] = { name: each.name, share: line ? line.gap / line.eligible : null,
        shareText: share(line?.gap, line?.eligible), count: short(line?.gap) };
    }
    return h("div", { class: "page" }, h("h1", null, data.region.name),
      asOf(data.as_of, { reported: data.partitions_reported, partitions: data.partitions }),
      h("p", null, count(data.region.directives[0]?.gap)),
      tileMap({ values, onSelect: (code) => ctx.go(to("ikhtisar", [code])) }));
  },
};

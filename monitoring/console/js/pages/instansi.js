import { h } from "../dom.js";
import { learn } from "../places.js";
import { asOf, crumbs } from "../parts.js";
import { to } from "../router.js";
import { missing } from "../states.js";
import { t, use } from "../words.js";
import words from "../words/instansi.js";
import reasons from "../words/karantina.js";
import { card, facts } from "./instansi/agency.js";
import { batch, provincesOf } from "./instansi/batch.js";
import { SHOWN, batches } from "./instansi/batches.js";
import { quarantine } from "./instansi/quarantine.js";

use("instansi", words);
use("reject", reasons);

/** Those there are; of another the gateway is not asked. */
const AGENCIES = ["BPS", "BPJSTK", "KEMNAKER"];

/** Agencies: whether their data has arrived, batch by batch, and what could not be used. */
export const page = {
  id: "instansi",
  scope: "receipts:read",
  live: ["agencies"],

  async load(api, { parts, query }) {
    const found = await api.get("/agencies");
    const name = parts[0] ?? (found.agencies.length === 1 ? found.agencies[0].agency : null);
    if (!AGENCIES.includes(name)) return { found };
    const agency = found.agencies.find((each) => each.agency === name);
    const who = `agency=${encodeURIComponent(name)}`;
    if (parts[1]) {
      const entry = await api.get(`/batches/${encodeURIComponent(parts[1])}?${who}`);
      await learn(api, provincesOf(entry.receipt));
      return { found, agency, entry };
    }
    if (name === "KEMNAKER") return { found, agency };
    const only = query.belum ? "&complete=false" : "";
    return { found, agency, batches: await api.get(`/batches?${who}&newest=true&limit=${SHOWN}${only}`) };
  },

  view({ found, agency, entry, batches: listed }, params, ctx) {
    const alone = found.agencies.length === 1;
    if (entry) return batch(agency ?? { agency: params.parts[0] }, entry, alone, ctx);
    if (params.parts[0] && !agency) return missing();
    if (agency) return one(found, agency, listed, alone, params, ctx);
    return h(
      "div",
      { class: "page agencies" },
      h(
        "header",
        { class: "page-head" },
        h("h1", null, t("instansi.title")),
        h("p", { class: "lead" }, t("instansi.lead")),
        asOf(found.as_of),
      ),
      found.agencies.length === 0
        ? h("p", { class: "empty" }, t("instansi.empty"))
        : h("div", { class: "agency-cards" }, found.agencies.map(card)),
    );
  },
};

function one(found, agency, listed, alone, params, ctx) {
  return h(
    "div",
    { class: "page agency" },
    h(
      "header",
      { class: "page-head" },
      !alone &&
        crumbs([
          { label: t("instansi.title"), href: to("instansi") },
          { label: t(`agency.${agency.agency}`) },
        ]),
      h("h1", null, t(`agency.${agency.agency}`)),
      h("p", { class: "lead" }, alone ? t("instansi.lead.own") : t(`instansi.name.${agency.agency}`)),
      asOf(found.as_of),
    ),
    facts(agency),
    listed
      ? batches(agency, listed, params, ctx)
      : h(
          "p",
          { class: "empty" },
          t("instansi.kemnaker.batches"),
          " ",
          h("a", { href: to("direktif") }, t("instansi.kemnaker.link")),
        ),
    quarantine(agency),
  );
}

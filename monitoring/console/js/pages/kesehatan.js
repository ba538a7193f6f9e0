import { h } from "../dom.js";
import { ago, bytes, count, date, duration } from "../format.js";
import { asOf, figure, notice, tag } from "../parts.js";
import { to } from "../router.js";
import { lang, t, use } from "../words.js";
import words from "../words/kesehatan.js";
import { alerts } from "./kesehatan/alerts.js";
import { lag } from "./kesehatan/lag.js";
import { processes } from "./kesehatan/processes.js";
import { runbook } from "./kesehatan/runbook.js";

use("kesehatan", words);

/** An observation older than this may no longer hold; the watch looks every 2 s. */
const OLD_MS = 20000;
const MARKS = { healthy: "good", degraded: "warn", down: "bad", unknown: "warn" };
const RUNBOOK = /^[A-Za-z]+$/;

/** Whether the hub is well, what is wrong, and what to do about it. */
export const page = {
  id: "kesehatan",
  scope: "hub:read",
  live: ["hub"],

  async load(api, { parts }) {
    const [name] = parts;
    if (!name) return { hub: await api.get("/hub") };
    // A name that is none is not asked for.
    return { name, text: RUNBOOK.test(name) ? await read(api, name) : null };
  },

  view({ hub, name, text }, params, ctx) {
    if (name) return runbook(name, text);
    const level = hub.level in MARKS ? hub.level : "unknown";
    return h(
      "div",
      { class: "page health" },
      h(
        "header",
        { class: "page-head" },
        h("h1", null, t("kesehatan.title")),
        asOf(hub.as_of),
        old(hub.as_of) && notice("warn", t("kesehatan.old", { ago: ago(hub.as_of) })),
      ),
      h(
        "section",
        { class: "hub-verdict" },
        notice(
          MARKS[level],
          h("h2", { class: "hub-verdict-word" }, t(`kesehatan.level.${level}`)),
          h("p", null, t(`kesehatan.level.${level}.lead`)),
        ),
        hub.findings.length > 0 &&
          h("ul", { "class": "findings", "aria-label": t("kesehatan.findings") }, hub.findings.map(finding)),
      ),
      short(hub),
      alerts(hub.alerts),
      processes(hub, ctx),
      lag(hub.lag),
    );
  },
};

async function read(api, name) {
  const language = lang();
  try {
    return await api.text(`/console/runbooks/${name}.${language}.md`);
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

function old(at) {
  return Boolean(at) && Date.now() - Date.parse(at) > OLD_MS;
}

function finding(found) {
  const said = found[lang()] ?? found.id;
  return h(
    "li",
    { class: "finding" },
    tag(found.level === "healthy" ? "info" : (MARKS[found.level] ?? "warn"), ""),
    h("span", null, said),
    found.runbook &&
      h(
        "a",
        { "href": to("kesehatan", [found.runbook]), "aria-label": t("kesehatan.runbook.of", { what: said }) },
        t("kesehatan.runbook"),
      ),
  );
}

function short(hub) {
  const waiting = hub.lag.reduce((sum, each) => sum + each.records, 0);
  return h(
    "section",
    null,
    h("h2", { class: "unseen" }, t("kesehatan.facts")),
    h(
      "dl",
      { class: "figures" },
      figure(
        t("kesehatan.fact.lag"),
        hub.lag.length > 0 ? count(waiting) : "–",
        hub.lag.length > 0 && t("kesehatan.fact.lag.note"),
      ),
      figure(
        t("kesehatan.fact.commit"),
        hub.last_commit_age_s === null ? "–" : duration(hub.last_commit_age_s),
      ),
      figure(
        t("kesehatan.fact.date"),
        hub.business_date ? date(hub.business_date) : t("kesehatan.fact.date.none"),
      ),
      figure(
        t("kesehatan.fact.disk"),
        bytes(hub.disk?.free_bytes),
        hub.disk && t("kesehatan.fact.disk.note", { size: bytes(hub.disk.size_bytes) }),
      ),
    ),
  );
}

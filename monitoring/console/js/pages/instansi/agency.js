import { h } from "../../dom.js";
import { count, duration } from "../../format.js";
import { linkable, safeId } from "../../masking.js";
import { figure, notice, tag, when } from "../../parts.js";
import { to } from "../../router.js";
import { has, t } from "../../words.js";

/** An open transaction of a publisher shorter than this is ordinary. */
const TRANSACTION_S = 60;

/**
 * One agency among others.
 * @param {any} agency of the answer of `/agencies`
 */
export function card(agency) {
  const name = t(`agency.${agency.agency}`);
  return h(
    "section",
    { class: "agency-card", dataset: { key: agency.agency } },
    h(
      "div",
      { class: "agency-card-head" },
      h("h2", null, h("a", { href: to("instansi", [agency.agency]) }, name)),
      h("p", { class: "muted" }, t(`instansi.name.${agency.agency}`)),
      h("p", null, state(agency)),
    ),
    facts(agency),
  );
}

/**
 * How fresh an agency's data is and what waits, as figures.
 * @param {any} agency of the answer of `/agencies`
 */
export function facts(agency) {
  const own =
    agency.agency === "KEMNAKER" ? [] : [newest(agency), open(agency), quarantined(agency), waiting(agency)];
  return h(
    "div",
    { class: "agency-facts" },
    h(
      "dl",
      { class: "figures" },
      figure(
        t(agency.agency === "KEMNAKER" ? "instansi.fact.KEMNAKER" : "instansi.fact"),
        agency.newest_fact_at ? when(agency.newest_fact_at) : "–",
        agency.newest_fact_at ? null : t(agency.lag ? "instansi.fact.none" : "instansi.fact.unseen"),
      ),
      own,
    ),
    held(agency) &&
      notice("warn", t("instansi.lag.transaction", { duration: duration(agency.lag.open_transaction_s) })),
  );
}

const held = (agency) => (agency.lag?.open_transaction_s ?? 0) >= TRANSACTION_S;

/** Without a look at the hub from outside nothing is known of what came: that is not the same as nothing. */
function state(agency) {
  if (!agency.newest_fact_at && !agency.newest_complete_batch && agency.open_batches === 0)
    return tag("none", t(agency.lag ? "instansi.state.never" : "instansi.state.unseen"));
  if (agency.stalled_batches > 0)
    return tag("bad", t("instansi.state.stalled", { count: count(agency.stalled_batches) }));
  if (held(agency)) return tag("warn", t("instansi.state.held"));
  if (agency.open_batches > 0)
    return tag("info", t("instansi.state.waiting", { count: count(agency.open_batches) }));
  return tag("good", t(agency.newest_complete_batch ? "instansi.state.good" : "instansi.state.alive"));
}

function newest({ agency, newest_complete_batch: batch }) {
  if (!batch) return figure(t("instansi.newest"), "–", t("instansi.newest.none"));
  const name = safeId(batch.batch);
  return figure(
    t("instansi.newest"),
    when(batch.at),
    linkable(batch.batch) ? h("a", { href: to("instansi", [agency, batch.batch]) }, name) : name,
  );
}

function open({ open_batches: many, stalled_batches: stalled }) {
  return figure(
    t("instansi.open.batches"),
    count(many),
    stalled > 0
      ? h("span", { class: "bad-word" }, t("instansi.open.stalled", { count: count(stalled) }))
      : many === 0
        ? t("instansi.open.none")
        : null,
  );
}

function quarantined({ quarantined: { total, reasons } }) {
  const [top] = Object.entries(reasons).sort(([, one], [, other]) => other - one);
  return figure(
    t("instansi.quarantined"),
    count(total),
    top ? t("instansi.quarantined.top", { reason: reasonName(top[0]) }) : t("instansi.quarantined.none"),
  );
}

function waiting({ lag }) {
  if (!lag) return figure(t("instansi.lag"), "–", t("instansi.lag.absent"));
  const note =
    lag.records === 0
      ? t("instansi.lag.none")
      : lag.seconds === null
        ? t("instansi.lag.unknown")
        : t("instansi.lag.seconds", { duration: duration(lag.seconds) });
  return figure(t("instansi.lag"), count(lag.records), note);
}

/**
 * A reason of quarantine in words; itself where there are none, as from a newer release.
 * @param {string} reason
 */
export function reasonName(reason) {
  return has(`reject.${reason}`) ? t(`reject.${reason}`) : reason;
}

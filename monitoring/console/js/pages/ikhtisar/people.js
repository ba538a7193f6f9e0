import { all, h } from "../../dom.js";
import { when } from "../../parts/figures.js";
import { asOf, copyable, notice, table } from "../../parts.js";
import { to } from "../../router.js";
import { t } from "../../words.js";
import { REASONS } from "./reasons.js";

const PAGE = 100;

/**
 * Who is not covered in a regency, by token; for tokens that may read it.
 * @param {any} region
 * @param {any} directive
 * @param {any} ctx of the shell
 */
export function people(region, directive, ctx) {
  if (!ctx.session.scopes.includes("coverage:read")) return null;
  const about = `${region.code} ${directive.directive}`;
  if (ctx.memory.about !== about) Object.assign(ctx.memory, { about, list: null, reason: "", after: null });
  const { memory } = ctx;
  return h(
    "section",
    { class: "people" },
    h(
      "div",
      { class: "section-head" },
      h("h2", null, t("ikhtisar.people")),
      h("p", null, t("ikhtisar.people.lead")),
    ),
    memory.list === null
      ? h(
          "button",
          { type: "button", class: "button", onclick: () => fetchList(region, directive, ctx, null) },
          t("ikhtisar.people.show"),
        )
      : list(region, directive, ctx),
  );
}

async function fetchList(region, directive, ctx, after) {
  const { memory } = ctx;
  const query = new URLSearchParams({
    region: region.code,
    status: "GAP",
    directive: directive.directive,
    limit: String(PAGE),
  });
  if (memory.reason) query.set("reason", memory.reason);
  if (after) query.set("after", after);
  memory.list = { loading: true };
  ctx.redraw();
  try {
    memory.list = { page: await ctx.api.get(`/coverage?${query}`), after };
  } catch (error) {
    memory.list = { error };
  }
  ctx.redraw();
}

function list(region, directive, ctx) {
  const { memory } = ctx;
  const { page, error, after } = memory.list;
  return all(
    h(
      "p",
      { class: "directive-choice" },
      h("label", { for: "sebab" }, t("ikhtisar.people.filter")),
      h(
        "select",
        {
          id: "sebab",
          onchange: (event) => (
            (memory.reason = event.target.value),
            fetchList(region, directive, ctx, null)
          ),
        },
        ["", ...REASONS].map((reason) =>
          h(
            "option",
            { value: reason, selected: reason === memory.reason },
            reason ? t(`reason.${reason}`) : t("ikhtisar.people.all"),
          ),
        ),
      ),
    ),
    error
      ? failed(error)
      : page
        ? rows(page, region, directive, ctx)
        : h("p", { role: "status" }, t("ikhtisar.people.loading")),
    page &&
      h(
        "div",
        { class: "buttons" },
        after &&
          h(
            "button",
            { type: "button", class: "button-plain", onclick: () => fetchList(region, directive, ctx, null) },
            t("ikhtisar.people.first"),
          ),
        page.next &&
          h(
            "button",
            {
              type: "button",
              class: "button-plain",
              onclick: () => fetchList(region, directive, ctx, page.next),
            },
            t("ikhtisar.people.next"),
          ),
      ),
  );
}

function failed(error) {
  if (error.name === "no-view")
    return notice("info", h("p", null, t("ikhtisar.people.noview")), copyable("jangkau sink"));
  return notice("bad", t("ikhtisar.people.failed", { detail: error.detail || error.name }));
}

function rows(page, region, directive, ctx) {
  const verdict = (person) => person.verdicts.find((each) => each.directive === directive.directive);
  return all(
    asOf(page.as_of),
    table({
      id: "people",
      caption: t("ikhtisar.people.caption", { name: region.name }),
      hideCaption: true,
      rows: page.items,
      empty: t("ikhtisar.people.empty"),
      columns: [
        {
          key: "token",
          label: t("ikhtisar.people.token"),
          render: (person) => h("code", { title: person.token }, `${person.token.slice(0, 8)}…`),
        },
        {
          key: "reason",
          label: t("ikhtisar.people.reason"),
          render: (person) => t(`reason.${verdict(person)?.reason}`),
        },
        {
          key: "missing",
          label: t("ikhtisar.people.missing"),
          render: (person) => verdict(person)?.missing.join(", "),
        },
        { key: "since", label: t("ikhtisar.people.since"), render: (person) => when(person.decided_at) },
        ctx.session.scopes.includes("persons:explain") && explain(ctx),
      ].filter(Boolean),
    }),
  );
}

function explain(ctx) {
  const word = t("ikhtisar.people.explain");
  // In memory, so that whose explanation was asked for is in no address and no history.
  const open = (person) => (ctx.hand("penjelasan", { person: person.token }), ctx.go(to("penjelasan")));
  return {
    key: "explain",
    label: word,
    render: (person) =>
      h(
        "button",
        {
          "type": "button",
          "class": "button-plain",
          "aria-label": `${word} ${person.token.slice(0, 8)}`,
          "onclick": () => open(person),
        },
        word,
      ),
  };
}

import { h } from "../../dom.js";
import { t } from "../../words.js";
import { trouble } from "./trouble.js";
import { faultOf, isToken, personOf, purposeFault } from "./person.js";

/**
 * Asks why, then whom.
 * @param {{subject: string}} session
 * @param {any} ctx of the shell
 */
export function form(session, ctx) {
  const { memory } = ctx;
  const faults = memory.faults ?? {};
  return h(
    "form",
    { class: "ask", novalidate: true, autocomplete: "off", onsubmit: (event) => submit(event, ctx) },
    memory.trouble && trouble(memory.trouble),
    field(
      {
        id: "keperluan",
        label: t("penjelasan.why"),
        fault: faults.why,
        hints: [t("penjelasan.why.hint", { subject: session.subject }), t("penjelasan.why.example")],
      },
      h("input", {
        id: "keperluan",
        type: "text",
        maxlength: 600,
        required: true,
        autocomplete: "off",
        ...described("keperluan", faults.why),
      }),
    ),
    field(
      {
        id: "orang",
        label: t("penjelasan.who"),
        fault: faults.who,
        hints: [t("penjelasan.who.hint"), memory.chosen && h("strong", null, t("penjelasan.who.chosen"))],
      },
      h("input", {
        id: "orang",
        type: "text",
        maxlength: 64,
        required: true,
        autocomplete: "off",
        autocapitalize: "none",
        autocorrect: "off",
        spellcheck: "false",
        value: memory.chosen ?? "",
        class: "person-input",
        ...described("orang", faults.who),
      }),
    ),
    memory.asking
      ? h(
          "div",
          { class: "asking", role: "status" },
          h("p", null, t("penjelasan.asking")),
          h("div", { "class": "asking-bar", "aria-hidden": "true" }, h("span")),
          h(
            "button",
            { type: "button", class: "button-plain", onclick: () => memory.asking.abort() },
            t("penjelasan.cancel"),
          ),
        )
      : h("button", { type: "submit", class: "button" }, t("penjelasan.ask")),
  );
}

const described = (id, fault) => ({
  "aria-describedby": `${id}-hint${fault ? ` ${id}-fault` : ""}`,
  "aria-invalid": fault ? "true" : null,
});

function field({ id, label, hints, fault }, input) {
  return h(
    "div",
    {
      class: ["field", fault && "field-wrong"],
      dataset: { key: id === "orang" ? "field-who" : "field-why" },
    },
    h("label", { for: id }, label),
    h(
      "div",
      { class: "hint", id: `${id}-hint` },
      hints.filter(Boolean).map((hint) => h("p", null, hint)),
    ),
    h(
      "p",
      { class: "field-fault", id: `${id}-fault`, role: "alert", hidden: !fault },
      fault && t(`penjelasan.error.${fault.key}`, { count: fault.count ?? "" }),
    ),
    input,
  );
}

async function submit(event, ctx) {
  event.preventDefault();
  const { memory } = ctx;
  if (memory.asking) return;
  const [why, who] = ["keperluan", "orang"].map((id) => event.currentTarget.querySelector(`#${id}`));
  const purpose = why.value.trim();
  const person = personOf(who.value);
  const faults = { why: purposeFault(purpose), who: faultOf(person) };
  Object.assign(memory, { faults, trouble: null });
  if (faults.why || faults.who) {
    ctx.redraw();
    (faults.why ? why : who).focus();
    return;
  }
  // Cleared before it is sent: whatever comes of it, a NIK does not stay on the screen.
  if (!isToken(person)) who.value = "";
  memory.asking = new AbortController();
  ctx.redraw();
  await ask({ purpose, person }, ctx, who);
}

async function ask(question, ctx, field) {
  const { memory } = ctx;
  const { signal } = memory.asking;
  const stop = memory.asking.abort.bind(memory.asking);
  window.addEventListener("hashchange", stop, { once: true });
  try {
    const answer = await ctx.api.post("/persons/lookup", question, { signal });
    field.value = "";
    Object.assign(memory, {
      answer: { ...answer, purpose: question.purpose, at: new Date().toISOString() },
      chosen: null,
      trouble: null,
    });
  } catch (error) {
    if (error.status === 401) return void ctx.reload();
    memory.faults = faultsOf(error);
    memory.trouble = memory.faults
      ? null
      : { name: error.name, status: error.status, detail: error.detail, correlation: error.correlation };
  } finally {
    window.removeEventListener("hashchange", stop);
    memory.asking = null;
  }
  ctx.redraw();
  if (memory.answer) arrive(memory, ctx);
  else document.querySelector(".ask-trouble h2, .field-wrong input")?.focus();
}

/** Faults the gateway finds in single fields; null if it says something else. */
function faultsOf({ name, errors }) {
  if (name !== "faults") return null;
  const has = (pointer) => errors?.some((each) => each.pointer === pointer);
  return {
    why: has("/purpose") ? { key: "why.number" } : null,
    who: has("/person") || !has("/purpose") ? { key: "who.form" } : null,
  };
}

function arrive(memory, ctx) {
  const title = document.querySelector(".verdict-word");
  title?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
  ctx.say(t("penjelasan.answered", { headline: title?.textContent ?? "" }));
  // Whoever goes elsewhere is done with this person.
  window.addEventListener("hashchange", () => (memory.answer = null), { once: true });
}

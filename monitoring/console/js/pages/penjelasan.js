import { h } from "../dom.js";
import { t, use } from "../words.js";
import words from "../words/penjelasan.js";
import { answered } from "./penjelasan/answer.js";
import { form } from "./penjelasan/form.js";

use("penjelasan", words);

/** Why one person's coverage is what it is. What is answered stays while the page is open, and no longer. */
export const page = {
  id: "penjelasan",
  scope: "persons:explain",
  live: [],

  // Whether the token is still taken; a person is asked about only when somebody says why.
  load: (api) => api.get("/session"),

  view(session, params, ctx) {
    const { memory } = ctx;
    if (memory.person) Object.assign(memory, { answer: null, chosen: memory.person, person: null });
    return h(
      "div",
      { class: "page explain" },
      h(
        "header",
        { class: "page-head" },
        h("h1", null, t("penjelasan.title")),
        !memory.answer && h("p", { class: "lead" }, t("penjelasan.lead")),
      ),
      memory.answer ? answered(memory.answer, session, ctx) : form(session, ctx),
    );
  },
};

import { h } from "../dom.js";
import { copyable, notice } from "../parts.js";
import { t, use } from "../words.js";
import words from "../words/login.js";

use("login", words);

const ROLES = ["viewer", "agency", "programme"];

/**
 * The page that asks for a token.
 * @param {{expired: boolean, onToken: (text: string) => Promise<void>}} options `onToken` raises `ApiProblem`
 */
export function login({ expired, onToken }) {
  const said = h("div", { role: "alert" }, expired && notice("warn", t("login.expired")));
  const field = h("textarea", {
    "id": "token",
    "name": "token",
    "rows": 4,
    "required": true,
    "autocomplete": "off",
    "spellcheck": "false",
    "autocapitalize": "none",
    "aria-describedby": "token-hint",
  });
  const button = h("button", { type: "submit", class: "button" }, t("login.button"));
  const say = (kind, text) => said.replaceChildren(notice(kind, text));

  async function submit(event) {
    event.preventDefault();
    if (!field.value.trim()) {
      say("bad", t("login.empty"));
      field.focus();
      return;
    }
    if (!/^[\x21-\x7e]+$/.test(field.value.trim())) {
      say("bad", t("login.wrong", { detail: t("login.malformed") }));
      field.focus();
      return;
    }
    button.disabled = true;
    try {
      await onToken(field.value);
    } catch (error) {
      say("bad", error.passing ? t("login.down") : t("login.wrong", { detail: error.detail || error.name }));
      field.focus();
    } finally {
      button.disabled = false;
    }
  }

  return h(
    "section",
    { class: "login" },
    h("h1", null, t("login.title")),
    h("p", { class: "lead" }, t("login.lead")),
    said,
    h(
      "form",
      { novalidate: true, onsubmit: submit },
      h("label", { for: "token" }, t("login.token")),
      h("p", { class: "hint", id: "token-hint" }, t("login.hint")),
      field,
      button,
    ),
    h(
      "section",
      { class: "login-how" },
      h("h2", null, t("login.how")),
      h("p", null, t("login.how.text")),
      copyable("jangkau console"),
      h("p", null, t("login.how.roles")),
      h(
        "dl",
        { class: "pairs" },
        ROLES.map((role) => [h("dt", null, t(`role.${role}`)), h("dd", null, t(`login.role.${role}`))]),
      ),
    ),
  );
}

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../words.js";

const SAID_MS = 2000;

/**
 * A command to be copied.
 * @param {string} text
 */
export function copyable(text) {
  const word = h("span", { "aria-live": "polite" }, t("copy"));
  return h(
    "div",
    { class: "copyable" },
    h("code", { tabindex: "0" }, text),
    h(
      "button",
      {
        "type": "button",
        "class": "button-plain",
        "aria-label": `${t("copy")}: ${text}`,
        "onclick": () => copy(text, word),
      },
      icon("copy"),
      word,
    ),
  );
}

async function copy(text, word) {
  try {
    await navigator.clipboard.writeText(text);
    word.textContent = t("copy.done");
  } catch {
    word.textContent = t("copy.failed");
  }
  setTimeout(() => (word.textContent = t("copy")), SAID_MS);
}

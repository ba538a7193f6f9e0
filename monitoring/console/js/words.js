import common from "./words/common.js";

const LANG_KEY = "jangkau.lang";
const books = { id: {}, en: {} };
let language = document.documentElement.lang === "en" ? "en" : "id";

/**
 * Add the words of a page.
 * @param {string} prefix comes before each key with a point; "" for none
 * @param {{id: Object<string, string>, en: Object<string, string>}} words the same keys twice
 */
export function use(prefix, words) {
  for (const each of ["id", "en"]) {
    for (const [key, text] of Object.entries(words[each]))
      books[each][prefix ? `${prefix}.${key}` : key] = text;
  }
}

/**
 * The words of a key in the language chosen; `{name}` in them is replaced by the value of that name.
 * @param {string} key as `ikhtisar.title`
 * @param {Object<string, string|number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  const text = books[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * Whether there are words for a key.
 * @param {string} key
 * @returns {boolean}
 */
export function has(key) {
  return key in books[language];
}

/** The language chosen: `id` or `en`. */
export function lang() {
  return language;
}

/**
 * Choose a language, for this browser.
 * @param {"id"|"en"} chosen
 */
export function setLang(chosen) {
  language = chosen;
  document.documentElement.lang = chosen;
  try {
    localStorage.setItem(LANG_KEY, chosen);
  } catch {
    // It lasts as long as the page.
  }
}

use("", common);

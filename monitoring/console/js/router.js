/** Addresses of the form `#/page/part/part?name=value`. */

/**
 * Where the address leads.
 * @param {string} hash as of `location`
 * @returns {{id: string, parts: string[], query: Object<string, string>}}
 */
export function parse(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [id = "", ...parts] = path.split("/").map(decoded).filter(Boolean);
  return { id: id || "ikhtisar", parts, query: Object.fromEntries(new URLSearchParams(query)) };
}

/**
 * The address of a page.
 * @param {string} id of the page
 * @param {string[]} [parts] what of it
 * @param {Object<string, string>} [query] empty values are left out
 * @returns {string} for `href`
 */
export function to(id, parts = [], query = {}) {
  const wanted = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  return `#/${[id, ...parts].map(encodeURIComponent).join("/")}${wanted ? `?${wanted}` : ""}`;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

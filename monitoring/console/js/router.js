/** Addresses of the form `#/page/part/part?name=value`. */

/** The pages in the order of the menu. Each is fetched when it is first opened. */
export const PAGES = [
  { id: "ikhtisar", scopes: ["hub:read"], load: () => import("./pages/ikhtisar.js") },
  { id: "instansi", scopes: ["agencies:read", "receipts:read"], load: () => import("./pages/instansi.js") },
  { id: "direktif", scopes: ["directives:read"], load: () => import("./pages/direktif.js") },
  { id: "penjelasan", scopes: ["persons:explain"], load: () => import("./pages/penjelasan.js") },
  { id: "kesehatan", scopes: ["hub:read"], load: () => import("./pages/kesehatan.js") },
];

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

/**
 * Whether a token opens a page.
 * @param {{scopes: string[]}} page
 * @param {{scopes: string[]}} session
 */
export function opens(page, session) {
  return page.scopes.some((scope) => session.scopes.includes(scope));
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

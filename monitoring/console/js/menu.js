/** The pages there are, and whom they are for. */

/** The pages in the order of the menu. Each is fetched when it is first opened. */
export const PAGES = [
  { id: "ikhtisar", scopes: ["hub:read"], load: () => import("./pages/ikhtisar.js") },
  { id: "instansi", scopes: ["agencies:read", "receipts:read"], load: () => import("./pages/instansi.js") },
  { id: "direktif", scopes: ["directives:read"], load: () => import("./pages/direktif.js") },
  { id: "penjelasan", scopes: ["persons:explain"], load: () => import("./pages/penjelasan.js") },
  { id: "kesehatan", scopes: ["hub:read"], load: () => import("./pages/kesehatan.js") },
];

/**
 * Whether a token opens a page.
 * @param {{scopes: string[]}} page
 * @param {{scopes: string[]}} session
 */
export function opens(page, session) {
  return page.scopes.some((scope) => session.scopes.includes(scope));
}

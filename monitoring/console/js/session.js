/** The token of this tab. It is kept for the tab only, and never in the address. */

const KEY = "jangkau.token";
let held = null;

/** Take a token out of the address (`#token=…`), at once; returns whether there was one. */
export function takeToken() {
  const match = /^#token=([^&]+)/.exec(location.hash);
  if (!match) return false;
  keepToken(decodeURIComponent(match[1]));
  history.replaceState(null, "", `${location.pathname}#/ikhtisar`);
  return true;
}

/** The token, or null. */
export function token() {
  try {
    return held ?? sessionStorage.getItem(KEY);
  } catch {
    return held;
  }
}

/**
 * Keep a token until the tab is closed.
 * @param {string} text as it was given
 */
export function keepToken(text) {
  held = text.trim();
  try {
    sessionStorage.setItem(KEY, held);
  } catch {
    // Then it lives as long as the page.
  }
}

/** Forget the token. */
export function dropToken() {
  held = null;
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}

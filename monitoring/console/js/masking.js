/** What others wrote may hold what it should not: long runs of digits, which may be a NIK, are shown as stars. */

const stars = (run) => "*".repeat(run.length);

/**
 * Free text as it may be shown: runs of twelve and more digits as stars, separators within them too.
 * @param {string|null|undefined} text
 */
export function masked(text) {
  return (text ?? "").replace(/\d(?:[ .-]?\d){11,}/g, stars);
}

/**
 * An id as it may be shown. Unbroken runs only: an id often is a date with numbers behind hyphens.
 * @param {string} text
 */
export function safeId(text) {
  return text.replace(/\d{12,}/g, stars);
}

/**
 * Whether an id may stand in an address.
 * @param {string} text
 */
export function linkable(text) {
  return !/(^|\D)\d{16}(\D|$)/.test(text);
}

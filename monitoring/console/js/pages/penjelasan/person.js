const NIK = /^\d{16}$/;
const TOKEN = /^[0-9a-f]{32}$/;
const PURPOSE_AT_MOST = 500;

/**
 * What was typed as a person, ready to be sent: the spaces, points and hyphens people write in a NIK are left out.
 * @param {string} typed
 */
export function personOf(typed) {
  const text = typed.trim();
  const bare = text.replace(/[ .-]/g, "");
  return NIK.test(bare) ? bare : text.toLowerCase();
}

/**
 * Whether it is a token, which unlike a NIK may be kept.
 * @param {string} person
 */
export function isToken(person) {
  return TOKEN.test(person);
}

/**
 * What is wrong with what was typed as a person.
 * @param {string} person as of `personOf`
 * @returns {{key: string, count?: number}|null} the end of a word's key, null for nothing
 */
export function faultOf(person) {
  if (!person) return { key: "who" };
  if (NIK.test(person) || TOKEN.test(person)) return null;
  const digits = person.replace(/[ .-]/g, "");
  return /^\d+$/.test(digits) ? { key: "who.digits", count: digits.length } : { key: "who.form" };
}

/**
 * What is wrong with a purpose.
 * @param {string} purpose
 * @returns {{key: string}|null} the end of a word's key, null for nothing
 */
export function purposeFault(purpose) {
  if (!purpose.trim()) return { key: "why" };
  if (purpose.length > PURPOSE_AT_MOST) return { key: "why.long" };
  return /(^|\D)\d(?:[ .-]?\d){15}(\D|$)/.test(purpose) ? { key: "why.number" } : null;
}

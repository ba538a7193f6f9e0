/** What a record of a batch can become, in the order receipts name them. */
export const CLASSES = ["accepted", "duplicate", "stale", "conflict", "quarantined", "erased"];

/**
 * How many records of a receipt have come.
 * @param {any} receipt of a batch, or its line of one regency
 */
export function counted(receipt) {
  return CLASSES.reduce((sum, each) => sum + receipt[each], 0);
}

/**
 * Whether a batch is whole, in one word, and how serious that is.
 * @param {any} receipt
 * @returns {{word: "waiting"|"missing"|"more"|"other"|"complete", kind: "good"|"warn"|"bad", by: number}} `by`: how many
 *   records differ
 */
export function standing(receipt) {
  if (receipt.sent === null || receipt.missing === null) return { word: "waiting", kind: "warn", by: 0 };
  if (receipt.missing > 0) return { word: "missing", kind: "bad", by: receipt.missing };
  if (receipt.missing < 0) return { word: "more", kind: "warn", by: -receipt.missing };
  if (receipt.digest_matches === false) return { word: "other", kind: "bad", by: 0 };
  return { word: "complete", kind: "good", by: 0 };
}

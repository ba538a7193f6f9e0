/** The bounds in the order of the document, and what a preview comes to under each. */
export const BOUNDS = ["entering", "leaving", "leaving_regency", "leaving_regency_permille"];

const permille = (part, whole) => (whole ? Math.ceil((part * 1000) / whole) : 0);

/**
 * The smallest bounds the figures of a preview lie within; the share is rounded up to a whole thousandth.
 * @param {any} preview figures of a version
 * @returns {Object<string, number>} by name of the bound
 */
export function tight(preview) {
  const most = (of) => preview.regencies.reduce((found, each) => Math.max(found, of(each)), 0);
  return {
    entering: preview.entering,
    leaving: preview.leaving,
    leaving_regency: most((each) => each.leaving),
    leaving_regency_permille: most((each) => permille(each.leaving, each.leaving + each.staying)),
  };
}

/**
 * The figures rounded up, never wider than the directive's own bounds: those would be refused.
 * @param {any} preview figures of a version
 * @param {Object<string, number>|null} own bounds of the document
 * @returns {Object<string, number>} by name of the bound
 */
export function roomy(preview, own) {
  const found = tight(preview);
  return Object.fromEntries(
    BOUNDS.map((name) => {
      const room = name === "leaving_regency_permille" ? found[name] : roundedUp(found[name]);
      return [name, Math.min(room, own?.[name] ?? room)];
    }),
  );
}

/** Up to two leading digits, as a bound leaves room. */
function roundedUp(number) {
  const step = 10 ** Math.max(0, String(number).length - 2);
  return Math.ceil(number / step) * step;
}

/**
 * Whether figures lie outside some bounds.
 * @param {any} preview figures of a version
 * @param {Object<string, number>|null} bounds
 */
export function outside(preview, bounds) {
  const found = tight(preview);
  return Boolean(bounds) && BOUNDS.some((name) => found[name] > bounds[name]);
}

import { lang, t } from "./words.js";

/** What a figure is when there is none. */
export const NONE = "–";
/** The hub's business is done by Jakarta's clock. */
const ZONE = "Asia/Jakarta";
const locale = () => (lang() === "en" ? "en-GB" : "id-ID");
const cache = new Map();

function number(options) {
  const key = `n${locale()}${JSON.stringify(options)}`;
  if (!cache.has(key)) cache.set(key, new Intl.NumberFormat(locale(), options));
  return cache.get(key);
}

function moment(options) {
  const key = `d${locale()}${JSON.stringify(options)}`;
  if (!cache.has(key)) cache.set(key, new Intl.DateTimeFormat(locale(), options));
  return cache.get(key);
}

const absent = (value) => value === null || value === undefined || Number.isNaN(value);

/**
 * A whole number with its thousands parted.
 * @param {number|null|undefined} value
 */
export function count(value) {
  return absent(value) ? NONE : number({ maximumFractionDigits: 0 }).format(value);
}

/**
 * So many in a day: with a decimal where it is a small number; what is not nothing is not rounded to it.
 * @param {number} value
 */
export function rate(value) {
  const digits = value < 1 ? { maximumSignificantDigits: 1 } : { maximumFractionDigits: value < 10 ? 1 : 0 };
  return number(digits).format(value);
}

/**
 * A number in few characters: 1,2 jt.
 * @param {number|null|undefined} value
 */
export function short(value) {
  if (absent(value)) return NONE;
  if (Math.abs(value) < 10000) return count(value);
  const [size, unit] = Math.abs(value) < 1e6 ? [1e3, "k"] : Math.abs(value) < 1e9 ? [1e6, "M"] : [1e9, "G"];
  const small = Math.abs(value / size) < 10;
  return `${number({ maximumFractionDigits: small ? 1 : 0 }).format(value / size)} ${t(`unit.${unit}`)}`;
}

/**
 * A part of a whole in per cent; none when there is no whole. What is not quite nothing or not quite all is not rounded to it.
 * @param {number|null|undefined} part
 * @param {number|null|undefined} whole
 */
export function share(part, whole) {
  if (absent(part) || !whole) return NONE;
  const percent = (100 * part) / whole;
  const shown =
    percent > 0 && percent < 1 ? "<1" : percent > 99 && percent < 100 ? ">99" : String(Math.round(percent));
  return lang() === "en" ? `${shown}%` : `${shown} %`;
}

/**
 * A calendar date, as of a business date.
 * @param {string|null|undefined} iso as 2026-11-25
 * @param {{year?: boolean}} [options] without a year where it is plain
 */
export function date(iso, { year = true } = {}) {
  if (!iso) return NONE;
  const options = { day: "numeric", month: "short", timeZone: "UTC", ...(year && { year: "numeric" }) };
  return moment(options).format(new Date(`${iso.slice(0, 10)}T00:00:00Z`));
}

/**
 * A moment by Jakarta's clock, with its date unless that is today.
 * @param {string|null|undefined} iso with offset
 */
export function time(iso) {
  if (!iso) return NONE;
  const at = new Date(iso);
  const clock = `${moment({ hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: ZONE }).format(at)} WIB`;
  const day = moment({ day: "numeric", month: "short", year: "numeric", timeZone: ZONE });
  return day.format(at) === day.format(new Date()) ? clock : `${day.format(at)}, ${clock}`;
}

/**
 * How long ago a moment was.
 * @param {string|null|undefined} iso with offset
 * @param {number} [now] milliseconds since 1970
 */
export function ago(iso, now = Date.now()) {
  if (!iso) return NONE;
  const seconds = Math.max(0, (now - new Date(iso).getTime()) / 1000);
  return seconds < 5 ? t("ago.now") : t("ago.past", { duration: duration(seconds) });
}

/**
 * A length of time in its largest unit.
 * @param {number|null|undefined} seconds
 */
export function duration(seconds) {
  if (absent(seconds)) return NONE;
  if (seconds < 1) return t("duration.below");
  const [size, unit] =
    seconds < 120 ? [1, "s"] : seconds < 7200 ? [60, "m"] : seconds < 172800 ? [3600, "h"] : [86400, "d"];
  return t(`duration.${unit}`, { n: count(Math.floor(seconds / size)) });
}

/**
 * A number of days.
 * @param {number} n
 */
export function days(n) {
  return t(n === 1 ? "duration.day" : "duration.d", { n: count(n) });
}

/**
 * A size of storage.
 * @param {number|null|undefined} value bytes
 */
export function bytes(value) {
  if (absent(value)) return NONE;
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let [size, at] = [value, 0];
  while (size >= 1000 && at < units.length - 1) [size, at] = [size / 1000, at + 1];
  return `${number({ maximumFractionDigits: size < 10 && at > 0 ? 1 : 0 }).format(size)} ${units[at]}`;
}

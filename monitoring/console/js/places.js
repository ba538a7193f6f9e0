import { ISLANDS, PROVINCES } from "./provinces.js";

/** Names by code, as long as the tab is open: regions do not change while one looks at them. */
const names = new Map([
  ["ID", "Indonesia"],
  ...ISLANDS.flatMap((island) => island.tiles.map(([code, name]) => [code, name])),
]);
const known = new Set();

/**
 * Learn the names of provinces, and of the regencies below some of them. Without the right to see totals codes stay codes.
 * @param {{get: (path: string) => Promise<any>}} api
 * @param {Iterable<string>} codes of provinces, or of what lies in them, whose regencies are wanted
 */
export async function learn(api, codes) {
  const provinces = [...codes].map((code) => code.slice(0, 2)).filter((code) => PROVINCES.includes(code));
  const wanted = new Set(["ID", ...provinces]);
  await Promise.all([...wanted].filter((code) => !known.has(code)).map((code) => ask(api, code)));
}

/**
 * The hub's business date; null where the token may not see totals, or there is none yet.
 * @param {{get: (path: string) => Promise<any>}} api
 * @returns {Promise<string|null>}
 */
export async function businessDate(api) {
  return (await ask(api, "ID"))?.business_date ?? null;
}

async function ask(api, code) {
  try {
    const totals = await api.get(`/totals/${code}`);
    for (const each of [totals.region, ...totals.children]) names.set(each.code, each.name);
    known.add(code);
    return totals;
  } catch (error) {
    // Names are a comfort: whoever may not see totals, or asks in a bad moment, sees codes.
    if (error.status === 401) throw error;
    return null;
  }
}

/**
 * The name of a region with its code: "Kota Kendari (74.71)"; of a district or village the code, with its regency's name.
 * @param {string} code Kemendagri code, or ID
 */
export function place(code) {
  const name = placeName(code);
  return name === code || code === "ID" ? name : `${name} (${code})`;
}

/**
 * The name of a region alone; the code where it is not known.
 * @param {string} code Kemendagri code, or ID
 */
export function placeName(code) {
  return names.get(code) ?? (code.length > 5 ? names.get(code.slice(0, 5)) : null) ?? code;
}

import { businessDate, learn } from "../places.js";
import { missing } from "../states.js";
import { use } from "../words.js";
import words from "../words/direktif.js";
import { parsed, provincesOf } from "./direktif/document.js";
import { list } from "./direktif/list.js";
import { version } from "./direktif/version.js";

use("direktif", words);

/** Directives: whom they mean, where they stand, what they would move, and what waits for a decision. */
export const page = {
  id: "direktif",
  scope: "directives:read",
  live: ["directives", "holds"],

  async load(api, { parts: [name, number] }) {
    const [found, holds] = await Promise.all([
      api.get(name ? `/directives/${encodeURIComponent(name)}` : "/directives"),
      held(api),
    ]);
    const entries = found.items.map((entry) => ({ ...entry, document: parsed(entry.status.document) }));
    if (!name) return { entries, holds };
    const entry = number ? entries.find((each) => String(each.status.version) === number) : entries.at(-1);
    if (!entry) return { entries, holds };
    await learn(api, provincesOf(entry));
    const today = entry.document?.rollout.length > 0 ? await businessDate(api) : null;
    return { entries, holds, entry, today };
  },

  view({ entries, holds, entry, today }, { parts }, ctx) {
    if (!parts[0]) return list(entries, holds);
    if (!entry) return missing();
    return version({ entry, others: entries.filter((each) => each !== entry), holds, today }, ctx);
  },
};

/** What is held; null for tokens that may not see it. */
async function held(api) {
  try {
    return await api.get("/holds");
  } catch (error) {
    if (error.status === 403) return null;
    throw error;
  }
}

import { h } from "./dom.js";
import { time } from "./format.js";
import { copyable, notice } from "./parts.js";
import { to } from "./router.js";
import { t } from "./words.js";

/** Too many ask at once; the hub itself may be well. */
const BUSY = 429;

/**
 * Over content that could not be loaded again.
 * @param {string} at when it was loaded
 * @param {{status: number}} error why not
 */
export function staleNotice(at, error) {
  const words = error.status === BUSY ? "state.busy" : "state.stale";
  return h(
    "div",
    { class: "stale-notice", role: "status", dataset: { key: "stale" } },
    notice("bad", t(words, { time: time(at) })),
  );
}

/**
 * In place of a page that could not be loaded.
 * @param {Error & {status?: number, detail?: string, correlation?: string, passing?: boolean}} error
 * @param {() => void} onRetry
 */
export function failure(error, onRetry) {
  const down = error.passing === true;
  if (error.status === undefined) console.error(error);
  return h(
    "section",
    { class: "state" },
    h("h1", null, down ? t("state.down") : t("state.failed")),
    down
      ? h("p", null, t("state.down.hint"))
      : h("p", null, t("state.fault", { detail: error.detail || error.message })),
    down && copyable("jangkau status"),
    down && error.detail && h("p", { class: "muted" }, error.detail),
    error.correlation && h("p", { class: "muted" }, t("state.correlation", { id: error.correlation })),
    h("button", { type: "button", class: "button", onclick: onRetry }, t("state.retry")),
  );
}

/**
 * In place of a page the token does not open.
 * @param {string|string[]} scope what it would need
 */
export function forbidden(scope) {
  return h(
    "section",
    { class: "state" },
    h("h1", null, t("state.forbidden")),
    h("p", null, t("state.forbidden.hint", { scope: [scope].flat().join(" / ") })),
  );
}

/** In place of what does not exist. */
export function missing() {
  return h(
    "section",
    { class: "state" },
    h("h1", null, t("state.missing")),
    h("p", null, t("state.missing.hint")),
    h("p", null, h("a", { href: to("ikhtisar") }, t("state.home"))),
  );
}

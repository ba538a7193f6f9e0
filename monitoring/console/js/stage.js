import { api, ApiProblem } from "./api.js";
import { all, h } from "./dom.js";
import { time } from "./format.js";
import { morph } from "./morph.js";
import { failure, forbidden, missing, staleNotice } from "./states.js";
import { t } from "./words.js";

/** At most one reload of a page in this time, however much happens. */
const QUIET_MS = 1000;
/** How often a page that failed is tried again. */
const RETRY_MS = 5000;
/** How often a page is loaded again while there is no live line. */
const UNTOLD_MS = 15000;
/** What answers faster needs no word that it is loading. */
const PATIENCE_MS = 250;
/** A screen reader is told of new figures no oftener than this. */
const TELL_MS = 30000;

/** The place where pages are shown: it loads, shows, and shows again what has changed. */
export class Stage {
  /**
   * @param {HTMLElement} main is filled
   * @param {{say: (text: string) => void}} shell
   * @param {(options: {expired: boolean}) => void} onExpired the token is not taken any more
   */
  constructor(main, shell, onExpired) {
    Object.assign(this, { main, shell, onExpired });
    Object.assign(this, { page: null, address: null, ctx: null, data: null, at: null, stale: null });
    Object.assign(this, { turn: 0, timer: 0, last: 0, told: 0, busy: false, again: false, lineState: null });
  }

  /** Show something that does not change. */
  fixed(address, node, moved) {
    this.leave();
    this.address = address;
    this.#put(node);
    if (moved) this.#arrive();
  }

  /** Forget the page: what is still on its way is not shown. */
  leave() {
    this.turn += 1;
    clearTimeout(this.timer);
    Object.assign(this, {
      page: null,
      data: null,
      at: null,
      stale: null,
      busy: false,
      again: false,
      timer: 0,
      other: true,
    });
  }

  /** Open a page: `entry` of the router. */
  async open(entry, address, ctx, moved) {
    this.leave();
    const turn = this.turn;
    Object.assign(this, { address, ctx, other: moved });
    this.main.setAttribute("aria-busy", "true");
    const empty = moved || !this.main.firstChild;
    const waiting = setTimeout(() => empty && this.#put(loading()), PATIENCE_MS);
    try {
      const page = await script(entry);
      if (turn !== this.turn) return;
      this.page = page;
      const data = await page.load(api, address);
      if (turn !== this.turn) return;
      this.#got(data);
    } catch (error) {
      if (turn === this.turn) this.#failed(error);
    } finally {
      clearTimeout(waiting);
    }
    if (turn === this.turn && moved) this.#arrive();
  }

  /** Something happened on the hub. */
  changed(event) {
    if (!this.page?.live?.includes(event.kind)) return;
    if (this.page.wants && !this.page.wants(event, this.address)) return;
    this.#soon();
  }

  /** The live line opened or was lost; either way all may have changed, or not be there any more. */
  line(state) {
    const first = this.lineState === null && state === "open";
    this.lineState = state;
    if (!first && this.page?.live?.length) this.#soon();
  }

  /** Load again now. */
  reload() {
    clearTimeout(this.timer);
    this.timer = 0;
    return this.#load();
  }

  /** Show the same data again, as after a choice on the page. */
  redraw() {
    if (this.page && this.at) this.#draw();
  }

  #soon(wait = Math.max(0, this.last + QUIET_MS - Date.now())) {
    if (!this.timer) this.timer = setTimeout(() => ((this.timer = 0), this.#load()), wait);
  }

  async #load() {
    if (!this.page) return;
    if (this.busy) {
      this.again = true;
      return;
    }
    const turn = this.turn;
    Object.assign(this, { busy: true, last: Date.now() });
    try {
      const data = await this.page.load(api, this.address);
      if (turn === this.turn) this.#got(data);
    } catch (error) {
      if (turn === this.turn) this.#failed(error);
    }
    if (turn !== this.turn) return;
    this.busy = false;
    if (this.again) {
      this.again = false;
      this.#soon();
    }
  }

  #got(data) {
    const again = this.at !== null;
    Object.assign(this, { data, at: new Date().toISOString(), stale: null });
    this.#draw();
    if (this.page.live?.length && this.lineState && this.lineState !== "open") this.#soon(UNTOLD_MS);
    if (again && Date.now() - this.told > TELL_MS) {
      this.told = Date.now();
      this.shell.say(t("state.updated", { time: time(this.at) }));
    }
  }

  #draw() {
    const shown = this.page.view(this.data, this.address, this.ctx);
    this.#put(
      all(
        this.stale !== null && staleNotice(this.at, this.stale),
        h("div", { class: this.stale !== null && "stale", dataset: { key: "page" } }, shown),
      ),
    );
  }

  #failed(error) {
    if (error.name === "AbortError") return;
    if (error.status === 401) return this.onExpired({ expired: true });
    const passing = error.passing === true;
    if (passing && this.page) this.#soon(RETRY_MS);
    if (passing && !this.page) this.#again();
    if (passing && this.at) {
      this.stale = error;
      return this.#draw();
    }
    if (error.status === 403) return this.#put(forbidden(error.detail));
    if (error.status === 404) return this.#put(missing());
    this.#put(failure(error, () => (this.page ? this.reload() : location.reload())));
  }

  /** A script that was not fetched once is not fetched again by the same document. */
  #again() {
    const { turn } = this;
    const look = () =>
      api.get("/session").then(
        () => turn === this.turn && location.reload(),
        () => turn === this.turn && this.#again(),
      );
    this.timer = setTimeout(look, RETRY_MS);
  }

  #put(node) {
    // Another page is not a change of this one: nothing of it is kept.
    if (this.other) this.main.replaceChildren();
    this.other = false;
    morph(this.main, all(node));
    const title = this.main.querySelector("h1")?.textContent ?? "";
    document.title = title ? `${title} · Jangkau` : "Jangkau";
    this.main.setAttribute("aria-busy", String(Boolean(this.main.querySelector(".loading"))));
  }

  #arrive() {
    const title = this.main.querySelector("h1");
    if (!title) return;
    title.setAttribute("tabindex", "-1");
    title.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
}

/** The page's own script; without it nothing can be said but that the hub does not answer. */
async function script(entry) {
  try {
    return (await entry.load()).page;
  } catch (error) {
    console.warn(error);
    throw new ApiProblem(0);
  }
}

function loading() {
  return h(
    "div",
    { class: "loading" },
    h("h1", null, t("state.loading")),
    h("div", { class: "loading-bar" }),
  );
}

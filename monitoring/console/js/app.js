import { api } from "./api.js";
import { dropToken, keepToken, takeToken, token } from "./session.js";
import { login } from "./pages/login.js";
import { opens, PAGES } from "./menu.js";
import { parse } from "./router.js";
import { frame } from "./shell.js";
import { Stage } from "./stage.js";
import { failure, forbidden, missing } from "./states.js";
import { setLang, t } from "./words.js";

/** Longer than this a timer of a browser cannot be. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What each page wants to remember as long as this tab is logged in; of no page that is a NIK. */
let memories = {};
let session = null;
let expiry = 0;
let shown = null;
let fetched = false;
let stopLive = null;
let stage = null;
let shell = null;

function start() {
  takeToken();
  build();
  window.addEventListener("hashchange", () => {
    if (takeToken()) session = null;
    route({ moved: true });
  });
  route({ moved: false });
}

function build() {
  shell = frame({ session, onLang: (chosen) => (setLang(chosen), rebuild()), onLogout: leave });
  document.body.replaceChildren(shell.element);
  stage = new Stage(shell.main, shell, leave);
}

function rebuild() {
  stage.leave();
  const live = shell.liveState;
  build();
  shell.live(live);
  stage.lineState = live || null;
  route({ moved: false });
}

async function route({ moved }) {
  const address = parse(location.hash);
  if (!token()) return showLogin(moved);
  if (!session && !(await begin(moved))) return;
  const page = PAGES.find((each) => each.id === address.id);
  shell.current(address.id);
  if (!page) return stage.fixed(address, missing(), moved);
  if (!opens(page, session)) return stage.fixed(address, forbidden(page.scopes), moved);
  // Another choice on the same page is no other page: focus and scroll stay.
  const samePlace = shown?.id === address.id && shown.parts.join("/") === address.parts.join("/");
  shown = address;
  await stage.open(page, address, context(address), moved && !samePlace);
  if (!fetched && session) fetchAll();
}

/** The other pages' scripts, as long as the gateway is there to give them. */
function fetchAll() {
  fetched = true;
  for (const each of PAGES) if (opens(each, session)) each.load().catch(() => {});
}

async function begin(moved) {
  try {
    session = await api.get("/session");
  } catch (error) {
    if (error.status === 401) leave({ expired: true });
    else
      stage.fixed(
        { id: "" },
        failure(error, () => route({ moved: false })),
        moved,
      );
    return false;
  }
  build();
  if (session.scopes.includes("hub:read")) {
    shell.live("connecting");
    stopLive = api.live((event) => stage.changed(event), lineIs);
  }
  clearTimeout(expiry);
  expiry = setTimeout(
    stillIn,
    Math.min(LONGEST_TIMER_MS, Math.max(0, Date.parse(session.expires_at) - Date.now()) + 500),
  );
  return true;
}

function lineIs(state) {
  shell.live(state);
  stage.line(state);
  if (state === "ended") stillIn();
}

/** Ask whether the token is still taken; if not, go to the login. */
async function stillIn() {
  try {
    if (session) session = await api.get("/session");
  } catch (error) {
    if (error.status === 401 && session) leave({ expired: true });
  }
}

function context(address) {
  return {
    api,
    session,
    params: address,
    memory: (memories[address.id] ??= {}),
    go: (hash) => (location.hash = hash),
    hand: (id, values) => Object.assign((memories[id] ??= {}), values),
    reload: () => stage.reload(),
    redraw: () => stage.redraw(),
    say: (text) => shell.say(text),
  };
}

function showLogin(moved, { expired = false } = {}) {
  stage.fixed(
    { id: "login" },
    login({
      expired,
      async onToken(text) {
        keepToken(text);
        try {
          session = null;
          await api.get("/session");
        } catch (error) {
          dropToken();
          throw error;
        }
        route({ moved: true });
      },
    }),
    moved,
  );
  document.title = `${t("login.title")} · Jangkau`;
}

function leave({ expired = false } = {}) {
  dropToken();
  clearTimeout(expiry);
  stopLive?.();
  stopLive = null;
  stage.leave();
  session = null;
  memories = {};
  shown = null;
  build();
  showLogin(true, { expired });
}

start();

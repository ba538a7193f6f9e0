import { h } from "./dom.js";
import { ago, time } from "./format.js";
import { icon } from "./icons.js";
import { opens, PAGES } from "./menu.js";
import { to } from "./router.js";
import { lang, t } from "./words.js";

const THEME_KEY = "jangkau.theme";

/**
 * The frame around every page.
 * @param {{session: any, onLang: (lang: "id"|"en") => void, onLogout: () => void}} options
 * @returns {{element: HTMLElement, main: HTMLElement, current: (id: string) => void, live: (state: string) => void,
 *   say: (text: string) => void, liveState: string}}
 */
export function frame({ session, onLang, onLogout }) {
  const main = h("main", { id: "isi", class: "wrap", tabindex: "-1" });
  const spoken = h("div", { "class": "unseen", "role": "status", "aria-live": "polite" });
  const line = h(
    "span",
    { class: "live", hidden: true },
    h("span", { "class": "live-dot", "aria-hidden": "true" }),
    h("span", { class: "live-word" }),
  );
  const links = session ? PAGES.filter((page) => opens(page, session)).map(link) : [];
  const shell = {
    main,
    liveState: "",
    element: h(
      "div",
      { class: "shell" },
      h(
        "a",
        { class: "skip", href: "#isi", onclick: (event) => (event.preventDefault(), main.focus()) },
        t("shell.skip"),
      ),
      h(
        "header",
        { class: "top" },
        h(
          "div",
          { class: "wrap top-row" },
          brand(),
          h("div", { class: "top-tools" }, line, language(onLang), theme()),
        ),
        links.length > 0 &&
          h(
            "nav",
            { "class": "menu", "aria-label": t("nav.label") },
            h("ul", { class: "wrap menu-list" }, links),
          ),
      ),
      main,
      h(
        "footer",
        { class: "foot" },
        h(
          "div",
          { class: "wrap foot-row" },
          h("p", null, t("shell.foot")),
          session && who(session, onLogout),
        ),
      ),
      spoken,
    ),
    current(id) {
      for (const each of links) {
        const anchor = each.firstChild;
        if (anchor.dataset.page === id) anchor.setAttribute("aria-current", "page");
        else anchor.removeAttribute("aria-current");
      }
    },
    live(state) {
      shell.liveState = state;
      line.hidden = !state;
      line.dataset.state = state;
      line.lastChild.textContent = state ? t(`live.${state}`) : "";
    },
    say: (text) => (spoken.textContent = text),
  };
  return shell;
}

function brand() {
  return h(
    "a",
    { class: "brand", href: to("ikhtisar") },
    icon("jangkau"),
    h("span", null, h("strong", null, "Jangkau"), h("span", { class: "brand-sub" }, t("brand.sub"))),
  );
}

function link(page) {
  return h(
    "li",
    null,
    h(
      "a",
      { href: to(page.id), dataset: { page: page.id } },
      icon(page.id),
      h("span", null, t(`nav.${page.id}`)),
    ),
  );
}

function language(onLang) {
  return h(
    "div",
    { "class": "switch", "role": "group", "aria-label": t("shell.lang") },
    [
      ["id", "Bahasa Indonesia", "ID"],
      ["en", "English", "EN"],
    ].map(([code, name, text]) =>
      h(
        "button",
        {
          "type": "button",
          "lang": code,
          "title": name,
          "aria-pressed": String(lang() === code),
          "onclick": () => onLang(code),
        },
        text,
      ),
    ),
  );
}

function theme() {
  const chosen = document.documentElement.dataset.theme ?? "system";
  return h(
    "label",
    { class: "theme" },
    h("span", { class: "unseen" }, t("shell.theme")),
    icon("theme"),
    h(
      "select",
      { onchange: (event) => setTheme(event.target.value) },
      ["system", "light", "dark"].map((each) =>
        h("option", { value: each, selected: each === chosen }, t(`theme.${each}`)),
      ),
    ),
  );
}

function setTheme(chosen) {
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  try {
    localStorage.setItem(THEME_KEY, chosen);
  } catch {
    // It lasts as long as the page.
  }
}

function who(session, onLogout) {
  const role = t(`role.${session.role ?? "none"}`);
  return h(
    "p",
    { class: "who" },
    h(
      "span",
      null,
      [role, session.agency && t(`agency.${session.agency}`), session.subject].filter(Boolean).join(" · "),
    ),
    h("span", { class: "muted" }, t("shell.until", { time: time(session.expires_at) })),
    h("button", { type: "button", class: "button-plain", onclick: () => onLogout() }, t("shell.logout")),
  );
}

// Words such as "3 minutes ago" go on with the clock.
setInterval(() => {
  for (const each of document.querySelectorAll("time[data-ago]")) each.textContent = ago(each.dateTime);
}, 5000);

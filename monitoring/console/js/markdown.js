import { all, h } from "./dom.js";

/**
 * The little Markdown our runbooks are written in, as elements: headings, paragraphs, lists, code, `code`, **strong**, *emphasis*
 * and links, and names of runbooks. Whatever else there is stays text; nothing is parsed as HTML, and a link leads where `link` says.
 * @param {string} text
 * @param {{level?: number, code?: (text: string) => Node, link?: (target: string) => string|null}} [options] `level`: that of the
 *   first heading; `code`: how a code block is shown; `link`: where a target, or the name of a runbook, leads, null for nowhere
 * @returns {DocumentFragment}
 */
export function markdown(text, { level = 1, code = plainCode, link = webOnly } = {}) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const shown = [];
  const words = (line) => inline(line, link);
  for (let at = 0; at < lines.length;) {
    const line = lines[at];
    const heading = /^(#{1,4})\s+(.*)$/.exec(line);
    if (/^\s*```/.test(line)) {
      const end = lines.findIndex((each, number) => number > at && /^\s*```/.test(each));
      const until = end === -1 ? lines.length : end;
      shown.push(code(lines.slice(at + 1, until).join("\n")));
      at = until + 1;
    } else if (heading) {
      shown.push(h(`h${Math.min(6, heading[1].length + level - 1)}`, null, words(heading[2])));
      at += 1;
    } else if (ITEM.test(line)) {
      const [list, next] = listFrom(lines, at, words);
      shown.push(list);
      at = next;
    } else if (/^\s*\|/.test(line)) {
      const until = ends(lines, at, (each) => !/^\s*\|/.test(each));
      shown.push(tableOf(lines.slice(at, until), words));
      at = until;
    } else if (line.trim()) {
      const until = ends(
        lines,
        at + 1,
        (each) => !each.trim() || ITEM.test(each) || /^(#{1,4}\s|\s*```)/.test(each),
      );
      shown.push(
        h(
          "p",
          null,
          words(
            lines
              .slice(at, until)
              .map((each) => each.trim())
              .join(" "),
          ),
        ),
      );
      at = until;
    } else {
      at += 1;
    }
  }
  return all(shown);
}

const ITEM = /^\s*([-*]|\d+\.)\s+/;

function ends(lines, from, isEnd) {
  const found = lines.findIndex((line, number) => number >= from && isEnd(line));
  return found === -1 ? lines.length : found;
}

/** A list of one level; lines that are indented go on with their item. */
function listFrom(lines, from, words) {
  const numbered = /^\s*\d/.test(lines[from]);
  const items = [];
  let at = from;
  for (; at < lines.length; at += 1) {
    const line = lines[at];
    if (ITEM.test(line) && /^\s*\d/.test(line) === numbered) items.push(line.replace(ITEM, ""));
    else if (/^\s+\S/.test(line) && !/^\s*```/.test(line)) items.push(`${items.pop()} ${line.trim()}`);
    else break;
  }
  const start = numbered ? Number(/\d+/.exec(lines[from])[0]) : 1;
  return [
    h(
      numbered ? "ol" : "ul",
      { start: start > 1 && start },
      items.map((item) => h("li", null, words(item))),
    ),
    at,
  ];
}

function tableOf(lines, words) {
  const cells = (line) =>
    line
      .trim()
      .replace(/^\||\|$/g, "")
      .split("|")
      .map((cell) => cell.trim());
  const rows = lines.filter((line) => !/^[\s|:-]+$/.test(line)).map(cells);
  return h(
    "div",
    { class: "table-frame", tabindex: "0" },
    h(
      "table",
      null,
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          rows[0].map((cell) => h("th", { scope: "col" }, words(cell))),
        ),
      ),
      h(
        "tbody",
        null,
        rows.slice(1).map((row) =>
          h(
            "tr",
            null,
            row.map((cell) => h("td", null, words(cell))),
          ),
        ),
      ),
    ),
  );
}

const INLINE =
  /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)|\b(Jangkau[A-Z][A-Za-z]+)\b/g;

function inline(text, link) {
  const shown = [];
  let from = 0;
  for (const found of text.matchAll(INLINE)) {
    shown.push(text.slice(from, found.index));
    const [whole, code, strong, emphasis, title, address, name] = found;
    const [label, target] = name ? [name, name] : [title, address];
    if (code) shown.push(h("code", null, code));
    else if (strong) shown.push(h("strong", null, strong));
    else if (emphasis) shown.push(h("em", null, emphasis));
    else shown.push(link(target) === null ? label : h("a", { href: link(target), rel: "noreferrer" }, label));
    from = found.index + whole.length;
  }
  shown.push(text.slice(from));
  return shown;
}

function plainCode(text) {
  return h("pre", { tabindex: "0" }, h("code", null, text));
}

function webOnly(target) {
  return /^https:\/\//.test(target) ? target : null;
}

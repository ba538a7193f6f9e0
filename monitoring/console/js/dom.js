/** Elements made by hand: text stays text, nothing is ever parsed as HTML. */

const SVG = "http://www.w3.org/2000/svg";
const HANDLERS = Symbol("handlers");
const PROPERTIES = new Set(["value", "checked", "disabled", "open", "indeterminate"]);

/**
 * Make an HTML element.
 * @param {string} tag name
 * @param {Object<string, any>|null} [props] attributes; `class` as text or list with falsy ones left out; `dataset` and
 *   `style` (custom properties) as objects; `onclick` and the like as functions; null, undefined and false leave one out
 * @param {...any} children nodes, text, numbers, lists of them; null, undefined and false are left out
 * @returns {HTMLElement}
 */
export function h(tag, props, ...children) {
  return filled(document.createElement(tag), props, children);
}

/**
 * Make an SVG element; as `h`.
 * @param {string} tag name
 * @param {Object<string, any>|null} [props] as of `h`
 * @param {...any} children as of `h`
 * @returns {SVGElement}
 */
export function svg(tag, props, ...children) {
  return filled(document.createElementNS(SVG, tag), props, children);
}

/**
 * Several nodes as one.
 * @param {...any} children as of `h`
 * @returns {DocumentFragment}
 */
export function all(...children) {
  const fragment = document.createDocumentFragment();
  append(fragment, children);
  return fragment;
}

/**
 * Listen to an event with at most one handler for each type, which `morph` can exchange.
 * @param {Element} element where
 * @param {string} type of event
 * @param {Function|null} handler what to do, or null for nothing any more
 */
export function listen(element, type, handler) {
  const handlers = (element[HANDLERS] ??= new Map());
  if (!handlers.has(type))
    element.addEventListener(type, (event) => handlers.get(type)?.call(element, event));
  handlers.set(type, handler);
}

/**
 * Give an element the handlers of another.
 * @param {Element} element that stays
 * @param {Element} from where the new ones are
 */
export function takeHandlers(element, from) {
  const fresh = from[HANDLERS] ?? new Map();
  for (const type of element[HANDLERS]?.keys() ?? []) if (!fresh.has(type)) listen(element, type, null);
  for (const [type, handler] of fresh) listen(element, type, handler);
}

function filled(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value !== null && value !== undefined && value !== false) set(element, name, value);
  }
  append(element, children);
  return element;
}

function set(element, name, value) {
  if (name === "class") {
    const classes = (Array.isArray(value) ? value : [value]).filter(Boolean).join(" ");
    if (classes) element.setAttribute("class", classes);
  } else if (name === "dataset") {
    for (const [key, text] of Object.entries(value))
      if (text !== null && text !== undefined) element.dataset[key] = text;
  } else if (name === "style") {
    for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
  } else if (typeof value === "function" && name.startsWith("on")) {
    listen(element, name.slice(2), value);
  } else if (PROPERTIES.has(name) && name in element) {
    element[name] = value;
    if (value === true) element.setAttribute(name, "");
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === true) continue;
    parent.append(child instanceof Node ? child : String(child));
  }
}

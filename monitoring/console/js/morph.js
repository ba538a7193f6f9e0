import { takeHandlers } from "./dom.js";

/**
 * Make the children of an element equal to new ones with the least change, so that focus, scroll, caret, what was typed and
 * what was opened stay. Children with an `id` or `data-key` are recognised by it, others by their place and tag. An element
 * with `data-keep` that is there already keeps its inside.
 * @param {Element} parent what is shown
 * @param {Node} fresh holds the new children; it is emptied
 */
export function morph(parent, fresh) {
  const named = new Map();
  for (const child of parent.children) if (keyOf(child)) named.set(keyOf(child), child);
  let at = parent.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const found = keyOf(wanted) ? named.get(keyOf(wanted)) : at && !keyOf(at) ? at : null;
    if (found && alike(found, wanted)) {
      if (found === at) at = at.nextSibling;
      else parent.insertBefore(found, at);
      update(found, wanted);
    } else {
      parent.insertBefore(wanted, at);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function keyOf(node) {
  return node.nodeType === Node.ELEMENT_NODE ? node.id || node.dataset?.key || "" : "";
}

function alike(old, wanted) {
  return old.nodeType === wanted.nodeType && old.nodeName === wanted.nodeName;
}

function update(old, wanted) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== wanted.nodeValue) old.nodeValue = wanted.nodeValue;
    return;
  }
  attributes(old, wanted);
  takeHandlers(old, wanted);
  if (old.nodeName === "SELECT") return select(old, wanted);
  if (!("keep" in (old.dataset ?? {}))) morph(old, wanted);
}

function attributes(old, wanted) {
  // As an attribute the content security policy forbids it.
  if (old.style && old.style.cssText !== wanted.style.cssText) old.style.cssText = wanted.style.cssText;
  for (const { name } of [...old.attributes]) {
    // What a person opened stays open, and what has the focus because we put it there keeps it.
    const kept =
      (name === "open" && old.nodeName === "DETAILS") ||
      (name === "tabindex" && old === document.activeElement);
    if (!kept && name !== "style" && !wanted.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (name === "style" || (name === "open" && old.nodeName === "DETAILS")) continue;
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if ("disabled" in old) old.disabled = wanted.disabled;
}

function select(old, wanted) {
  const chosen = old.value;
  morph(old, wanted);
  if (document.activeElement === old && [...old.options].some((option) => option.value === chosen))
    old.value = chosen;
}

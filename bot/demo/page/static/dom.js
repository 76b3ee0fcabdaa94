// Building the page: elements from plain data, never from text that is parsed as HTML.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in PROPERTIES) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== false));
  return element;
}

const PROPERTIES = { value: 1, checked: 1, selected: 1, disabled: 1 };

// Make `container` hold one element for each entry, in order; an entry whose key and content are
// those of before keeps its element.
export function reconcile(container, entries) {
  const before = container.entries ?? new Map();
  const after = new Map();
  let place = container.firstChild;
  for (const { key, content, create } of entries) {
    const known = before.get(key);
    const element = known?.content === content ? known.element : create();
    after.set(key, { content, element });
    const focused = known && known.element !== element ? focusIn(known.element) : null;
    if (known && known.element !== element) {
      if (place === known.element) place = place.nextSibling;
      known.element.remove();
    }
    if (element === place) place = place.nextSibling;
    else container.insertBefore(element, place);
    if (focused) refocus(element, focused);
    before.delete(key);
  }
  for (const { element } of before.values()) element.remove();
  container.entries = after;
}

// What has the focus within an element that is about to be replaced: its key, or its id.
export function focusIn(element) {
  const active = document.activeElement;
  if (active === element || !element.contains(active)) return null;
  return { key: active.closest("[data-key]")?.dataset.key, id: active.id };
}

// Give the focus to what stands in its place now; return whether there is such.
export function refocus(element, { key, id }) {
  const place =
    (id && element.querySelector(`#${CSS.escape(id)}`)) ||
    (key && element.querySelector(`[data-key="${CSS.escape(key)}"]`));
  (place || element.querySelector("button, a[href], input, select, textarea"))?.focus();
  return Boolean(place);
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

const ICONS = {
  send: "M3 4.2c0-.9.9-1.5 1.7-1.1l12 5.9c.8.4.8 1.6 0 2l-12 5.9c-.8.4-1.7-.2-1.7-1.1l1.5-4.7 6.5-1.1-6.5-1.1z",
  phone:
    "M5.2 2.6c.6-.6 1.6-.5 2.1.2l1.6 2.1c.5.6.4 1.5-.1 2l-1 1c.8 1.6 2.1 2.9 3.7 3.7l1-1c.5-.5 1.4-.6 2-.1l2.1 1.6c.7.5.8 1.5.2 2.1l-1.3 1.3c-.8.8-1.9 1-3 .6-4.5-1.6-8-5.1-9.6-9.6-.4-1.1-.1-2.2.6-3z",
  thread: "M3 4.5A1.5 1.5 0 0 1 4.5 3h11A1.5 1.5 0 0 1 17 4.5v8a1.5 1.5 0 0 1-1.5 1.5H9l-4 3v-3h-.5A1.5 1.5 0 0 1 3 12.5z",
  more: "M10 5.5a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.6zm0 5.8a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.6zm0 5.8a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.6z",
  close: "M5.7 4.3 10 8.6l4.3-4.3 1.4 1.4L11.4 10l4.3 4.3-1.4 1.4L10 11.4l-4.3 4.3-1.4-1.4L8.6 10 4.3 5.7z",
  bolt: "M11.5 2 4 11.2h4.7L8 18l7.7-9.5h-4.9z",
  lock: "M6 8V6.5a4 4 0 0 1 8 0V8h.5A1.5 1.5 0 0 1 16 9.5v6a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 4 15.5v-6A1.5 1.5 0 0 1 5.5 8zm1.7 0h4.6V6.5a2.3 2.3 0 0 0-4.6 0z",
  hash: "M8.1 3 7.6 6.2H4.5v1.6h2.9l-.6 4.2H3.6v1.6h2.9L6 17h1.6l.5-3.4h3.8L11.4 17H13l.5-3.4h3.1V12h-2.9l.6-4.2h3.2V6.2h-2.9L15.1 3h-1.6L13 6.2H9.2L9.7 3zm.9 4.8h3.8l-.6 4.2H8.4z",
  code: "M7 5 2 10l5 5 1.2-1.2L4.5 10l3.7-3.8zm6 0-1.2 1.2L15.5 10l-3.7 3.8L13 15l5-5z",
};

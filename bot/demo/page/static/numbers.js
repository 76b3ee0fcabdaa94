// Phone numbers within a text: each stays in one line.

import { h } from "./dom.js";

// As people and the app write them. None is so long that it is wider than a narrow pane.
const NUMBER = /\+\d[\d ().-]{5,18}\d(?!\d)/g;

// The text, as parts of an element's content.
export function unbroken(text) {
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(NUMBER)) {
    parts.push(text.slice(at, match.index), h("span", { class: "number" }, match[0]));
    at = match.index + match[0].length;
  }
  return [...parts, text.slice(at)];
}

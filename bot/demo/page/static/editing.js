// A message of one's own, edited where it stands.

import { h } from "./dom.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

// `content` is the element that shows the message; it comes back when nothing is changed.
export function editMessage(content, message, store) {
  const before = asTyped(message.text, store);
  const input = h("textarea", { rows: 2, "aria-label": "Edit message", onkeydown: keyed });
  input.value = before;
  const editor = h(
    "div",
    { class: "editor" },
    input,
    h("button", { type: "button", onclick: leave }, "Cancel"),
    h("button", { type: "button", class: "primary", onclick: save }, "Save"),
  );
  content.replaceWith(editor);
  input.focus();

  function keyed(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") leave();
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    save();
  }

  function leave() {
    editor.replaceWith(content);
  }

  async function save() {
    const text = input.value.trim();
    if (!text || text === before) return leave();
    const saved = await store.act("edit", { channel: message.channel, ts: message.ts, text });
    if (saved) leave();
  }
}

function asTyped(text, store) {
  return text
    .replace(/<@(\w+)>/g, (_, user) => `@${store.name(user).toLowerCase()}`)
    .replace(/<(?:tel:)?([^|>]*)(?:\|([^>]*))?>/g, (_, target, label) => label ?? target)
    .replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);
}

// Block Kit's blocks: one function for each. A new type is a new entry in the table.
//
// A `surface` says what its elements can do: `press(part, value)` tells the app, and `fields` is
// where each element that holds a value puts how to read and to write it.

import { h } from "./dom.js";
import { element, image } from "./elements.js";
import { plain, textOf } from "./mrkdwn.js";
import { richText } from "./rich_text.js";

let rendered = 0;

export function renderBlocks(blocks, store, surface) {
  const name = `r${(rendered += 1)}`;
  return blocks.map((block) => {
    const render = BLOCKS[block.type] ?? unknown;
    return render(block, store, { ...surface, block, name });
  });
}

const BLOCKS = {
  section: (block, store, surface) =>
    h(
      "div",
      { class: "block section" },
      h(
        "div",
        { class: "section-body" },
        block.text ? h("div", { class: "text" }, textOf(block.text, store)) : null,
        block.fields
          ? h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "text" }, textOf(field, store))))
          : null,
      ),
      block.accessory ? h("div", { class: "accessory" }, element(block.accessory, store, surface)) : null,
    ),
  rich_text: (block, store) => h("div", { class: "block rich-text text" }, richText(block.elements, store)),
  header: (block, store) => h("h3", { class: "block header" }, textOf(block.text, store)),
  divider: () => h("hr", { class: "block" }),
  context: (block, store) =>
    h(
      "div",
      { class: "block context" },
      block.elements.map((part) =>
        part.type === "image" ? image(part) : h("span", { class: "text" }, textOf(part, store)),
      ),
    ),
  actions: (block, store, surface) =>
    h("div", { class: "block actions" }, block.elements.map((part) => element(part, store, surface))),
  image: (block, store) =>
    h("figure", { class: "block" }, block.title ? h("figcaption", {}, textOf(block.title, store)) : null, image(block)),
  input: (block, store, surface) => {
    const id = `field-${block.block_id}`;
    const group = ["radio_buttons", "checkboxes"].includes(block.element.type);
    const label = [
      plain(block.label.text),
      block.optional ? h("span", { class: "optional" }, " (optional)") : null,
    ];
    return h(
      group ? "fieldset" : "div",
      {
        class: "block input",
        "data-block": block.block_id,
        "aria-describedby": group ? `${id}-error ${id}-hint` : null,
      },
      h(group ? "legend" : "label", { class: "label", for: group ? null : id }, label),
      element(block.element, store, { ...surface, id }),
      h("p", { class: "error", id: `${id}-error`, role: "alert" }),
      h("p", { class: "hint", id: `${id}-hint` }, block.hint ? plain(block.hint.text) : ""),
    );
  },
};

function unknown(block) {
  return h("p", { class: "block hint" }, `(${block.type} is not shown here)`);
}

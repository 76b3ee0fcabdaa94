// Block Kit: one function for each block and each element. A new type is a new line in a table.
//
// A `surface` says what its elements can do: `press(action, value)` for a message or a modal,
// and `fields`, where each input puts the function that returns its value, by block_id.

import { h } from "./dom.js";
import { mrkdwn, plain } from "./mrkdwn.js";

export function renderBlocks(blocks, store, surface) {
  return blocks.map((block) => {
    const render = BLOCKS[block.type] ?? unknown;
    return render(block, store, { ...surface, block });
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
        block.text ? h("div", { class: "text" }, text(block.text, store)) : null,
        block.fields
          ? h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, text(field, store))))
          : null,
      ),
      block.accessory ? element(block.accessory, store, surface) : null,
    ),
  header: (block, store) => h("h3", { class: "block header" }, text(block.text, store)),
  divider: () => h("hr", { class: "block" }),
  context: (block, store) =>
    h(
      "div",
      { class: "block context" },
      block.elements.map((part) =>
        part.type === "image" ? image(part) : h("span", {}, text(part, store)),
      ),
    ),
  actions: (block, store, surface) =>
    h("div", { class: "block actions" }, block.elements.map((part) => element(part, store, surface))),
  image: (block) => h("figure", { class: "block" }, image(block)),
  input: (block, store, surface) => {
    const id = `field-${block.block_id}`;
    const group = block.element.type === "radio_buttons";
    return h(
      group ? "fieldset" : "div",
      { class: "block input", "data-block": block.block_id },
      h(
        group ? "legend" : "label",
        { class: "label", for: group ? null : id },
        plain(block.label.text),
        block.optional ? h("span", { class: "optional" }, " (optional)") : null,
      ),
      element(block.element, store, { ...surface, id }),
      h("p", { class: "error", id: `${id}-error`, role: "alert" }),
      block.hint ? h("p", { class: "hint", id: `${id}-hint` }, plain(block.hint.text)) : null,
    );
  },
};

const ELEMENTS = {
  button: (part, store, surface) =>
    h(
      part.url ? "a" : "button",
      {
        class: `button ${part.style ?? ""}`,
        type: part.url ? null : "button",
        href: part.url ? mrkdwnAddress(part.url) : null,
        "aria-label": part.accessibility_label,
        onclick: part.url ? null : (event) => press(event.currentTarget, part, part.value, surface),
      },
      plain(part.text.text),
    ),
  overflow: (part, store, surface) => {
    const options = part.options.map((option) =>
      h(
        "button",
        {
          type: "button",
          role: "menuitem",
          onclick: (event) => {
            event.currentTarget.closest("details").open = false;
            press(event.currentTarget, part, option.value, surface);
          },
        },
        plain(option.text.text),
      ),
    );
    return h(
      "details",
      { class: "overflow", onkeydown: closeOnEscape, onfocusout: closeOnLeave },
      h("summary", { class: "button", "aria-label": "More actions" }, "⋯"),
      h("div", { class: "menu", role: "menu" }, options),
    );
  },
  plain_text_input: (part, store, surface) => {
    const input = h(part.multiline ? "textarea" : "input", {
      ...fieldAttributes(part, surface),
      value: part.initial_value ?? "",
      rows: part.multiline ? 4 : null,
      type: part.multiline ? null : "text",
      maxlength: part.max_length,
      autocomplete: "off",
    });
    return field(input, surface, () => input.value || null);
  },
  datetimepicker: (part, store, surface) => {
    const input = h("input", {
      ...fieldAttributes(part, surface),
      type: "datetime-local",
      value: part.initial_date_time ? localTime(part.initial_date_time) : "",
    });
    const seconds = () => Math.round(new Date(input.value).getTime() / 1000);
    return field(input, surface, () => (input.value ? seconds() : null));
  },
  radio_buttons: (part, store, surface) => {
    const choices = part.options.map((option) =>
      h(
        "label",
        { class: "choice" },
        h("input", {
          type: "radio",
          name: surface.id ?? part.action_id,
          value: option.value,
          checked: option.value === part.initial_option?.value,
          onchange: () => surface.id ?? surface.press?.(part, option.value),
        }),
        h("span", {}, text(option.text, store)),
        option.description ? h("span", { class: "hint" }, text(option.description, store)) : null,
      ),
    );
    const group = h("div", { class: "choices", role: "radiogroup" }, choices);
    return field(group, surface, () => group.querySelector("input:checked")?.value ?? null);
  },
  static_select: (part, store, surface) => {
    const options = part.options.map((one) => [one.value, plain(one.text.text)]);
    return select(part, options, part.initial_option?.value, surface);
  },
  conversations_select: (part, store, surface) => {
    const kinds = part.filter?.include ?? ["public", "private", "im"];
    const wanted = store
      .all("channel")
      .filter((one) => kinds.includes(one.kind === "direct" ? "im" : one.kind))
      .map((one) => [one.id, (one.kind === "direct" ? "" : "# ") + store.channelName(one.id)]);
    const current = part.default_to_current_conversation ? surface.channel : null;
    return select(part, wanted, part.initial_conversation ?? current, surface);
  },
  channels_select: (part, store, surface) => {
    const open = store.all("channel").filter((one) => one.kind === "public");
    const options = open.map((one) => [one.id, `# ${one.name}`]);
    return select(part, options, part.initial_channel, surface);
  },
  image: (part) => image(part),
};

function element(part, store, surface) {
  return (ELEMENTS[part.type] ?? unknown)(part, store, surface);
}

function text(object, store) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, store) : plain(object.text);
}

function select(part, options, initial, surface) {
  const choices = options.map(([value, label]) =>
    h("option", { value, selected: value === initial }, label),
  );
  const empty = h("option", { value: "" }, part.placeholder ? plain(part.placeholder.text) : "Choose");
  const input = h("select", fieldAttributes(part, surface), empty, choices);
  if (!surface.id) input.addEventListener("change", () => surface.press?.(part, input.value));
  return field(input, surface, () => input.value || null);
}

function field(input, surface, value) {
  surface.fields?.set(surface.block.block_id, value);
  return input;
}

function fieldAttributes(part, surface) {
  return {
    id: surface.id,
    placeholder: part.placeholder ? plain(part.placeholder.text) : null,
    "aria-describedby": surface.id ? `${surface.id}-error ${surface.id}-hint` : null,
    "data-focus": part.focus_on_load ? "true" : null,
  };
}

async function press(button, part, value, surface) {
  if (part.confirm && !window.confirm(plain(part.confirm.text.text))) return;
  button.disabled = true;
  await surface.press?.(part, value ?? null);
  button.disabled = false;
}

function closeOnEscape(event) {
  if (event.key !== "Escape") return;
  event.currentTarget.open = false;
  event.stopPropagation();
}

function closeOnLeave(event) {
  if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
}

function mrkdwnAddress(url) {
  const archived = url.match(/\/archives\/(\w+)\/p(\d+)(\d{6})/);
  return archived ? `#${archived[1]}/${archived[2]}.${archived[3]}` : url;
}

function image(part) {
  return h("img", { src: part.image_url, alt: part.alt_text, class: "image" });
}

function localTime(seconds) {
  const when = new Date(seconds * 1000);
  return new Date(seconds * 1000 - when.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function unknown(block) {
  return h("p", { class: "block hint" }, `(${block.type} is not shown here)`);
}

// Block Kit's elements: one function for each. A new type is a new entry in the table.

import { confirmed } from "./confirm.js";
import { h } from "./dom.js";
import { menu } from "./menus.js";
import { addressOf, plain, textOf } from "./mrkdwn.js";

export function element(part, store, surface) {
  return (ELEMENTS[part.type] ?? unknown)(part, store, surface);
}

export function image(part) {
  return h("img", { src: part.image_url, alt: part.alt_text, class: "image" });
}

const ELEMENTS = {
  button: (part, store, surface) => {
    const shared = {
      class: `button ${part.style ?? ""}`,
      "aria-label": part.accessibility_label,
      "data-key": `${part.action_id} ${part.value ?? ""}`,
    };
    if (part.url) {
      // Slack opens the address, and tells the app as well.
      const notify = () => surface.press(part, part.value ?? null);
      return h("a", { ...shared, ...addressOf(part.url), onclick: notify }, plain(part.text.text));
    }
    const press = (event) => use(part, part.value ?? null, store, surface, event.currentTarget);
    return h("button", { ...shared, type: "button", onclick: press }, plain(part.text.text));
  },
  overflow: (part, store, surface) =>
    menu({
      label: "More options",
      content: "⋯",
      className: "button more",
      items: part.options.map((option) => ({
        label: [
          plain(option.text.text),
          option.description ? h("span", { class: "hint" }, plain(option.description.text)) : null,
        ],
        act: (button) => use(part, option.value, store, surface, button),
      })),
    }),
  plain_text_input: (part, store, surface) => {
    const input = h(part.multiline ? "textarea" : "input", {
      ...fieldAttributes(part, surface),
      value: part.initial_value ?? "",
      rows: part.multiline ? 4 : null,
      type: part.multiline ? null : "text",
      maxlength: part.max_length,
      autocomplete: "off",
    });
    const tells = part.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    const notify = () => dispatches(surface) && surface.press(part, input.value || null);
    if (tells.includes("on_character_entered")) input.addEventListener("input", notify);
    if (tells.includes("on_enter_pressed") && dispatches(surface)) {
      input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        notify();
      });
    }
    return kept(input, part, surface, () => input.value || null, (value) => (input.value = value ?? ""));
  },
  datetimepicker: (part, store, surface) => {
    const input = h("input", {
      ...fieldAttributes(part, surface),
      type: "datetime-local",
      value: part.initial_date_time ? localTime(part.initial_date_time) : "",
      "aria-label": surface.id ? null : "Date and time",
    });
    const read = () => (input.value ? Math.round(new Date(input.value).getTime() / 1000) : null);
    input.addEventListener("change", () => dispatches(surface) && use(part, read(), store, surface, input));
    kept(input, part, surface, read, (value) => (input.value = value ? localTime(value) : ""));
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    return h("div", { class: "picker" }, input, h("span", { class: "hint" }, `Your time zone: ${timeZone}`));
  },
  radio_buttons: (part, store, surface) => {
    const name = `${surface.name}-${surface.block.block_id}-${part.action_id}`;
    const choices = part.options.map((option) =>
      h(
        "label",
        { class: "choice" },
        h("input", {
          type: "radio",
          name,
          value: option.value,
          checked: option.value === part.initial_option?.value,
          "data-focus": part.focus_on_load && option === part.options[0] ? "true" : null,
          onchange: (event) => dispatches(surface) && use(part, option.value, store, surface, event.target),
        }),
        choiceText(option, store),
      ),
    );
    const group = h("div", { class: "choices", role: surface.id ? null : "radiogroup" }, choices);
    const write = (value) => {
      for (const input of group.querySelectorAll("input")) input.checked = input.value === value;
    };
    return kept(group, part, surface, () => group.querySelector("input:checked")?.value ?? null, write);
  },
  checkboxes: (part, store, surface) => {
    const checked = (part.initial_options ?? []).map((option) => option.value);
    const notify = (event) => dispatches(surface) && use(part, read(), store, surface, event.target);
    const choices = part.options.map((option) =>
      h(
        "label",
        { class: "choice" },
        h("input", {
          type: "checkbox",
          value: option.value,
          checked: checked.includes(option.value),
          "data-key": `${part.action_id} ${option.value}`,
          "data-focus": part.focus_on_load && option === part.options[0] ? "true" : null,
          onchange: notify,
        }),
        choiceText(option, store),
      ),
    );
    const group = h("div", { class: "choices" }, choices);
    const read = () => [...group.querySelectorAll("input:checked")].map((input) => input.value);
    const write = (values) => {
      for (const input of group.querySelectorAll("input")) input.checked = values.includes(input.value);
    };
    return kept(group, part, surface, read, write);
  },
  static_select: (part, store, surface) => {
    const options = part.options.map((one) => [one.value, plain(one.text.text)]);
    return select(part, options, part.initial_option?.value, store, surface);
  },
  conversations_select: (part, store, surface) => {
    const { include = ["public", "private", "im"], exclude_bot_users: noBots } = part.filter ?? {};
    const wanted = store
      .all("channel")
      .filter((one) => include.includes(one.kind === "direct" ? "im" : one.kind))
      .filter((one) => !noBots || one.kind !== "direct" || !store.get(`person:${one.other}`)?.bot)
      .map((one) => [one.id, (one.kind === "direct" ? "" : "# ") + store.channelName(one.id)]);
    const current = part.default_to_current_conversation ? surface.channel : null;
    return select(part, wanted, part.initial_conversation ?? current, store, surface);
  },
  multi_users_select: (part, store, surface) => {
    const chosen = part.initial_users ?? [];
    const people = store.all("person").filter((one) => !one.bot);
    const input = h(
      "select",
      { ...fieldAttributes(part, surface), multiple: true, size: Math.min(people.length, 4) },
      people.map((one) => h("option", { value: one.id, selected: chosen.includes(one.id) }, one.name)),
    );
    const read = () => [...input.selectedOptions].map((option) => option.value);
    const write = (values) => {
      for (const option of input.options) option.selected = (values ?? []).includes(option.value);
    };
    return kept(input, part, surface, read, write);
  },
  channels_select: (part, store, surface) => {
    const open = store.all("channel").filter((one) => one.kind === "public");
    const options = open.map((one) => [one.id, `# ${one.name}`]);
    return select(part, options, part.initial_channel, store, surface);
  },
  image,
};

function choiceText({ text, description }, store) {
  return h("span", {}, textOf(text, store), description ? h("span", { class: "hint" }, textOf(description, store)) : null);
}

// Tell the app, after the question that the element may want to be asked.
async function use(part, value, store, surface, control) {
  if (part.confirm && !(await confirmed(part.confirm, store))) return;
  control.setAttribute("aria-busy", "true");
  await surface.press(part, value);
  control.removeAttribute("aria-busy");
}

// An element of an input block tells the app of a change only if the block says so.
function dispatches(surface) {
  return surface.block.type !== "input" || surface.block.dispatch_action === true;
}

function select(part, options, initial, store, surface) {
  const choices = options.map(([value, label]) => h("option", { value, selected: value === initial }, label));
  const words = part.placeholder ? plain(part.placeholder.text) : "Choose";
  const input = h(
    "select",
    { ...fieldAttributes(part, surface), "aria-label": surface.id ? null : words },
    h("option", { value: "" }, words),
    choices,
  );
  input.addEventListener("change", () => dispatches(surface) && use(part, input.value, store, surface, input));
  return kept(input, part, surface, () => input.value || null, (value) => (input.value = value ?? ""));
}

// An input block's value goes by the block's id, another's by the element's.
function kept(input, part, surface, read, write) {
  const name = surface.block.type === "input" ? surface.block.block_id : part.action_id;
  surface.fields?.set(name, { read, write });
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

function localTime(seconds) {
  const when = new Date(seconds * 1000);
  return new Date(seconds * 1000 - when.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function unknown(part) {
  return h("span", { class: "hint" }, `(${part.type} is not shown here)`);
}

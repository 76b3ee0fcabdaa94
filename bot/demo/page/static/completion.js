// What is typed, completed: commands at the start of a message, and names after an @.

import { h } from "./dom.js";
import { avatar } from "./messages.js";

const NAME = /(^|\s)@(\w*)$/;
const INVITE = { command: "/invite", usage_hint: "@Ringback", description: "Let Ringback into this channel" };
let made = 0;

export class Completion {
  constructor(store, channel, fill) {
    this.store = store;
    this.channel = channel;
    this.fill = fill;
    this.options = [];
    this.at = 0;
    const id = `completion-${(made += 1)}`;
    this.element = h("div", { class: "completion", role: "listbox", "aria-label": "Suggestions", id, hidden: true });
    this.attributes = { "aria-autocomplete": "list", "aria-controls": id, "aria-haspopup": "listbox" };
  }

  attach(input) {
    this.input = input;
  }

  update() {
    this.options = [...this.commands(), ...this.names()];
    this.at = 0;
    this.element.replaceChildren(
      ...this.options.map((option, index) =>
        h(
          "div",
          {
            class: "hint-row",
            role: "option",
            id: `${this.element.id}-${index}`,
            // The pointer does not take the focus from what is typed in.
            onmousedown: (event) => event.preventDefault(),
            onclick: () => this.fill(option.text),
          },
          option.shown,
        ),
      ),
    );
    this.element.hidden = !this.options.length;
    this.mark();
  }

  mark() {
    [...this.element.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === this.at)));
    const current = this.element.children[this.at];
    current?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", current?.id ?? "");
  }

  hide() {
    this.options = [];
    this.element.hidden = true;
    this.input.setAttribute("aria-activedescendant", "");
  }

  // Take a key that is about the suggestions; return whether it was.
  keyed(event) {
    const option = this.options[this.at];
    if (!option) return false;
    const down = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      event.preventDefault();
      this.hide();
    } else if (down && this.options.length > 1) {
      event.preventDefault();
      this.at = (this.at + down + this.options.length) % this.options.length;
      this.mark();
    } else if (["Enter", "Tab"].includes(event.key) && !event.shiftKey && !option.done) {
      event.preventDefault();
      this.fill(option.text);
    } else return false;
    return true;
  }

  // The commands that what is typed can become, or is: then its usage is shown while the rest is typed.
  commands() {
    const text = this.input.value;
    if (!text.startsWith("/")) return [];
    const [name] = text.split(/\s/, 1);
    const known = this.store.get("app:features")?.slash_commands ?? [];
    const channel = this.store.get(`channel:${this.channel}`);
    const open = !channel.has_bot && channel.kind !== "direct" && !channel.archived;
    return [...known, ...(open ? [INVITE] : [])]
      .filter(({ command }) => (/\s/.test(text) ? command === name : command.startsWith(name)))
      .map(({ command, usage_hint, description }) => ({
        text: `${command} `,
        done: command === name,
        shown: [
          h("strong", {}, command),
          h("span", { class: "usage" }, usage_hint ?? ""),
          h("span", { class: "hint" }, `${description} · Ringback`),
        ],
      }));
  }

  names() {
    const before = this.input.value.slice(0, this.input.selectionStart);
    const match = before.match(NAME);
    if (!match) return [];
    const typed = match[2].toLowerCase();
    const start = before.length - typed.length;
    return this.store
      .all("person")
      .filter(({ id, name }) => id !== this.store.user && name.toLowerCase().startsWith(typed))
      .sort((one, other) => other.bot - one.bot)
      .map(({ id, name, bot }) => ({
        text: `${before.slice(0, start)}${name} ${this.input.value.slice(before.length)}`,
        done: false,
        shown: [avatar(id, this.store), h("strong", {}, name), h("span", { class: "hint" }, bot ? "App" : "")],
      }));
  }
}

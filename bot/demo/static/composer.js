// The box that messages and commands are typed in, with completion of the commands.

import { h, icon } from "./dom.js";
import { menu } from "./messages.js";

export class Composer {
  constructor(store, { label, threadTs = null, channel }) {
    this.store = store;
    this.channel = channel;
    this.threadTs = threadTs;
    this.input = h("textarea", {
      rows: 1,
      placeholder: label,
      "aria-label": label,
      "aria-autocomplete": "list",
      oninput: () => this.typed(),
      onkeydown: (event) => this.keyed(event),
      onblur: () => setTimeout(() => this.completion.replaceChildren(), 150),
    });
    this.completion = h("div", { class: "completion", "aria-live": "polite" });
    this.button = h(
      "button",
      { class: "send", type: "button", "aria-label": "Send", disabled: true, onclick: () => this.send() },
      icon("send"),
    );
    this.element = h(
      "div",
      { class: "composer" },
      this.completion,
      h("div", { class: "composer-box" }, this.input, h("div", { class: "composer-bar" }, this.shortcuts(), this.button)),
    );
  }

  fill(text) {
    this.input.value = text;
    this.typed();
    this.input.focus();
  }

  typed() {
    const text = this.input.value;
    this.button.disabled = !text.trim();
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 200)}px`;
    this.completion.replaceChildren(...this.matching(text).map((one) => this.hint(one)));
  }

  // The commands that what is typed can become, or is.
  matching(text) {
    if (!text.startsWith("/")) return [];
    const [name] = text.split(/\s/, 1);
    return this.commands().filter(({ command }) =>
      text.includes(" ") ? command === name : command.startsWith(name),
    );
  }

  commands() {
    return this.store.get("app:features")?.slash_commands ?? [];
  }

  hint({ command, description, usage_hint }) {
    return h(
      "button",
      { type: "button", class: "hint-row", onclick: () => this.fill(`${command} `) },
      h("strong", {}, command),
      h("span", { class: "usage" }, usage_hint ?? ""),
      h("span", { class: "hint" }, `${description} · Ringback`),
    );
  }

  keyed(event) {
    if (event.isComposing) return;
    const [match] = this.matching(this.input.value);
    const unfinished = match && match.command !== this.input.value.split(/\s/, 1)[0];
    if (event.key === "Escape") this.completion.replaceChildren();
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (unfinished) this.fill(`${match.command} `);
      else this.send();
    } else if (event.key === "Tab" && unfinished) {
      event.preventDefault();
      this.fill(`${match.command} `);
    }
  }

  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    this.fill("");
    const details = { channel: this.channel, text, thread_ts: this.threadTs };
    if (!(await this.store.act("write", details))) this.fill(text);
  }

  shortcuts() {
    const globals = (this.store.get("app:features")?.shortcuts ?? []).filter(
      (shortcut) => shortcut.type === "global",
    );
    if (!globals.length || this.threadTs) return h("span", { class: "hint" }, "Enter sends · / for commands");
    const items = globals.map((shortcut) =>
      h(
        "button",
        {
          type: "button",
          role: "menuitem",
          onclick: (event) => {
            event.currentTarget.closest("details").open = false;
            this.store.act("shortcut", { callback_id: shortcut.callback_id });
          },
        },
        shortcut.name,
      ),
    );
    return menu("Shortcuts", icon("bolt"), items);
  }
}

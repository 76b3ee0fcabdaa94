// The box that messages and commands are typed in.

import { Completion } from "./completion.js";
import { h, icon } from "./dom.js";
import { menu } from "./menus.js";

export class Composer {
  constructor(store, { label, threadTs = null, channel, kept }) {
    this.store = store;
    // What stands in each composer, which outlives the element: another channel, a thread.
    this.kept = kept;
    this.place = `${channel} ${threadTs}`;
    this.channel = channel;
    this.threadTs = threadTs;
    this.completion = new Completion(store, channel, (text) => this.fill(text));
    this.input = h("textarea", {
      rows: 1,
      placeholder: label,
      "aria-label": label,
      ...this.completion.attributes,
      oninput: () => this.typed(),
      onkeydown: (event) => this.keyed(event),
      onblur: () => this.completion.hide(),
    });
    this.completion.attach(this.input);
    this.button = h(
      "button",
      { class: "send", type: "button", "aria-label": "Send", disabled: true, onclick: () => this.send() },
      icon("send"),
    );
    const bar = h("div", { class: "composer-bar" }, this.shortcuts(), h("span", { class: "hint" }, this.advice()), this.button);
    if (kept.has(this.place)) this.input.value = kept.get(this.place);
    this.button.disabled = !this.input.value.trim();
    this.element = h("div", { class: "composer" }, this.completion.element, h("div", { class: "composer-box" }, this.input, bar));
  }

  fill(text) {
    this.input.value = text;
    this.typed();
    this.input.focus();
  }

  typed() {
    this.kept.set(this.place, this.input.value);
    this.button.disabled = !this.input.value.trim();
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 200)}px`;
    this.completion.update();
  }

  keyed(event) {
    if (event.isComposing || this.completion.keyed(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    }
  }

  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    this.fill("");
    const details = { channel: this.channel, text, thread_ts: this.threadTs };
    const sent = await this.store.act("write", details);
    // What was typed meanwhile stays, below what did not go.
    if (!sent) this.fill([text, this.input.value].filter(Boolean).join("\n"));
  }

  advice() {
    return this.threadTs ? "Enter sends · @ to mention" : "Enter sends · / for commands";
  }

  shortcuts() {
    const items = this.store.shortcuts("global").map(({ name, callback_id }) => ({
      label: [name, h("span", { class: "hint" }, "Ringback")],
      act: () => this.store.act("shortcut", { callback_id }),
    }));
    return items.length ? menu({ label: "Shortcuts", content: icon("bolt"), items }) : null;
  }
}

// The first minute: what this is, one button that makes a call, and its thread once it is answered.

import { h } from "./dom.js";
import { FIRST_CALL } from "./phone.js";

const WHAT = "Ringback makes phone calls from Slack: you say whom and what for, CallCow’s AI does the talking.";
const STEPS = [
  ["Run ", "ringback manifest", ", and make an app from it at api.slack.com/apps."],
  ["Put its tokens, your CallCow key and a public address into ", ".env", ": the README says how."],
  ["Run ", "ringback check", ", then ", "ringback serve", "."],
];

export class FirstMinute {
  constructor(store, leave) {
    this.store = store;
    // Gives the keyboard to the composer once the button is gone.
    this.leave = leave;
    this.opened = false;
    this.pressed = false;
    // Who comes to a workspace with calls in it has had it.
    store.addEventListener("change", () => (this.hadCalls ??= store.all("dial").length > 0), { once: true });
  }

  get isOver() {
    return this.store.all("dial").length > 0;
  }

  element(channel) {
    const send = (event) => {
      this.pressed = event.currentTarget.disabled = true;
      this.store.act("write", { channel, text: FIRST_CALL, thread_ts: null });
      this.leave();
    };
    return h(
      "section",
      { class: "first-minute", "aria-label": "See an AI make a phone call" },
      h("h4", {}, "See an AI make a phone call"),
      h("p", {}, WHAT),
      h("button", { class: "button primary", type: "button", onclick: send }, "▶ Book a table for Friday 7pm"),
      useIt(),
    );
  }

  // The thread of this page's first call opens by itself, once, when its result comes.
  threadToOpen(channel, messages) {
    if (this.opened || this.hadCalls || !this.store.hasAsked) return null;
    const answered = messages.find((message) => message.replies && message.blocks.length);
    if (!answered) return null;
    this.opened = true;
    return answered.ts;
  }
}

export function useIt() {
  const steps = STEPS.map((parts) => h("li", {}, parts.map((part, at) => (at % 2 ? h("code", {}, part) : part))));
  return h("details", { class: "use-it" }, h("summary", {}, "Use it in your Slack →"), h("ol", {}, steps));
}

// "On the phone": each simulated call as it goes, and what the last digits of a number do.

import { h, reconcile } from "./dom.js";

const WORDS = {
  dialing: "Dialing…",
  ringing: "Ringing…",
  answered: "On the line",
  line: "On the line",
};
const NUMBER = "+1 415-555-26";
const PROMPT = "book a table for Friday 7pm, two people, under Josh";

export const FIRST_CALL = `/call ${NUMBER}00, ${PROMPT}`;

export class PhonePanel {
  constructor(container, store, fill) {
    this.store = store;
    this.calls = h("div", { class: "calls", role: "log", "aria-label": "Simulated calls" });
    this.scenarios = h("ul", { class: "scenarios" });
    this.fill = fill;
    this.legend = h(
      "details",
      { class: "legend", open: true },
      h("summary", {}, "Numbers to try"),
      this.scenarios,
      h("p", { class: "hint" }, "/call alone opens the form: to call later, or again if nobody answers."),
    );
    container.replaceChildren(
      h("header", {}, h("h2", {}, "On the phone"), h("p", { class: "hint" }, "No real calls: both sides are simulated.")),
      h("div", { class: "phone-body" }, this.legend, this.calls),
    );
  }

  update() {
    const scenarios = this.store.all("scenario").map((scenario) => ({
      key: scenario.digits,
      content: scenario.label,
      create: () => this.scenario(scenario),
    }));
    reconcile(this.scenarios, scenarios);
    const dials = this.store.all("dial").sort((one, other) => other.at - one.at);
    const empty = {
      key: "empty",
      content: "",
      create: () => h("p", { class: "hint empty" }, "Place a call, and it shows here as it goes."),
    };
    // The list makes room for the calls once there is one; whoever opens it again keeps it.
    if (dials.length && !this.folded) {
      this.folded = true;
      this.legend.open = false;
    }
    const cards = dials.map((dial) => ({
      key: dial.id,
      content: JSON.stringify(dial),
      create: () => card(dial),
    }));
    reconcile(this.calls, cards.length ? cards : [empty]);
  }

  // How many calls are under way.
  get active() {
    return this.store.all("dial").filter(isActive).length;
  }

  scenario({ digits, label }) {
    const command = `/call ${NUMBER}${digits}, ${PROMPT}`;
    return h(
      "li",
      {},
      h("button", { type: "button", title: `Fill in ${command}`, onclick: () => this.fill(command) },
        h("code", {}, `…${digits}`), h("span", {}, label), h("span", { class: "try", "aria-hidden": "true" }, "Try")),
    );
  }
}

function card(dial) {
  const lines = dial.steps.filter((step) => step.kind === "line");
  return h(
    "article",
    { class: `call ${isActive(dial) ? "active" : "ended"}`, "aria-label": `Call to ${dial.number}` },
    h("header", {}, h("strong", { class: "number" }, dial.shown), h("span", { class: `chip ${tone(dial)}` }, status(dial))),
    h("p", { class: "prompt" }, dial.prompt),
    lines.length ? h("div", { class: "lines" }, lines.map(line)) : null,
    footer(dial),
  );
}

function isActive(dial) {
  return dial.final === null && !dial.refusal;
}

function line({ role, content }) {
  const ai = role === "assistant";
  return h("p", { class: ai ? "line ai" : "line" }, h("span", { class: "who" }, ai ? "AI" : "They"), content);
}

function footer(dial) {
  if (dial.refusal) return h("p", { class: "hint" }, `CallCow: ${dial.refusal}`);
  if (dial.final === null) return null;
  const words = ["No callback: the bot polls and finds it", "Callback delivered"][dial.callbacks];
  return h("p", { class: "hint" }, words ?? `Callback delivered ${dial.callbacks} times: shown once`);
}

function status(dial) {
  if (dial.refusal) return "Refused";
  if (dial.final === null) return WORDS[dial.steps.at(-1).kind];
  const { call_status: call, provider_status: provider } = dial.final;
  if (call === "success") return "Completed";
  if (call === "voicemail") return "Voicemail";
  return { "no-answer": "No answer", busy: "Busy", failed: "Failed", canceled: "Canceled" }[provider];
}

function tone(dial) {
  if (dial.refusal) return "bad";
  if (dial.final === null) return "going";
  return dial.final.call_status === "success" ? "good" : "neutral";
}

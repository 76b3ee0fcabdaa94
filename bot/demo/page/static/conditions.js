// What a visitor changes about the demo: whom they call, what time it is, which rules hold.

import { isMoved, now } from "./clock.js";
import { h, reconcile } from "./dom.js";

const PROMPT = "ask whether they are open";
const HOURS = { 3: "3 AM", 8: "8 AM", 12: "noon", 21: "9 PM" };
const PASS = { 15: "+15 min", 60: "+1 hour", 1440: "+1 day" };

export class Conditions {
  constructor(store, fill) {
    this.store = store;
    this.fill = fill;
    this.chosen = null;
    this.time = h("strong", {});
    this.there = h("span", { class: "hint" });
    this.right = this.button("Your computer’s time", () => this.change("set_right"));
    this.who = h("select", { "aria-label": "Whom to call", onchange: () => this.choose() });
    this.number = h("code", {});
    this.goTo = h("span", { class: "group" }, Object.entries(HOURS).map(([hour, label]) =>
      this.button(label, () => this.change("go_to", { stranger: this.chosen, hour: Number(hour) }), `Go to ${label} there`),
    ));
    this.rules = h("span", { class: "group", role: "group", "aria-label": "Rules" });
    this.element = h(
      "div",
      { class: "conditions" },
      h("p", {}, h("span", { class: "name" }, "Time"), this.time,
        Object.entries(PASS).map(([minutes, label]) => this.button(label, () => this.change("move", { minutes: Number(minutes) }))),
        this.right),
      h("p", {}, h("span", { class: "name" }, "Whom"), this.who, this.number,
        this.button("Fill in", () => this.fill(`/call ${this.number.textContent} ${PROMPT}`), "Fill in a call to them"),
        this.there, this.goTo),
      h("p", {}, h("span", { class: "name" }, "Rules"), this.rules),
    );
    setInterval(() => this.tell(), 1000);
  }

  button(label, onclick, name = null) {
    return h("button", { type: "button", class: "button small", "aria-label": name, onclick }, label);
  }

  change(act, details = {}) {
    return this.store.post("/conditions", { act, ...details });
  }

  update() {
    const strangers = this.store.all("stranger");
    reconcile(this.who, strangers.map(({ name }) => ({ key: name, content: name, create: () => h("option", { value: name }, name) })));
    this.chosen ??= strangers[0]?.name;
    reconcile(this.rules, this.store.all("rule").map((rule) => ({
      key: rule.name, content: JSON.stringify(rule), create: () => this.rule(rule),
    })));
    this.tell();
  }

  choose() {
    this.chosen = this.who.value;
    this.tell();
  }

  rule({ name, label, setting, on }) {
    const box = h("input", { type: "checkbox", checked: on, onchange: () => this.toggle(name, box) });
    return h("label", { title: `The bot restarts with ${setting}`, "data-key": name }, box, label);
  }

  // The bot restarts, which takes a moment: until then nothing else can be chosen.
  async toggle(name, box) {
    const on = this.store.all("rule").filter((rule) => rule.on !== (rule.name === name)).map((rule) => rule.name);
    for (const each of this.rules.querySelectorAll("input")) each.disabled = true;
    const done = await this.change("set_rules", { rules: on });
    for (const each of this.rules.querySelectorAll("input")) each.disabled = false;
    if (!done) box.checked = !box.checked;
  }

  tell() {
    const stranger = this.store.get(`stranger:${this.chosen}`);
    if (!stranger) return;
    show(this.time, clock());
    this.right.disabled = !isMoved();
    show(this.number, stranger.number);
    show(this.there, stranger.zone ? `There it is ${clock(stranger.zone)}. Go to` : "");
    this.goTo.hidden = !stranger.zone;
  }
}

function clock(timeZone) {
  return now().toLocaleString("en-US", { weekday: "short", hour: "numeric", minute: "2-digit", timeZone });
}

function show(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// "Under the hood": every request between Slack, the bot and CallCow, in order.

import { Conditions } from "./conditions.js";
import { h, reconcile } from "./dom.js";
import { Workspaces } from "./workspaces.js";

export class Hood {
  constructor(container, store, close, fill) {
    this.store = store;
    this.container = container;
    this.workspaces = new Workspaces(store);
    this.conditions = new Conditions(store, fill);
    this.rows = h("ol", { class: "exchanges" });
    container.replaceChildren(
      h(
        "header",
        {},
        h("h2", {}, "Under the hood"),
        h("p", { class: "hint" }, "Each request and its answer; secrets are hidden."),
        h("button", { class: "close", type: "button", "aria-label": "Close under the hood", onclick: close }, "✕"),
      ),
      this.workspaces.element,
      this.conditions.element,
      this.rows,
    );
  }

  update() {
    if (this.container.hidden) return;
    this.workspaces.update();
    this.conditions.update();
    const exchanges = this.store.all("exchange").sort((one, other) => one.at - other.at);
    const atEnd = this.rows.scrollHeight - this.rows.scrollTop - this.rows.clientHeight < 60;
    reconcile(
      this.rows,
      exchanges.map((exchange) => ({
        key: exchange.id,
        content: JSON.stringify(exchange),
        create: () => row(exchange),
      })),
    );
    if (atEnd) this.rows.scrollTop = this.rows.scrollHeight;
  }
}

function row(exchange) {
  const at = new Date(exchange.at * 1000);
  const time = `${at.toTimeString().slice(0, 8)}.${String(at.getMilliseconds()).padStart(3, "0")}`;
  const failed = exchange.status !== null && !/^(ok|2\d\d)$/.test(exchange.status);
  return h(
    "li",
    {},
    h(
      "details",
      {},
      h(
        "summary",
        {},
        h("time", {}, time),
        h("span", { class: `route ${exchange.source}` }, `${exchange.source} → ${exchange.target}`),
        h("code", {}, exchange.what),
        h("span", { class: failed ? "status bad" : "status" }, exchange.status ?? "…"),
      ),
      body("Sent", exchange.request),
      exchange.answer === null ? null : body("Answered", exchange.answer),
    ),
  );
}

function body(name, value) {
  return h("div", { class: "body" }, h("p", { class: "hint" }, name), h("pre", {}, JSON.stringify(value, null, 2)));
}

// The workspaces that Ringback can be in: which one is shown, and how Ringback gets in and out.

import { h, reconcile } from "./dom.js";

export class Workspaces {
  constructor(store) {
    this.store = store;
    this.element = h("div", { class: "conditions", role: "group", "aria-label": "Workspaces", hidden: true });
  }

  update() {
    const all = this.store.all("workspace");
    this.element.hidden = !all.length;
    reconcile(
      this.element,
      all.map((one) => ({ key: one.id, content: JSON.stringify(one), create: () => this.row(one) })),
    );
  }

  row({ id, name, shown, installed, install_url: url, callcow_key: key }) {
    const remove = () => this.store.act("remove", { team: id });
    return h(
      "p",
      { "data-key": id },
      shown ? h("strong", {}, name) : h("a", { href: this.store.address({ team: id }) }, name),
      installed
        ? h("button", { type: "button", class: "button small", "aria-label": `Remove Ringback from ${name}`, onclick: remove }, "Remove")
        : addToSlack(url, "small", `Add to Slack: ${name}`),
      h("span", { class: "hint" }, "Its CallCow key"),
      h("code", {}, key),
    );
  }
}

// In a tab of its own: this page shows by itself that Ringback has come.
export function addToSlack(url, kind, label = null) {
  return h("a", { class: `button ${kind}`, href: url, target: "_blank", rel: "noopener", "aria-label": label }, "Add to Slack");
}

// The Home tab of the app: what it has published for this person.

import { renderBlocks } from "./blocks.js";
import { now } from "./clock.js";
import { focusIn, h, refocus } from "./dom.js";

export class Home {
  constructor(container, store) {
    this.container = container;
    this.store = store;
    this.shown = null;
  }

  update() {
    if (this.container.hidden) return;
    const home = this.store.get("home:home");
    const content = JSON.stringify([home ?? null, now().toDateString()]);
    if (content === this.shown) return;
    this.shown = content;
    const focused = focusIn(this.container);
    this.container.replaceChildren(home ? this.view(home) : empty());
    if (focused) refocus(this.container, focused);
  }

  view({ id, payload, problem }) {
    const fields = new Map();
    const press = (part, value) => {
      const values = Object.fromEntries([...fields].map(([name, { read }]) => [name, read()]));
      return this.store.act("press_in_view", { view: id, action_id: part.action_id, value, values });
    };
    return h(
      "div",
      { class: "home" },
      problem ? h("p", { class: "error", role: "alert" }, problem) : null,
      renderBlocks(payload.blocks, this.store, { press, fields, channel: null }),
    );
  }
}

function empty() {
  return h("div", { class: "home empty" }, h("p", { class: "hint" }, "Ringback has published nothing here yet."));
}

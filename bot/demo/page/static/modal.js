// The form that lies over the page: the topmost view of the stack.

import { renderBlocks } from "./blocks.js";
import { focusIn, h, refocus } from "./dom.js";
import { plain } from "./mrkdwn.js";

export class Modal {
  constructor(store) {
    this.store = store;
    this.shown = null;
    this.view = null;
    this.fields = new Map();
    // What stands in the fields of each view: kept while another lies on it, or when it changes.
    this.kept = new Map();
    // What was typed into a form that a server that was started again forgot, for the next one.
    this.lost = null;
    this.dialog = h("dialog", {
      class: "modal",
      "aria-labelledby": "modal-title",
      oncancel: (event) => {
        event.preventDefault();
        this.close();
      },
    });
    document.body.append(this.dialog);
  }

  update() {
    const views = this.store.all("view").sort((one, other) => one.depth - other.depth || (one.id < other.id ? -1 : 1));
    const view = views.at(-1) ?? null;
    this.keep();
    for (const id of this.kept.keys()) {
      if (!views.some((one) => one.id === id)) this.kept.delete(id);
    }
    if (!view) {
      this.shown = this.view = null;
      if (this.dialog.open) this.dialog.close();
      return;
    }
    const content = `${view.id} ${view.updates} ${JSON.stringify(view.payload)}`;
    if (this.shown !== content) this.show(view, content);
    this.view = view;
    this.showErrors(view);
  }

  // The server was away, and tells anew what there is: it may have been started again.
  returned() {
    if (!this.view || this.store.get(`view:${this.view.id}`)) return;
    this.lost = { callback: this.view.payload.callback_id, values: this.values() };
  }

  restore() {
    for (const [name, value] of Object.entries(this.lost.values)) {
      const field = this.fields.get(name);
      if (field && isEmpty(field.read()) && !isEmpty(value)) field.write(value);
    }
    this.lost = null;
  }

  keep() {
    if (this.view) this.kept.set(this.view.id, this.values());
  }

  values() {
    return Object.fromEntries([...this.fields].map(([name, { read }]) => [name, read()]));
  }

  show(view, content) {
    const { payload } = view;
    const focused = this.view?.id === view.id ? focusIn(this.dialog) : null;
    this.shown = content;
    this.fields = new Map();
    const press = (part, value) =>
      this.store.act("press_in_view", { view: view.id, action_id: part.action_id, value, values: this.values() });
    const surface = { fields: this.fields, channel: view.channel, press };
    const body = h("div", { class: "modal-body" }, renderBlocks(payload.blocks, this.store, surface));
    for (const [name, value] of Object.entries(this.kept.get(view.id) ?? {})) this.fields.get(name)?.write(value);
    if (this.lost && this.lost.callback === payload.callback_id) this.restore();
    this.dialog.replaceChildren(
      h(
        "form",
        { novalidate: true, onsubmit: (event) => this.submit(event), onkeydown: (event) => this.keyed(event) },
        this.header(payload),
        body,
        this.footer(view),
      ),
    );
    if (!this.dialog.open) this.dialog.showModal();
    // What is only to be read can be scrolled by the keyboard.
    const first = this.dialog.querySelector("[data-focus]") ?? body.querySelector("input, textarea, select");
    if (!first) body.tabIndex = 0;
    if (!(focused && refocus(this.dialog, focused))) (first ?? body).focus();
  }

  header(payload) {
    return h(
      "header",
      {},
      h("h2", { id: "modal-title" }, plain(payload.title.text)),
      h("button", { class: "close", type: "button", "aria-label": "Close the form", onclick: () => this.close(true) }, "✕"),
    );
  }

  footer({ payload, depth }) {
    const usual = depth > 1 ? "Back" : payload.submit ? "Cancel" : "Close";
    const close = payload.close ? plain(payload.close.text) : usual;
    return h(
      "footer",
      {},
      h("p", { class: "error problem", role: "alert" }),
      h("button", { class: "button", type: "button", onclick: () => this.close() }, close),
      payload.submit
        ? h("button", { class: "button primary", type: "submit" }, plain(payload.submit.text))
        : null,
    );
  }

  showErrors({ errors, problem }) {
    let first = null;
    for (const block of this.dialog.querySelectorAll("[data-block]")) {
      const trouble = errors[block.dataset.block] ?? "";
      const place = block.querySelector(".error");
      if (place.textContent === trouble) continue;
      place.textContent = trouble;
      const input = block.querySelector("input, textarea, select");
      for (const one of block.querySelectorAll("input, textarea, select")) {
        one.setAttribute("aria-invalid", String(Boolean(trouble)));
      }
      if (trouble) first ??= { block, input };
    }
    const place = this.dialog.querySelector(".problem");
    if (place.textContent !== (problem ?? "")) place.textContent = problem ?? "";
    if (!first) return;
    first.input.focus({ preventScroll: true });
    // The whole block: what is wrong is said below the field.
    first.block.scrollIntoView({ block: "nearest" });
  }

  keyed(event) {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) event.currentTarget.requestSubmit();
  }

  async submit(event) {
    event.preventDefault();
    const { view } = this;
    const values = this.values();
    const missing = view.payload.blocks.filter(
      (block) => block.type === "input" && !block.optional && isEmpty(values[block.block_id]),
    );
    if (missing.length) {
      const words = "Please complete this required field.";
      this.showErrors({ errors: Object.fromEntries(missing.map((block) => [block.block_id, words])) });
      return;
    }
    const button = this.dialog.querySelector("button[type=submit]");
    button.disabled = true;
    await this.store.act("submit", { view: view.id, values });
    button.disabled = false;
  }

  close(allOfThem = false) {
    if (this.view) this.store.act("close", { view: this.view.id, all_of_them: allOfThem });
  }
}

function isEmpty(value) {
  return value === null || value.length === 0;
}

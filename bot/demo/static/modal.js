// The form that lies over the page: the topmost view of the stack.

import { renderBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { plain } from "./mrkdwn.js";

export class Modal {
  constructor(store) {
    this.store = store;
    this.shown = null;
    this.fields = new Map();
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
    if (!view) {
      this.shown = null;
      if (this.dialog.open) this.dialog.close();
      return;
    }
    const content = `${view.id} ${view.updates} ${JSON.stringify(view.payload)}`;
    if (this.shown !== content) this.show(view, content);
    this.view = view;
    this.showErrors(view.errors);
  }

  show(view, content) {
    const { payload } = view;
    this.shown = content;
    this.fields = new Map();
    const press = (part, value) =>
      this.store.act("press_in_view", { view: view.id, action_id: part.action_id, value });
    const blocks = renderBlocks(payload.blocks, this.store, {
      fields: this.fields,
      channel: view.channel,
      press,
    });
    const submit = payload.submit
      ? h("button", { class: "button primary", type: "submit" }, plain(payload.submit.text))
      : null;
    const close = payload.close ? plain(payload.close.text) : "Close";
    this.dialog.replaceChildren(
      h(
        "form",
        { novalidate: true, onsubmit: (event) => this.submit(event), onkeydown: (event) => this.keyed(event) },
        h(
          "header",
          {},
          h("h2", { id: "modal-title" }, plain(payload.title.text)),
          h("button", { class: "close", type: "button", "aria-label": "Close the form", onclick: () => this.close() }, "✕"),
        ),
        h("div", { class: "modal-body" }, blocks),
        h(
          "footer",
          {},
          h("button", { class: "button", type: "button", onclick: () => this.close() }, view.depth > 1 ? "Back" : close),
          submit,
        ),
      ),
    );
    if (!this.dialog.open) this.dialog.showModal();
    const first = this.dialog.querySelector("[data-focus]") ?? this.dialog.querySelector(".modal-body input, .modal-body textarea, .modal-body select, .modal-body button");
    (first ?? this.dialog.querySelector("footer button")).focus();
  }

  showErrors(errors) {
    let first = null;
    for (const block of this.dialog.querySelectorAll("[data-block]")) {
      const trouble = errors[block.dataset.block] ?? "";
      const place = block.querySelector(".error");
      if (place.textContent === trouble) continue;
      place.textContent = trouble;
      const input = block.querySelector("input, textarea, select");
      input.setAttribute("aria-invalid", String(Boolean(trouble)));
      if (trouble) first ??= input;
    }
    first?.focus();
  }

  keyed(event) {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) event.currentTarget.requestSubmit();
  }

  async submit(event) {
    event.preventDefault();
    const { view } = this;
    const values = Object.fromEntries([...this.fields].map(([name, value]) => [name, value()]));
    const missing = view.payload.blocks.filter(
      (block) => block.type === "input" && !block.optional && values[block.block_id] === null,
    );
    if (missing.length) {
      const words = "Please complete this required field.";
      this.showErrors(Object.fromEntries(missing.map((block) => [block.block_id, words])));
      return;
    }
    const button = this.dialog.querySelector("button[type=submit]");
    button.disabled = true;
    await this.store.act("submit", { view: view.id, values });
    button.disabled = false;
  }

  close() {
    if (this.view) this.store.act("close", { view: this.view.id });
  }
}

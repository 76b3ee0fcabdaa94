// The question that Slack asks before an element with `confirm` is used.

import { h } from "./dom.js";
import { textOf } from "./mrkdwn.js";

// Resolve to whether the person goes on.
export function confirmed(question, store) {
  return new Promise((resolve) => {
    const style = question.style === "danger" ? "danger solid" : "primary";
    const close = (answer) => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const deny = h("button", { class: "button", type: "button", onclick: () => close(false) }, textOf(question.deny, store));
    const dialog = h(
      "dialog",
      {
        class: "modal small",
        role: "alertdialog",
        "aria-labelledby": "confirm-title",
        "aria-describedby": "confirm-text",
        oncancel: (event) => {
          event.preventDefault();
          close(false);
        },
      },
      h("header", {}, h("h2", { id: "confirm-title" }, textOf(question.title, store))),
      h("div", { class: "modal-body text", id: "confirm-text" }, textOf(question.text, store)),
      h(
        "footer",
        {},
        deny,
        h("button", { class: `button ${style}`, type: "button", onclick: () => close(true) }, textOf(question.confirm, store)),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
    deny.focus();
  });
}

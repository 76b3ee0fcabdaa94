// A button that opens a menu over everything else, for the pointer and for the keyboard.

import { h } from "./dom.js";

let opened = 0;

// A menu would be left where its button was.
addEventListener("resize", () => document.querySelector(".menu:popover-open")?.hidePopover());

// `items` are { label, act } or already elements; `content` is what the button shows.
export function menu({ label, content, className = "menu-button", items }) {
  const entries = items.map((item) =>
    h("button", { type: "button", role: "menuitem", tabindex: "-1", onclick: () => choose(item) }, item.label),
  );
  const list = h("div", { class: "menu", role: "menu", popover: "auto", "aria-label": label }, entries);
  const button = h(
    "button",
    {
      type: "button",
      class: className,
      title: label,
      "aria-label": label,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "data-key": `menu ${label}`,
    },
    content,
  );
  list.id = `menu-${(opened += 1)}`;
  button.popoverTargetElement = list;

  function choose(item) {
    list.hidePopover();
    button.focus();
    item.act(button);
  }

  list.addEventListener("toggle", (event) => {
    const open = event.newState === "open";
    button.setAttribute("aria-expanded", String(open));
    list.classList.toggle("placed", open);
    if (!open) return;
    place(list, button);
    entries[0]?.focus();
  });
  list.addEventListener("keydown", (event) => {
    const at = entries.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + entries.length, Home: 0, End: entries.length - 1 }[event.key];
    if (event.key === "Tab") list.hidePopover();
    if (to === undefined) return;
    event.preventDefault();
    entries[to % entries.length].focus();
  });
  return h("span", { class: "menu-place" }, button, list);
}

// Below the button, or above where there is no room; from its start in the left half of its pane.
function place(list, button) {
  const around = button.getBoundingClientRect();
  const pane = button.closest(".pane, dialog").getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = list;
  const below = around.bottom + 4;
  const top = below + height > innerHeight - 8 ? around.top - height - 4 : below;
  const start = around.left + around.right < pane.left + pane.right;
  const left = start ? around.left : around.right - width;
  list.style.top = `${Math.max(8, top)}px`;
  list.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
}

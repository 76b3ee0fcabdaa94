// The channels, the direct messages, and whom one acts as.

import { h, icon } from "./dom.js";
import { useIt } from "./first_minute.js";
import { avatar } from "./messages.js";

export function showSidebar(container, store, { current, unread, choose, actAs }) {
  const channels = store.all("channel");
  const people = store.all("person").filter((person) => !person.bot);
  const row = (channel, content) =>
    h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          "data-key": channel.id,
          class: unread.has(channel.id) ? "channel unread" : "channel",
          "aria-current": channel.id === current ? "page" : null,
          onclick: () => choose(channel.id),
        },
        content,
        h("span", { class: "name" }, store.channelName(channel.id)),
        channel.archived ? h("span", { class: "note" }, "archived") : null,
        !channel.has_bot && channel.kind === "private" ? h("span", { class: "note" }, "without Ringback") : null,
      ),
    );
  const named = (title, rows) =>
    h("section", {}, h("h2", {}, title), h("ul", {}, rows));
  container.replaceChildren(
    h("div", { class: "workspace" }, h("strong", {}, store.workspace?.name ?? "Ringback demo"), h("span", { class: "note" }, "local workspace")),
    h(
      "fieldset",
      { class: "act-as" },
      h("legend", {}, "Act as"),
      people.map((person) =>
        h(
          "label",
          {},
          h("input", {
            type: "radio",
            name: "act-as",
            checked: person.id === store.user,
            onchange: () => actAs(person.id),
          }),
          h("span", {}, person.name),
        ),
      ),
    ),
    named(
      "Channels",
      channels
        .filter((channel) => channel.kind !== "direct")
        .map((channel) => row(channel, icon(channel.kind === "private" ? "lock" : "hash"))),
    ),
    named(
      "Direct messages",
      channels
        .filter((channel) => channel.kind === "direct")
        .map((channel) => row(channel, avatar(channel.other, store))),
    ),
    useIt(),
  );
}

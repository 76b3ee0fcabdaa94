// The messages of a channel and of a thread.

import { renderBlocks } from "./blocks.js";
import { now } from "./clock.js";
import { h, icon, reconcile } from "./dom.js";
import { editMessage } from "./editing.js";
import { menu } from "./menus.js";
import { mrkdwn } from "./mrkdwn.js";

const GROUP_SECONDS = 300;

export function channelMessages(store, channel) {
  return store
    .all("message")
    .filter((message) => message.channel === channel && !message.thread_ts)
    .sort(byTime);
}

export function threadMessages(store, channel, ts) {
  const inThread = (message) =>
    message.channel === channel && (message.ts === ts || message.thread_ts === ts);
  return store.all("message").filter(inThread).sort(byTime);
}

// Show messages in `container` and stay at its end, if that is where the reader was.
export function showMessages(container, messages, store, options) {
  const atEnd = container.scrollHeight - container.scrollTop - container.clientHeight < 40;
  const entries = options.intro ? [options.intro] : [];
  let last = null;
  for (const message of messages) {
    const day = dayOf(message.ts);
    if (!last || dayOf(last.ts) !== day) {
      entries.push({ key: day, content: day, create: () => divider(day) });
      last = null;
    }
    const grouped = isGrouped(last, message);
    entries.push({
      key: message.ts,
      content: JSON.stringify([message, grouped, names(message, store), now().toDateString()]),
      create: () => messageElement(message, grouped, store, options),
    });
    last = message;
    if (options.inThread && message.replies) {
      const content = String(message.replies);
      entries.push({ key: "replies", content, create: () => replyCount(message.replies) });
    }
  }
  reconcile(container, entries);
  if (atEnd || options.toEnd) container.scrollTop = container.scrollHeight;
}

export function avatar(user, store) {
  if (store.get(`person:${user}`)?.bot) {
    return h("img", { class: "avatar", src: "/static/icon.svg", alt: "" });
  }
  const name = store.name(user);
  const tone = [...user].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 4;
  return h("span", { class: `avatar tone-${tone}`, "aria-hidden": "true" }, name[0] ?? "?");
}

export function clockTime(ts) {
  return new Date(Number(ts) * 1000).toLocaleTimeString("en-US", { timeStyle: "short" });
}

function messageElement(message, grouped, store, options) {
  const classes = ["message"];
  if (grouped) classes.push("grouped");
  if (message.ephemeral) classes.push("ephemeral");
  // Beside a message that follows another there is no room for more than the numbers.
  const at = clockTime(message.ts);
  const time = h("time", { class: "at" }, grouped ? at.replace(/\s?[AP]M$/, "") : at);
  return h(
    "article",
    { class: classes.join(" "), "data-ts": message.ts, "aria-label": label(message, store) },
    h("div", { class: "gutter" }, grouped ? time : avatar(message.user, store)),
    h(
      "div",
      { class: "body" },
      message.ephemeral
        ? h("p", { class: "only-you" }, "Only visible to you")
        : null,
      grouped ? null : author(message, store, time),
      content(message, store),
      options.inThread || !message.replies ? null : replyBar(message, store, options),
    ),
    message.deleted || message.ephemeral ? null : toolbar(message, store, options),
  );
}

function author(message, store, time) {
  return h(
    "p",
    { class: "author" },
    h("strong", {}, store.name(message.user)),
    store.get(`person:${message.user}`)?.bot ? h("span", { class: "app-badge" }, "APP") : null,
    time,
  );
}

function content(message, store) {
  if (message.deleted) return h("p", { class: "hint" }, "This message was deleted.");
  const press = (part, value) =>
    store.act("press", {
      channel: message.channel,
      ts: message.ts,
      action_id: part.action_id,
      value,
    });
  const parts = message.blocks.length
    ? renderBlocks(message.blocks, store, { press, channel: message.channel })
    : h("div", { class: "text" }, mrkdwn(message.text, store));
  return h("div", { class: "content" }, parts, edited(message));
}

function edited(message) {
  return message.edited && !message.blocks.length ? h("span", { class: "edited" }, " (edited)") : null;
}

function replyBar(message, store, options) {
  const count = message.replies === 1 ? "1 reply" : `${message.replies} replies`;
  return h(
    "button",
    { class: "reply-bar", type: "button", "data-key": "replies", onclick: () => options.openThread(message.ts) },
    message.repliers.slice(0, 3).map((user) => avatar(user, store)),
    h("span", { class: "count" }, count),
    h("span", { class: "hint" }, `Last reply ${clockTime(message.latest_reply)}`),
  );
}

function toolbar(message, store, options) {
  const { channel, ts } = message;
  const items = store.shortcuts("message").map(({ name, callback_id }) => ({
    label: [name, h("span", { class: "hint" }, "Ringback")],
    act: () => store.act("shortcut", { callback_id, channel, ts }),
  }));
  if (message.user === store.user && !message.blocks.length) {
    items.push({
      label: "Edit message",
      act: (button) => {
        const content = button.closest(".message").querySelector(".content");
        if (content) editMessage(content, message, store);
      },
    });
  }
  const reply = h(
    "button",
    {
      type: "button",
      title: "Reply in thread",
      "aria-label": "Reply in thread",
      "data-key": "reply",
      onclick: () => options.openThread(message.thread_ts ?? ts),
    },
    icon("thread"),
  );
  return h(
    "div",
    { class: "toolbar" },
    options.inThread ? null : reply,
    items.length ? menu({ label: "More actions", content: icon("more"), items }) : null,
  );
}

function divider(day) {
  return h("div", { class: "day" }, h("span", {}, day));
}

function replyCount(count) {
  return h("div", { class: "reply-count" }, h("span", {}, count === 1 ? "1 reply" : `${count} replies`));
}

function isGrouped(last, message) {
  return Boolean(
    last &&
      last.user === message.user &&
      !last.replies &&
      !last.ephemeral === !message.ephemeral &&
      Number(message.ts) - Number(last.ts) < GROUP_SECONDS &&
      !hasBlocks(message),
  );
}

// A bot's messages each stand for a call of its own: they keep their heads.
function hasBlocks(message) {
  return message.blocks.length > 0;
}

function names(message, store) {
  return [message.user, ...(message.repliers ?? [])].map((user) => store.name(user));
}

function label(message, store) {
  return `${store.name(message.user)} at ${clockTime(message.ts)}`;
}

function dayOf(ts) {
  const day = new Date(Number(ts) * 1000);
  if (day.toDateString() === now().toDateString()) return "Today";
  return day.toLocaleDateString("en-US", { weekday: "long", month: "long", day: "numeric" });
}

function byTime(one, other) {
  return one.ts < other.ts ? -1 : 1;
}

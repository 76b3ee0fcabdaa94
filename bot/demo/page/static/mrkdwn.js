// Slack's mrkdwn, as elements: what was escaped is undone last, so nothing in it comes alive.

import { date } from "./dates.js";
import { h } from "./dom.js";
import { unbroken } from "./numbers.js";

const TOKENS =
  /<([^<>]*)>|`([^`\n]+)`|(?<![\w*])\*(?=\S)([^*\n]*?\S)\*(?![\w*])|(?<!\w)_(?=\S)([^_\n]*?\S)_(?!\w)|(?<![\w~])~(?=\S)([^~\n]*?\S)~(?![\w~])/g;
const SAFE = /^(https?:|mailto:|tel:)/;
const MESSAGE = /^https:\/\/ringback-demo\.slack\.com\/archives\/(\w+)\/p(\d{10})(\d{6})(?:\?|$)/;
const QUOTE = /^(?:>|&gt;) ?/;

export function mrkdwn(text, store) {
  return text.split(/```\n?/).map((part, index) => {
    if (index % 2) return h("pre", {}, unescaped(part.replace(/\n$/, "")));
    return paragraphs(part, store);
  });
}

export function plain(text) {
  return unescaped(text);
}

// What a text object of Block Kit says.
export function textOf(object, store) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, store) : unbroken(plain(object.text));
}

// Where a link leads: one to a message of this workspace leads to it in this page.
export function addressOf(url) {
  const target = unescaped(url);
  const message = target.match(MESSAGE);
  if (message) return { href: `#${message[1]}/${message[2]}.${message[3]}/jump` };
  if (!SAFE.test(target)) return {};
  return target.startsWith("http") ? { href: target, target: "_blank", rel: "noreferrer" } : { href: target };
}

function paragraphs(text, store) {
  const parts = [];
  for (const line of text.split("\n")) {
    const quoted = QUOTE.test(line);
    if (!parts.length || parts.at(-1).quoted !== quoted) parts.push({ quoted, lines: [] });
    parts.at(-1).lines.push(line.replace(quoted ? QUOTE : "", ""));
  }
  return parts.map(({ quoted, lines }) => {
    const content = lines.flatMap((line, at) => [at ? h("br") : null, ...inline(line, store)]);
    return quoted ? h("blockquote", {}, content) : content;
  });
}

function inline(text, store) {
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(TOKENS)) {
    parts.push(...words(text.slice(at, match.index)));
    at = match.index + match[0].length;
    const [, markup, code, bold, italic, struck] = match;
    if (markup !== undefined) parts.push(live(markup, store));
    else if (code) parts.push(h("code", {}, words(code)));
    else if (bold) parts.push(h("strong", {}, inline(bold, store)));
    else if (italic) parts.push(h("em", {}, inline(italic, store)));
    else parts.push(h("s", {}, inline(struck, store)));
  }
  return [...parts, ...words(text.slice(at))];
}

function words(text) {
  return unbroken(unescaped(text));
}

function live(markup, store) {
  const [target, label] = split(markup);
  if (target.startsWith("@")) {
    const user = target.slice(1);
    const own = user === store.user ? "mention own" : "mention";
    return h("span", { class: own }, `@${store.name(user)}`);
  }
  if (target.startsWith("#")) {
    const channel = target.slice(1);
    return h("a", { class: "mention", href: `#${channel}` }, `#${store.channelName(channel)}`);
  }
  if (target.startsWith("!date^")) {
    const [, seconds, format] = target.split("^");
    return date(seconds, format) ?? unescaped(label);
  }
  if (target.startsWith("!")) return h("span", { class: "mention own" }, label || `@${target.slice(1)}`);
  if (!SAFE.test(target)) return unescaped(label || target);
  return h("a", addressOf(target), words(label || target.replace(/^(mailto|tel):/, "")));
}

function split(markup) {
  const at = markup.indexOf("|");
  return at < 0 ? [markup, ""] : [markup.slice(0, at), markup.slice(at + 1)];
}

function unescaped(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

// Slack's mrkdwn, as elements: what was escaped is undone last, so nothing in it comes alive.

import { h } from "./dom.js";

const TOKENS =
  /<([^<>]*)>|`([^`\n]+)`|(?<![\w*])\*(?=\S)([^*\n]*?\S)\*(?![\w*])|(?<!\w)_(?=\S)([^_\n]*?\S)_(?!\w)|(?<![\w~])~(?=\S)([^~\n]*?\S)~(?![\w~])/g;
const SAFE = /^(https?:|mailto:|tel:)/;
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
    parts.push(unescaped(text.slice(at, match.index)));
    at = match.index + match[0].length;
    const [, markup, code, bold, italic, struck] = match;
    if (markup !== undefined) parts.push(live(markup, store));
    else if (code) parts.push(h("code", {}, unescaped(code)));
    else if (bold) parts.push(h("strong", {}, inline(bold, store)));
    else if (italic) parts.push(h("em", {}, inline(italic, store)));
    else parts.push(h("s", {}, inline(struck, store)));
  }
  return [...parts, unescaped(text.slice(at))];
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
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!")) return h("span", { class: "mention own" }, label || `@${target.slice(1)}`);
  if (!SAFE.test(target)) return unescaped(label || target);
  const archived = target.match(/\/archives\/(\w+)\/p(\d+)(\d{6})/);
  const href = archived ? `#${archived[1]}/${archived[2]}.${archived[3]}` : unescaped(target);
  const outside = archived ? {} : { target: "_blank", rel: "noreferrer" };
  return h("a", { href, ...outside }, unescaped(label || target.replace(/^(mailto|tel):/, "")));
}

function split(markup) {
  const at = markup.indexOf("|");
  return at < 0 ? [markup, ""] : [markup.slice(0, at), markup.slice(at + 1)];
}

function date(target, fallback) {
  const [, seconds, format] = target.split("^");
  const when = new Date(Number(seconds) * 1000);
  if (Number.isNaN(when.getTime())) return unescaped(fallback);
  const show = (options) => when.toLocaleString("en-US", options);
  const day = { month: "short", day: "numeric", year: "numeric" };
  const words = format.replace(/\{(\w+)\}/g, (token, name) => {
    if (name.startsWith("time")) return show({ timeStyle: "short" });
    if (name.endsWith("pretty")) return pretty(when) ?? show(day);
    return name.startsWith("date") ? show(day) : token;
  });
  return h("time", { datetime: when.toISOString(), title: when.toLocaleString() }, words);
}

function pretty(when) {
  const midnight = (day) => new Date(day).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(when) - midnight(Date.now())) / 86_400_000);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
}

function unescaped(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

// Slack's rich text, as elements: nothing in its text is markup, so nothing in it comes alive.

import { date } from "./dates.js";
import { h } from "./dom.js";
import { addressOf } from "./mrkdwn.js";
import { unbroken } from "./numbers.js";

export function richText(elements, store) {
  return elements.map((element) => PARTS[element.type]?.(element, store) ?? null);
}

const PARTS = {
  rich_text_section: (part, store) => h("div", {}, inline(part, store)),
  rich_text_quote: (part, store) => h("blockquote", {}, inline(part, store)),
  rich_text_preformatted: (part, store) => h("pre", {}, inline(part, store)),
  rich_text_list: (part, store) =>
    h(
      part.style === "ordered" ? "ol" : "ul",
      { class: `indent-${part.indent ?? 0}`, start: part.offset ? part.offset + 1 : null },
      part.elements.map((item) => h("li", {}, inline(item, store))),
    ),
};

const INLINE = {
  text: (part) => lines(part.text),
  link: (part) => h("a", addressOf(part.url), part.text ?? part.url),
  user: (part, store) =>
    h("span", { class: part.user_id === store.user ? "mention own" : "mention" }, `@${store.name(part.user_id)}`),
  channel: (part, store) =>
    h("a", { class: "mention", href: `#${part.channel_id}` }, `#${store.channelName(part.channel_id)}`),
  broadcast: (part) => h("span", { class: "mention own" }, `@${part.range}`),
  emoji: (part) => (part.unicode ? String.fromCodePoint(...part.unicode.split("-").map((one) => parseInt(one, 16))) : `:${part.name}:`),
  date: (part) => date(part.timestamp, part.format) ?? part.fallback ?? "",
};

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

function inline(part, store) {
  return part.elements.map((one) => {
    const content = INLINE[one.type]?.(one, store) ?? `(${one.type} is not shown here)`;
    const styles = Object.keys(STYLES).filter((name) => one.style?.[name]);
    return styles.reduce((inner, name) => h(STYLES[name], {}, inner), content);
  });
}

function lines(text) {
  return text.split("\n").flatMap((line, at) => [at ? h("br") : null, ...unbroken(line)]);
}

// Slack's date format, in the zone of whoever reads: `<!date^SECONDS^{date_short} at {time}|…>`.

import { now } from "./clock.js";
import { h } from "./dom.js";

const TOKENS = {
  date_num: (when) => [when.getFullYear(), two(when.getMonth() + 1), two(when.getDate())].join("-"),
  date_slash: (when) => [two(when.getMonth() + 1), two(when.getDate()), when.getFullYear()].join("/"),
  date: (when) => `${shown(when, { month: "long" })} ${ordinal(when.getDate())}, ${when.getFullYear()}`,
  date_short: (when) => shown(when, { month: "short", day: "numeric", year: "numeric" }),
  date_long: (when) => `${shown(when, { weekday: "long" })}, ${TOKENS.date(when)}`,
  time: (when) => shown(when, { timeStyle: "short" }),
  time_secs: (when) => shown(when, { timeStyle: "medium" }),
};
for (const name of ["date", "date_short", "date_long"]) {
  TOKENS[`${name}_pretty`] = (when) => relative(when) ?? TOKENS[name](when);
}

// The element for a date, or null for what is none.
export function date(seconds, format) {
  const when = new Date(Number(seconds) * 1000);
  if (!seconds || Number.isNaN(when.getTime())) return null;
  const words = format.replace(/\{(\w+)\}/g, (token, name) => TOKENS[name]?.(when) ?? token);
  const full = when.toLocaleString("en-US", { dateStyle: "full", timeStyle: "long" });
  return h("time", { datetime: when.toISOString(), title: full }, words);
}

function shown(when, options) {
  return when.toLocaleString("en-US", options);
}

function relative(when) {
  const midnight = (day) => new Date(day).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(when) - midnight(now())) / 86_400_000);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
}

function ordinal(day) {
  const ends = { 1: "st", 2: "nd", 3: "rd" };
  return day + ((day > 10 && day < 14 ? null : ends[day % 10]) ?? "th");
}

function two(number) {
  return String(number).padStart(2, "0");
}

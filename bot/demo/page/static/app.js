// The demo's page: who looks at which channel and thread, and which parts are rendered again when.

import { Composer } from "./composer.js";
import { focusIn, h, icon, refocus } from "./dom.js";
import { Home } from "./home.js";
import { Hood } from "./hood.js";
import { channelMessages, showMessages, threadMessages } from "./messages.js";
import { Modal } from "./modal.js";
import { FirstMinute } from "./first_minute.js";
import { PhonePanel } from "./phone.js";
import { showSidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { addToSlack } from "./workspaces.js";

const PANES = { channels: "Channels", chat: "Chat", thread: "Thread", phone: "Phone", hood: "Requests" };
// As in the style sheet: where one pane shows at a time.
const NARROW = 820;
const $ = (id) => document.getElementById(id);

class Page {
  constructor() {
    const asked = new URLSearchParams(location.search);
    this.store = new Store(asked.get("as") ?? "U0ADA", asked.get("team"));
    this.channel = null;
    this.thread = null;
    this.tab = "messages";
    this.typed = new Map();
    this.home = new Home($("home"), this.store);
    this.modal = new Modal(this.store);
    this.phone = new PhonePanel($("phone"), this.store, (text) => this.fill(text));
    this.firstMinute = new FirstMinute(this.store, () => this.composer.input.focus());
    this.hood = new Hood($("hood"), this.store, () => this.toggleHood(), (text) => this.fill(text));
    this.store.addEventListener("change", (event) => this.update(event.detail.first));
    this.store.addEventListener("offline", (event) => ($("offline").hidden = !event.detail));
    addEventListener("hashchange", () => this.follow());
    addEventListener("keydown", (event) => this.keyed(event));
    this.showPanes();
  }

  // Go where the address says: #CHANNEL, #CHANNEL/home, #CHANNEL/TS-OF-A-THREAD, or
  // #CHANNEL/TS/jump for a link to a message, which is shown where it stands.
  follow() {
    const [channel, ts, jump] = location.hash.slice(1).split("/");
    const fallback = this.store.get("channel:C0GENERAL") ?? this.store.all("channel")[0];
    this.channel = this.store.get(`channel:${channel}`) ? channel : fallback.id;
    const message = ts ? this.store.get(`message:${ts}`) : null;
    const alone = jump && message && !message.thread_ts && !message.replies;
    this.thread = message && !alone ? (message.thread_ts ?? message.ts) : null;
    this.openTab(ts === "home" && this.hasHome() ? "home" : "messages");
    if (jump) this.pane(this.thread ? "thread" : "chat");
    this.showFrame();
    this.show(true);
    if (jump && message) this.point(message);
  }

  // Show a message to which a link led.
  point(message) {
    const inThread = this.thread && (message.thread_ts || innerWidth <= NARROW);
    const element = $(inThread ? "replies" : "messages").querySelector(`[data-ts="${message.ts}"]`);
    if (!element) return;
    element.scrollIntoView({ block: "center" });
    element.classList.add("pointed");
    element.addEventListener("animationend", () => element.classList.remove("pointed"), { once: true });
  }

  // The conversation with the bot has a Home tab, if the app's manifest says so.
  hasHome() {
    const { kind, other } = this.store.get(`channel:${this.channel}`);
    const { app_home: home } = this.store.get("app:features") ?? {};
    return Boolean(this.store.isInstalled && kind === "direct" && this.store.get(`person:${other}`)?.bot && home?.home_tab_enabled);
  }

  isDirect() {
    return this.store.get(`channel:${this.channel}`).kind === "direct";
  }

  openTab(tab) {
    const key = this.hasHome() ? `${this.channel} ${tab}` : null;
    if (key && key !== this.told) this.store.act("open_tab", { tab });
    this.told = key;
    this.tab = tab;
  }

  // A demo that was started again knows nothing of a thread that was open.
  update(isFirst) {
    if (isFirst) this.modal.returned();
    const isGone = this.thread && !this.store.get(`message:${this.thread}`);
    if (this.channel === null || !this.store.get(`channel:${this.channel}`)) this.follow();
    else if (isGone) this.go(this.channel);
    else this.show(false);
  }

  show(toEnd) {
    const { store } = this;
    const openThread = (ts) => this.go(this.channel, ts);
    this.home.update();
    const messages = channelMessages(store, this.channel);
    showMessages($("messages"), messages, store, { openThread, toEnd, intro: this.intro() });
    if (this.thread) {
      const replies = threadMessages(store, this.channel, this.thread);
      showMessages($("replies"), replies, store, { openThread, inThread: true, toEnd });
    }
    this.showSidebar();
    this.phone.update();
    this.showBadge();
    const first = this.firstMinute.threadToOpen(this.channel, messages);
    const atEase = !this.thread && this.tab === "messages" && !this.composer.input.value;
    if (first && atEase && (innerWidth > NARROW || this.firstMinute.pressed)) this.go(this.channel, first);
    this.hood.update();
    this.modal.update();
  }

  intro() {
    const title = this.title();
    const words = {
      public:
        "Type /call, a number and what the call is for: “On the phone” lists numbers to try. " +
        "Or mention @Ringback, or choose “Call about this” in the menu of a message.",
      private: "Ringback is not in this channel: what you ask here comes as a direct message.",
      direct: "What is said here stays between you.",
      bot: "Type /call here too. What Ringback can’t post elsewhere comes here. Home lists your calls.",
      archived: "This channel is archived: what you ask here comes as a direct message.",
      absent: "Ringback isn’t in this workspace. Once it is, it asks for the CallCow key that “Under the hood” shows.",
    }[this.place()];
    const card = this.place() === "public" && !this.firstMinute.isOver ? this.firstMinute : null;
    return {
      key: "intro",
      content: `${title} ${words} ${Boolean(card)}`,
      create: () =>
        h(
          "div",
          { class: "intro" },
          h("h3", {}, title),
          h("p", { class: "hint" }, words),
          card ? card.element(this.channel) : null,
          this.place() === "absent" ? addToSlack(this.store.workspace.install_url, "primary") : null,
        ),
    };
  }

  place() {
    if (!this.store.isInstalled) return "absent";
    const { kind, other, archived, has_bot } = this.store.get(`channel:${this.channel}`);
    if (archived) return "archived";
    if (kind === "private" && has_bot) return "public";
    return this.store.get(`person:${other}`)?.bot ? "bot" : kind;
  }

  title() {
    const name = this.store.channelName(this.channel);
    return this.store.get(`channel:${this.channel}`).kind === "direct" ? name : `#${name}`;
  }

  showFrame() {
    const { store, channel } = this;
    const title = this.title();
    document.title = `${title} · Ringback demo`;
    $("chat-header").replaceChildren(
      h("h2", {}, title),
      this.tabs(),
      h(
        "button",
        { type: "button", class: "header-button", "aria-expanded": String(!$("hood").hidden), onclick: () => this.toggleHood() },
        icon("code"),
        "Under the hood",
      ),
    );
    const atHome = this.tab === "home";
    $("home").hidden = !atHome;
    $("messages").hidden = $("chat-composer").hidden = atHome;
    this.composer = new Composer(store, { channel, label: `Message ${title}`, kept: this.typed });
    $("chat-composer").replaceChildren(this.composer.element);
    // The keyboard goes where a person will type next.
    const place = atHome ? $("home") : this.composer.input;
    if (!this.thread && !this.modal.dialog.open) place.focus({ preventScroll: true });
    $("thread").hidden = !this.thread;
    if (!this.thread && document.body.dataset.pane === "thread") document.body.dataset.pane = "chat";
    this.showPanes();
    document.body.classList.toggle("has-thread", Boolean(this.thread));
    if (!this.thread) return;
    $("thread-header").replaceChildren(
      h("h2", {}, "Thread", h("span", { class: "hint" }, ` ${title}`)),
      h("button", { class: "close", type: "button", "aria-label": "Close the thread", onclick: () => this.go(channel) }, "✕"),
    );
    const reply = new Composer(store, { channel, threadTs: this.thread, label: "Reply…", kept: this.typed });
    $("thread-composer").replaceChildren(reply.element);
    if (!this.modal.dialog.open) reply.input.focus({ preventScroll: true });
  }

  tabs() {
    if (!this.hasHome()) return "";
    const tab = (name, label, hash) =>
      h("a", { class: "tab", href: hash, "aria-current": this.tab === name ? "page" : null }, label);
    return h(
      "nav",
      { class: "tabs", "aria-label": "Tabs" },
      tab("home", "Home", `#${this.channel}/home`),
      tab("messages", "Messages", `#${this.channel}`),
    );
  }

  showSidebar() {
    const latest = new Map();
    for (const message of this.store.all("message")) {
      const known = latest.get(message.channel) ?? "";
      if (message.ts > known && message.user !== this.store.user) latest.set(message.channel, message.ts);
    }
    this.read ??= new Map(latest);
    this.read.set(this.channel, latest.get(this.channel));
    const unread = new Set([...latest].filter(([id, ts]) => ts > (this.read.get(id) ?? "")).map(([id]) => id));
    const state = JSON.stringify([this.store.all("channel"), this.store.all("person"), this.channel, [...unread]]);
    if (state === this.sidebarState) return;
    this.sidebarState = state;
    const focused = focusIn($("sidebar"));
    showSidebar($("sidebar"), this.store, {
      current: this.channel,
      unread,
      choose: (id) => this.go(id),
      actAs: (id) => location.assign(this.store.address({ user: id, hash: this.isDirect() ? "" : this.channel })),
    });
    if (focused) refocus($("sidebar"), focused);
  }

  go(channel, ts = null) {
    this.pane(ts ? "thread" : "chat");
    const hash = ts ? `#${channel}/${ts}` : `#${channel}`;
    if (location.hash === hash) this.follow();
    else location.hash = hash;
  }

  fill(text) {
    this.pane("chat");
    this.composer.fill(text);
  }

  toggleHood() {
    $("hood").hidden = !$("hood").hidden;
    const { hidden } = $("hood");
    if (hidden && document.body.dataset.pane === "hood") this.pane("chat");
    this.hood.update();
    const button = $("chat-header").querySelector(".header-button");
    button.setAttribute("aria-expanded", String(!hidden));
    // The keyboard goes into what opens, and back to what opened it.
    (hidden ? button : $("hood").querySelector(".close")).focus();
  }

  // On a narrow screen one pane shows at a time.
  pane(name) {
    document.body.dataset.pane = name;
    if (name === "hood") $("hood").hidden = false;
    this.hood.update();
    this.showPanes();
  }

  // On a narrow screen, how many calls are under way stands beside the pane that shows them.
  showBadge() {
    if (this.phone.active === this.badge) return;
    this.badge = this.phone.active;
    this.showPanes();
  }

  showPanes() {
    const buttons = Object.entries(PANES).map(([name, label]) =>
      h(
        "button",
        {
          type: "button",
          "data-key": name,
          "aria-current": document.body.dataset.pane === name ? "page" : null,
          disabled: name === "thread" && !this.thread,
          onclick: () => this.pane(name),
        },
        label,
        name === "phone" && this.badge ? h("span", { class: "badge", "aria-label": `${this.badge} under way` }, this.badge) : null,
      ),
    );
    const focused = focusIn($("panes"));
    $("panes").replaceChildren(...buttons);
    if (focused) refocus($("panes"), focused);
  }

  keyed(event) {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open], :popover-open")) return;
    if (!$("hood").hidden) this.toggleHood();
    else if (this.thread) this.go(this.channel);
  }
}

new Page();

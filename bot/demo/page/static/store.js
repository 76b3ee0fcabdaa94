// What this person sees: items from the server, kept current over a WebSocket.

import { setAhead } from "./clock.js";

const RECONNECT_MS = 500;
const RECONNECT_MOST_MS = 4000;

export class Store extends EventTarget {
  // Without a team, what the first workspace shows.
  constructor(user, team) {
    super();
    this.user = user;
    this.team = team;
    this.items = new Map();
    this.hasAsked = false;
    this.wait = RECONNECT_MS;
    this.connect();
    addEventListener("pagehide", () => this.leave());
    // A page that the browser had put away and shows again goes on.
    addEventListener("pageshow", (event) => event.persisted && this.connect());
  }

  connect() {
    this.left = false;
    this.socket = new WebSocket(`ws://${location.host}/updates?${this.who({})}`);
    this.socket.onmessage = (event) => this.take(JSON.parse(event.data));
    this.socket.onopen = () => {
      this.wait = RECONNECT_MS;
      this.emit("offline", false);
    };
    this.socket.onclose = () => {
      if (this.left) return;
      this.emit("offline", true);
      setTimeout(() => this.connect(), this.wait);
      this.wait = Math.min(this.wait * 2, RECONNECT_MOST_MS);
    };
  }

  leave() {
    this.left = true;
    this.socket.close();
  }

  take(update) {
    if (update.first) this.items.clear();
    for (const key of update.gone) this.items.delete(key);
    for (const [key, item] of Object.entries(update.set)) this.items.set(key, item);
    setAhead(this.get("clock:clock")?.ahead ?? 0);
    this.emit("change", update);
  }

  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  get(key) {
    return this.items.get(key);
  }

  all(kind) {
    return [...this.items].filter(([key]) => key.startsWith(`${kind}:`)).map(([, item]) => item);
  }

  // The app's shortcuts of that type, as its manifest names them.
  shortcuts(type) {
    const all = this.get("app:features")?.shortcuts ?? [];
    return all.filter((shortcut) => shortcut.type === type);
  }

  name(user) {
    return user === "slack" ? "Slack" : (this.get(`person:${user}`)?.name ?? user);
  }

  channelName(id) {
    const channel = this.get(`channel:${id}`);
    if (!channel) return "private channel";
    return channel.kind === "direct" ? this.name(channel.other) : channel.name;
  }

  // The workspace that is shown, where there are several.
  get workspace() {
    return this.all("workspace").find((one) => one.shown) ?? null;
  }

  get isInstalled() {
    return this.workspace?.installed ?? true;
  }

  // Where the page shows what somebody sees in a workspace.
  address({ user = this.user, team = this.team, hash = "" }) {
    return `/?${this.who({ user, team }, "as")}#${hash}`;
  }

  who({ user = this.user, team = this.team }, name = "user") {
    return new URLSearchParams({ [name]: user, ...(team ? { team } : {}) });
  }

  act(act, details = {}) {
    this.hasAsked ||= act === "write" || act === "submit";
    return this.post("/acts", { act, user: this.user, team: this.team, ...details });
  }

  async post(path, what) {
    const headers = { "Content-Type": "application/json" };
    try {
      const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(what) });
      if (!response.ok) console.warn((await response.json()).problem);
      return response.ok;
    } catch {
      // The server is away: whoever asked keeps what was typed.
      this.emit("offline", true);
      return false;
    }
  }
}

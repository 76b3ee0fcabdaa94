// What this person sees: items from the server, kept current by server-sent events.

export class Store extends EventTarget {
  constructor(user) {
    super();
    this.user = user;
    this.items = new Map();
    this.source = new EventSource(`/updates?user=${encodeURIComponent(user)}`);
    this.source.onmessage = (event) => this.take(JSON.parse(event.data));
    this.source.onerror = () => this.tell("offline", true);
    this.source.onopen = () => this.tell("offline", false);
    addEventListener("pagehide", () => this.source.close());
  }

  take(update) {
    if (update.first) this.items.clear();
    for (const key of update.gone) this.items.delete(key);
    for (const [key, item] of Object.entries(update.set)) this.items.set(key, item);
    this.tell("change", update);
  }

  tell(name, detail) {
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

  async act(act, details = {}) {
    const body = JSON.stringify({ act, user: this.user, ...details });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch("/acts", { method: "POST", headers, body });
    if (!response.ok) console.warn((await response.json()).problem);
    return response.ok;
  }
}

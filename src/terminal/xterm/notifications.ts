/**
 * Desktop notifications: OSC 9 (iTerm2), OSC 777 (rxvt) and OSC 99, which comes in parts
 * (https://sw.kovidgoyal.net/kitty/desktop-notifications/).
 */
import type { TerminalEffect, Urgency } from "../effects.ts";
import { cleanText } from "./strings.ts";

const MOST_TITLE = 256;
const MOST_BODY = 2048;
/** Notifications of which not all parts are there yet. */
const MOST_PENDING = 8;
const URGENCIES: readonly Urgency[] = ["low", "normal", "critical"];
/** What an OSC 99 query is told that we understand. */
const SUPPORTED = "p=title,body,?,close:u=0,1,2";

/** A notification that is being put together. */
export interface PendingNotification {
  title: string;
  body: string;
  urgency: number;
}

/** What one OSC string amounts to. */
export interface NotificationResult {
  effect?: TerminalEffect;
  /** OSC string to answer with, without introducer and end. */
  reply?: string;
}

export function notification(id: string, title: string, body: string, urgency: Urgency): TerminalEffect {
  return { kind: "notification", id, title: cleanText(title, MOST_TITLE), body: cleanText(body, MOST_BODY), urgency };
}

/** OSC 777: `notify;title;body`. */
export function parseOsc777(payload: string): TerminalEffect | undefined {
  const [command, title = "", ...body] = payload.split(";");
  if (command !== "notify") return undefined;
  return notification("", title, body.join(";"), "normal");
}

/** Collects the parts of OSC 99 notifications. */
export class NotificationParts {
  readonly pending = new Map<string, PendingNotification>();

  /** OSC 99: `key=value:...;payload`. */
  handle(text: string): NotificationResult {
    const split = text.indexOf(";");
    if (split < 0) return {};
    const keys = new Map(text.slice(0, split).split(":").map((pair) => [pair.slice(0, 1), pair.slice(2)] as const));
    const id = (keys.get("i") ?? "").replace(/[^a-zA-Z0-9_\-+.]/g, "").slice(0, 64);
    const kind = keys.get("p") || "title";
    if (kind === "?") return { reply: `99;i=${id || "0"}:p=?;${SUPPORTED}` };
    if (kind === "close") return { effect: { kind: "notificationClosed", id } };
    if (kind !== "title" && kind !== "body") return {};
    const raw = text.slice(split + 1);
    const payload = keys.get("e") === "1" ? Buffer.from(raw, "base64").toString("utf8") : raw;
    const whole = this.pending.get(id) ?? { title: "", body: "", urgency: 1 };
    whole[kind] = (whole[kind] + payload).slice(0, kind === "title" ? MOST_TITLE : MOST_BODY);
    if (/^[012]$/.test(keys.get("u") ?? "")) whole.urgency = Number(keys.get("u"));
    this.pending.delete(id);
    if (keys.get("d") === "0") {
      this.hold(id, whole);
      return {};
    }
    return { effect: notification(id, whole.title, whole.body, URGENCIES[whole.urgency]!) };
  }

  private hold(id: string, whole: PendingNotification): void {
    if (this.pending.size >= MOST_PENDING) this.pending.delete(this.pending.keys().next().value!);
    this.pending.set(id, whole);
  }

  reset(): void {
    this.pending.clear();
  }
}

/** What sessions each server has, as far as this client was told: asked anew when a server says that they changed. */
import type { Clock, Timer } from "../../base/clock.ts";
import type { SessionInfo } from "../../commands/context.ts";
import type { ServerLink } from "../connection/server-link.ts";
import type { ServerSessions } from "../ui/session-rows.ts";
import { linkMark } from "./server-marks.ts";
import { sessionsOf } from "./session-check.ts";
import type { Servers } from "./servers.ts";

/** Least time between two questions to a server, and between two writings of what was seen. */
const REST_MS = 250;
const STORE_MS = 5000;

/** The last lists that were seen, kept between runs of the client. */
export interface SessionCache {
  load(): ReadonlyMap<string, readonly SessionInfo[]>;
  store(lists: ReadonlyMap<string, readonly SessionInfo[]>): void;
}

export class SessionLists {
  private readonly lists = new Map<string, readonly SessionInfo[]>();
  /** Servers whose list was asked for, and whether to ask again after the answer. */
  private readonly asking = new Map<ServerLink, boolean>();

  private readonly askedAt = new Map<ServerLink, number>();
  private readonly timers = new Map<ServerLink, Timer>();
  private storedAt = -Infinity;
  private unstored = false;

  constructor(
    private readonly servers: Servers, private readonly clock: Clock, private readonly changed: () => void, private readonly cache?: SessionCache,
  ) {
    for (const [name, sessions] of cache?.load() ?? []) this.lists.set(name, sessions);
  }

  /** Every server with its state and the sessions known of it. */
  all(): ServerSessions[] {
    return [...this.servers.all()].map((link) => {
      const { name, state, error } = link;
      const twin = this.servers.twinOf(link)?.name;
      return {
        server: name, sessions: twin === undefined ? (this.lists.get(name) ?? []) : [], mark: linkMark(state), state,
        roundTrip: link.connected ? link.roundTrip : undefined,
        reason: twin !== undefined ? `the same server as ${twin}` : error && (error.hint ? `${error.message} (${error.hint})` : error.message),
      };
    });
  }

  /** A server was removed. */
  forget(link: ServerLink): void {
    this.lists.delete(link.name);
    this.askedAt.delete(link);
    this.timers.get(link)?.cancel();
    this.timers.delete(link);
    this.changed();
  }

  /** Waits for the list of the server in front. @throws FugueError if it can't be had */
  async load(): Promise<void> {
    const { front } = this.servers;
    const { result } = await front.command("ls", {});
    this.lists.set(front.name, sessionsOf(result));
  }

  /** Servers that the configuration has no more are forgotten. */
  private keepOnlyKnown(): void {
    if (!this.servers.several) return;
    const names = new Set(this.servers.names());
    for (const name of this.lists.keys()) if (!names.has(name)) this.lists.delete(name);
  }

  /** Asks a server, or all that are connected; one that changes all the time is asked now and then. */
  refresh(link?: ServerLink): void {
    for (const one of link ? [link] : this.servers.all()) {
      if (!one.connected || this.timers.has(one)) continue;
      const wait = (this.askedAt.get(one) ?? -Infinity) + REST_MS - this.clock.now();
      if (wait <= 0) void this.ask(one);
      else this.timers.set(one, this.clock.after(wait, () => void (this.timers.delete(one) && this.ask(one))));
    }
  }

  private store(): void {
    this.unstored = true;
    if (this.clock.now() - this.storedAt >= STORE_MS) this.flush();
  }

  /** Writes down what has changed since the last time. */
  private flush(): void {
    if (!this.unstored) return;
    this.unstored = false;
    this.storedAt = this.clock.now();
    this.cache?.store(this.lists);
  }

  dispose(): void {
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
    this.flush();
  }

  private async ask(link: ServerLink): Promise<void> {
    if (this.asking.has(link)) return void this.asking.set(link, true);
    this.asking.set(link, false);
    this.askedAt.set(link, this.clock.now());
    try {
      const { result } = await link.command("ls", {});
      this.lists.set(link.name, sessionsOf(result));
      this.keepOnlyKnown();
      this.store();
      this.changed();
    } catch {
      // its state says why there is no answer
    } finally {
      const again = this.asking.get(link);
      this.asking.delete(link);
      if (again) this.refresh(link);
    }
  }
}

/** What sessions each server has, as far as this client was told: asked anew when a server says that they changed. */
import type { SessionInfo } from "../../commands/context.ts";
import type { ServerLink } from "../connection/server-link.ts";
import type { ServerSessions } from "../ui/session-rows.ts";
import { linkMark } from "./server-marks.ts";
import { sessionsOf } from "./session-check.ts";
import type { Servers } from "./servers.ts";

/** The last lists that were seen, kept between runs of the client. */
export interface SessionCache {
  load(): ReadonlyMap<string, readonly SessionInfo[]>;
  store(lists: ReadonlyMap<string, readonly SessionInfo[]>): void;
}

export class SessionLists {
  private readonly lists = new Map<string, readonly SessionInfo[]>();
  /** Servers whose list was asked for, and whether to ask again after the answer. */
  private readonly asking = new Map<ServerLink, boolean>();

  constructor(private readonly servers: Servers, private readonly changed: () => void, private readonly cache?: SessionCache) {
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

  /** Asks a server, or all that are connected. */
  refresh(link?: ServerLink): void {
    for (const one of link ? [link] : this.servers.all()) if (one.connected) void this.ask(one);
  }

  private async ask(link: ServerLink): Promise<void> {
    if (this.asking.has(link)) return void this.asking.set(link, true);
    this.asking.set(link, false);
    try {
      const { result } = await link.command("ls", {});
      this.lists.set(link.name, sessionsOf(result));
      this.keepOnlyKnown();
      this.cache?.store(this.lists);
      this.changed();
    } catch {
      // its state says why there is no answer
    } finally {
      const again = this.asking.get(link);
      this.asking.delete(link);
      if (again) void this.ask(link);
    }
  }
}

/**
 * Carries messages between servers: whoever is connected to both, as this process is, takes them out of the outbox of one
 * and puts them into the inboxes of the other. Each server takes a message once and in order, so several relays, cuts and
 * kills do no harm: what was not settled is carried again.
 */
import type { Clock } from "../base/clock.ts";
import { sleep } from "../base/clock.ts";
import { asFugueError, type ErrorCode } from "../base/errors.ts";
import type { CallOptions, ServerCalls } from "./server-calls.ts";

/** How long one question for an outbox waits at the server. */
const WATCH_MS = 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
const DELIVER_PATIENCE_MS = 15_000;
/** Messages of other agents are left to their own relay for this long. */
const GRACE_MS = 500;
/** Messages first seen that are remembered for that. */
const MOST_SEEN = 5000;

/** Errors that no repetition mends: the message goes back to its sender. */
const LASTING: ReadonlySet<ErrorCode> = new Set(["noTarget", "tooLarge", "usage", "refused", "version"]);

interface Waiting {
  id: string;
  server: string;
  seq: number;
  message: unknown;
}

/** What became of a message. */
export interface Carried {
  readonly state: "delivered" | "undeliverable";
  readonly recipients: number;
  readonly reason?: string;
}

export class Relay {
  /** The same calls; every server that answers is watched from then on. */
  readonly calls: ServerCalls;
  private readonly watched = new Set<string>();
  /** Watches that wait for their server to come back: called when it answers. */
  private readonly away = new Map<string, () => void>();
  private readonly identities = new Map<string, string>();
  private readonly mine = new Map<string, (carried: Carried) => void>();
  private readonly seen = new Map<string, number>();
  private readonly ending = new AbortController();

  constructor(private readonly servers: ServerCalls, private readonly clock: Clock) {
    this.calls = {
      servers: () => servers.servers(), own: servers.own, connected: () => servers.connected(),
      call: async (server, command, args, options) => {
        const result = await servers.call(server, command, args, options);
        this.watch(server ?? servers.own);
        return result;
      },
    };
  }

  /** Resolves with what became of a message that is about to be sent, or undefined after a while. */
  async carried(id: string, patienceMs: number, send: () => Promise<void>): Promise<Carried | undefined> {
    const done = new Promise<Carried>((resolve) => this.mine.set(id, resolve));
    try {
      await send();
      return await Promise.race([done, sleep(this.clock, patienceMs).then(() => undefined)]);
    } finally {
      this.mine.delete(id);
    }
  }

  private watch(server: string): void {
    this.away.get(server)?.();
    if (this.watched.has(server) || this.ending.signal.aborted) return;
    this.watched.add(server);
    void this.watchOutbox(server);
  }

  /** While its connection is being made again it is left alone: a server that was stopped is not looked for. */
  private async watchOutbox(server: string): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!this.ending.signal.aborted) {
      const there = this.servers.connected().includes(server);
      let moved = false;
      try {
        if (there) moved = await this.carry(server, await this.outbox(server));
      } catch {
        // it is asked again: what was not settled is still there
      }
      pause = moved ? FIRST_PAUSE_MS : Math.min(pause * 2, LONGEST_PAUSE_MS);
      if (!moved && (await this.rest(pause, there ? undefined : server))) pause = FIRST_PAUSE_MS;
    }
  }

  /**
   * Sleeps, or ends with the relay. @param away a server whose first answer ends the sleep as well
   * @returns whether it did
   */
  private async rest(ms: number, away: string | undefined): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = this.clock.after(ms, () => resolve(false));
    const end = () => resolve(false);
    this.ending.signal.addEventListener("abort", end);
    if (away !== undefined) this.away.set(away, () => resolve(true));
    const came = await promise;
    timer.cancel();
    this.ending.signal.removeEventListener("abort", end);
    if (away !== undefined) this.away.delete(away);
    return came;
  }

  private async outbox(server: string): Promise<Waiting[]> {
    const { messages } = await this.ask<{ messages: Waiting[] }>(server, "msg outbox", { wait: WATCH_MS }, {});
    return messages;
  }

  private async ask<T>(server: string, command: string, args: Record<string, unknown>, options: CallOptions): Promise<T> {
    const result = await this.servers.call(server, command, args, { ...options, signal: this.ending.signal });
    this.watch(server);
    return result as T;
  }

  /** @returns whether all of them were settled */
  private async carry(from: string, messages: readonly Waiting[]): Promise<boolean> {
    const streams = Map.groupBy(messages, ({ server }) => server);
    const moved = await Promise.all([...streams].map(([to, stream]) => this.carryStream(from, to, stream)));
    return moved.every(Boolean);
  }

  private async carryStream(from: string, to: string, stream: readonly Waiting[]): Promise<boolean> {
    const server = await this.nameOf(from, to);
    if (server === undefined) return false;
    const delivered: string[] = [];
    let whole = true;
    for (const waiting of stream) {
      if (this.isOthers(waiting.id)) await sleep(this.clock, GRACE_MS);
      const carried = await this.deliver(server, waiting);
      if (!carried) {
        whole = false;
        break;
      }
      if (carried.state === "delivered") delivered.push(waiting.id);
      else await this.ask(from, "msg settle", { ids: [waiting.id], failed: carried.reason }, {});
      this.mine.get(waiting.id)?.(carried);
    }
    if (delivered.length > 0) await this.ask(from, "msg settle", { ids: delivered }, {});
    return whole;
  }

  /** Whether another agent sent this, and just now. */
  private isOthers(id: string): boolean {
    if (this.mine.has(id)) return false;
    const first = this.seen.get(id);
    if (first === undefined) {
      this.seen.set(id, this.clock.now());
      if (this.seen.size > MOST_SEEN) this.seen.delete(this.seen.keys().next().value!);
    }
    return first === undefined;
  }

  /** @returns undefined if the other server can't be reached now */
  private async deliver(server: string, { message }: Waiting): Promise<Carried | undefined> {
    try {
      const { messages: [posted] } = await this.ask<{ messages: { recipients: number }[] }>(
        server, "msg deliver", { message: JSON.stringify(message) }, { timeout: DELIVER_PATIENCE_MS },
      );
      return { state: "delivered", recipients: posted?.recipients ?? 0 };
    } catch (thrown) {
      const error = asFugueError(thrown);
      return LASTING.has(error.code) ? { state: "undeliverable", recipients: 0, reason: error.message } : undefined;
    }
  }

  /**
   * The name of the server that an outbox means. Names in an outbox are those of the machine it is on, so only those of
   * our own are used; identities are looked up among the servers that we are connected to anyhow.
   */
  private async nameOf(from: string, to: string): Promise<string | undefined> {
    if (!to.startsWith("@")) return from === this.servers.own ? to : undefined;
    for (const server of this.servers.connected()) {
      if ((await this.identityOf(server)) === to.slice(1)) return server;
    }
    return undefined;
  }

  private async identityOf(server: string): Promise<string | undefined> {
    const known = this.identities.get(server);
    if (known !== undefined) return known;
    try {
      const { me: [me] } = await this.ask<{ me: { serverId: string }[] }>(server, "whoami", {}, { timeout: DELIVER_PATIENCE_MS });
      this.identities.set(server, me!.serverId);
      return me!.serverId;
    } catch {
      return undefined;
    }
  }

  /** Time passes. */
  pause(ms: number): Promise<void> {
    return sleep(this.clock, ms);
  }

  /** Ends every watch. */
  stop(): void {
    this.ending.abort();
  }
}

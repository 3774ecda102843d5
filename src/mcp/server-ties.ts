/**
 * The MCP server's ties to daemons: one to each server, made when it is first needed. A tie that breaks is made again, and
 * what was asked meanwhile is asked again with its number, so an agent notices a cut only by the time that it takes. A
 * server that stays away is an error of the calls that want it.
 */
import type { Clock, Timer } from "../base/clock.ts";
import { asFugueError, FugueError } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import type { ClientIdentity } from "../client/connection/greeting.ts";
import { ServerLink } from "../client/connection/server-link.ts";
import type { ClientHello } from "../protocol/messages.ts";
import type { Dialer } from "../transport/dialer.ts";
import type { CallOptions, ServerCalls } from "./server-calls.ts";

/** Calls wait so long for a server to come back that was there before. */
const AWAY_MS = 30_000;
/** Lists, and whoever else gives a time, wait so long for it. */
const BRIEF_AWAY_MS = 2000;

/** What `whoami` says of us. */
interface Me {
  serverId: string;
  session: number | null;
  servers: string[];
}

/** What the ties are made of. */
export interface TieParts {
  readonly clock: Clock;
  readonly random: Random;
  /** The server of the pane in which the agent runs. */
  readonly own: string;
  /** Names of the servers, the own one first. */
  names(): readonly string[];
  /** The way to a server; nobody is asked on it. @param start its daemon may be started @throws FugueError `noTarget` */
  dialer(name: string, start: boolean): Dialer;
  /** What we say of ourselves. @param origin where the agent runs, for other servers */
  identity(origin: ClientHello["origin"]): ClientIdentity;
}

/** One call's patience: ends when its caller gives up, its time is up, or its server stays away. */
class Patience {
  private readonly ending = new AbortController();
  private error: FugueError | undefined;
  private timer: Timer | undefined;
  private reject!: (error: FugueError) => void;
  private readonly over = new Promise<never>((_, reject) => (this.reject = reject));
  private readonly cancelled = () => this.end(new FugueError("interrupted", "cancelled"));

  /** @param timeout milliseconds; whoever gives one does not wait long for a server that is away */
  constructor(clock: Clock, server: string, private readonly caller: AbortSignal | undefined, private readonly timeout: number | undefined) {
    this.over.catch(() => {});
    if (timeout !== undefined) {
      this.timer = clock.after(timeout, () => this.end(new FugueError("timeout", `'${server}' does not answer`)));
    }
    if (caller?.aborted) this.cancelled();
    else caller?.addEventListener("abort", this.cancelled, { once: true });
  }

  /** Milliseconds that it waits for a server to come back. */
  get forAway(): number {
    return this.timeout === undefined ? AWAY_MS : BRIEF_AWAY_MS;
  }

  get signal(): AbortSignal {
    return this.ending.signal;
  }

  end(error: FugueError): void {
    if (this.error) return;
    this.error = error;
    this.reject(error);
    this.ending.abort();
  }

  async within<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => {});
    try {
      return await Promise.race([this.over, promise]);
    } catch (error) {
      throw this.error ?? error;
    }
  }

  done(): void {
    this.timer?.cancel();
    this.caller?.removeEventListener("abort", this.cancelled);
  }
}

/** The tie to one server. */
class Tie {
  readonly link: ServerLink;
  private start = false;
  private opening: Promise<void> | undefined;
  private readonly calls = new Set<Patience>();
  private readonly waits: Timer[] = [];
  /** When the connection broke, milliseconds of the clock; undefined: it is there, or nobody makes it again. */
  private awaySince: number | undefined;

  constructor(name: string, private readonly parts: TieParts, origin: ClientHello["origin"]) {
    const dial: Dialer = (prompter) => parts.dialer(name, this.start)(prompter);
    this.link = new ServerLink(name, dial, parts.identity(origin), parts.clock, parts.random, { stateChanged: () => this.changed() });
  }

  private changed(): void {
    const { clock } = this.parts;
    if (this.link.state === "reconnecting") {
      if (this.awaySince !== undefined) return;
      this.awaySince = clock.now();
      for (const ms of [BRIEF_AWAY_MS, AWAY_MS]) this.waits.push(clock.after(ms, () => this.stillAway()));
      return;
    }
    this.cameBack();
  }

  private cameBack(): void {
    for (const timer of this.waits.splice(0)) timer.cancel();
    this.awaySince = undefined;
  }

  private get why(): FugueError {
    return this.link.error ?? new FugueError("closed", `the connection to '${this.link.name}' is broken`, "it is being made again");
  }

  private stillAway(): void {
    for (const call of this.calls) if (this.isAway(call)) call.end(this.why);
  }

  private isAway({ forAway }: Patience): boolean {
    return this.awaySince !== undefined && this.parts.clock.now() - this.awaySince >= forAway;
  }

  /** Resolves when commands can be given, be it that they wait for a link that is being made again. @throws FugueError */
  private async ready(patience: Patience, start: boolean): Promise<void> {
    if (this.link.connected) return;
    if (this.link.state === "reconnecting" && this.opening === undefined) {
      this.link.hurry();
      if (this.isAway(patience)) throw this.why;
      return;
    }
    this.start ||= start;
    this.opening ??= this.link.retry().finally(() => {
      this.opening = undefined;
      this.start = false;
    });
    await this.opening;
  }

  async command(name: string, args: Record<string, unknown>, patience: Patience, start: boolean): Promise<unknown> {
    this.calls.add(patience);
    try {
      await patience.within(this.ready(patience, start));
      return (await patience.within(this.link.command(name, args, patience.signal))).result;
    } finally {
      this.calls.delete(patience);
    }
  }

  end(): void {
    this.cameBack();
    this.link.end();
  }
}

/** Commands for the tools of one agent. */
export class ServerTies implements ServerCalls {
  private readonly ties = new Map<string, Tie>();
  /** Where this agent runs, for other servers. */
  private origin: ClientHello["origin"];

  constructor(private readonly parts: TieParts) {}

  get own(): string {
    return this.parts.own;
  }

  connected(): readonly string[] {
    return [...this.ties].filter(([, { link }]) => link.connected).map(([name]) => name);
  }

  servers(): readonly string[] {
    return this.parts.names();
  }

  async call(
    server: string = this.own, command: string, args: Record<string, unknown>, options: CallOptions = {},
  ): Promise<unknown> {
    const patience = new Patience(this.parts.clock, server, options.signal, options.timeout);
    try {
      if (server !== this.own) await this.checkAllowed(server, patience);
      return await this.tie(server).command(command, args, patience, options.start ?? false);
    } catch (error) {
      throw asFugueError(error);
    } finally {
      patience.done();
    }
  }

  /** The own daemon decides whether its agents may use another server. @throws FugueError `refused` */
  private async checkAllowed(server: string, patience: Patience): Promise<void> {
    const { me: [me] } = (await this.tie(this.own).command("whoami", {}, patience, true)) as { me: Me[] };
    if (!me!.servers.includes(server) && !me!.servers.includes("*")) {
      throw new FugueError("refused", `agents here may not use the server '${server}'`, `its user can allow it: fugue mcp allow ${server}`);
    }
    this.origin = { server: me!.serverId, session: me!.session ?? 0 };
  }

  private tie(server: string): Tie {
    let tie = this.ties.get(server);
    if (!tie) this.ties.set(server, (tie = new Tie(server, this.parts, server === this.own ? undefined : this.origin)));
    return tie;
  }

  /** Closes every connection; what runs for us there is given up. */
  end(): void {
    for (const tie of this.ties.values()) tie.end();
    this.ties.clear();
  }
}

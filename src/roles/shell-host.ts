/** The executable as the command line sees it: this process's streams, the servers it can reach, and the TUI on demand. */
import { writeSync } from "node:fs";
import { systemClock } from "../base/clock.ts";
import { unlessAborted, within } from "../base/deadline.ts";
import { formatDuration } from "../base/duration.ts";
import { asFugueError, EXIT, FugueError, systemCode } from "../base/errors.ts";
import { isTerminal, windowSize } from "../base/libc.ts";
import { pathsFrom, type Paths } from "../base/paths.ts";
import { RELEASE } from "../base/release.ts";
import type { ProxyOptions, Tunnels } from "../commands/tunnel-context.ts";
import type { CliHost, CliLink, Selection } from "../cli/host.ts";
import { Connection } from "../client/connection/connection.ts";
import { sessionsOf } from "../client/tui/session-check.ts";
import type { FoundServer } from "../transport/discovery.ts";
import { Heartbeat } from "../client/connection/heartbeat.ts";
import { explained } from "../transport/dialer.ts";
import type { ServerAdmin } from "../commands/server-admin.ts";
import type { CallOptions, Follow, SessionInfo } from "../commands/context.ts";
import { formatTarget, parseTarget } from "../commands/target.ts";
import { callingPane, newClientId } from "./client-identity.ts";
import { dialLocal } from "./local-server.ts";
import { mayName } from "../config/config-source.ts";
import { configPath } from "../config/location.ts";
import { sessionCache } from "./session-cache.ts";
import { LOCAL, ServerBook, type ServersReader } from "./server-book.ts";
import type { ShellTunnels } from "./tunnels.ts";

const MOST_STDIN_BYTES = 16 * 1024 * 1024;

/** Writes all of a text before it returns: the process may end right after. A reader that has gone ends us, as in a pipe. */
function writeAll(fd: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if (systemCode(error) === "EPIPE") process.exit(EXIT.done);
      if (systemCode(error) !== "EAGAIN") return;
      Bun.sleepSync(1);
    }
  }
}

function listenForLife(connection: Connection): void {
  const heart = new Heartbeat(systemClock, () => {});
  heart.start(connection);
  connection.onClosed(() => heart.stop());
}

export class ShellHost implements CliHost {
  readonly cwd = process.cwd();
  readonly release = RELEASE;
  /** Asked of the descriptors: making streams of them takes milliseconds. */
  readonly isTty = isTerminal(0) && isTerminal(1);
  readonly color: boolean;

  constructor(readonly env: Record<string, string | undefined>) {
    this.color = isTerminal(1) && !env.NO_COLOR && env.TERM !== "dumb";
  }

  get terminal(): { cols: number; rows: number } | undefined {
    return isTerminal(1) ? windowSize(1) : undefined;
  }

  stdout(text: string): void {
    writeAll(1, text);
  }

  stderr(text: string): void {
    writeAll(2, text);
  }

  async stdin(): Promise<string> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of Bun.stdin.stream()) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MOST_STDIN_BYTES) throw new FugueError("tooLarge", "standard input is larger than 16 MiB");
    }
    return Buffer.concat(chunks).toString("utf8");
  }

  async ask(question: string): Promise<string | undefined> {
    this.stderr(question);
    const { readLine } = await import("../client/tty/read-line.ts");
    return readLine();
  }

  /** Reads the servers of a configuration; loaded only where there may be some. */
  loadServers: ServersReader | undefined;

  /** Loads what this command line needs before anything is asked: most people have no servers to read of. */
  async prepare(env: Record<string, string | undefined>): Promise<void> {
    if (mayName(configPath(env), "servers")) this.loadServers = (await import("../config/servers-file.ts")).loadServers;
  }

  link(selection: Selection): CliLink {
    return new ShellLink(this, selection);
  }
}

/** A connection that was begun: what is sent before it is ready leaves with the hello. */
interface Opened {
  readonly connection: Connection;
  /** @throws FugueError why the handshake came to nothing, and what to do */
  readonly ready: Promise<void>;
}

/** Connections of one command line, one to each server that it speaks to. */
export class ShellLink implements CliLink {
  readonly env: Record<string, string | undefined>;
  readonly book: ServerBook;
  private readonly connections = new Map<string, Promise<Opened>>();

  constructor(readonly host: ShellHost, private readonly selection: Selection) {
    this.env = selection.env;
    this.book = new ServerBook(selection.env, host.loadServers);
    this.book.ephemeral = selection.ephemeral;
  }

  /** Nothing but the configuration's `default = true` chose the server. */
  get byDefault(): boolean {
    const { all, servers, addr } = this.selection;
    return !all && servers.length === 0 && !addr && !this.env.FUGUE_ADDR && this.env.FUGUE_PANE === undefined && this.selected[0] !== LOCAL;
  }

  /** All servers were asked for: those that come into the configuration count as well. */
  get wantsAll(): boolean {
    return this.selection.all;
  }

  /** By `--all-servers`, `--server`, `--addr`, `FUGUE_ADDR`, the pane we run in, `default = true`, `local`: in this order. */
  get selected(): readonly string[] {
    const { all, servers, addr } = this.selection;
    if (all) return this.book.names();
    for (const name of servers) this.book.check(name);
    if (servers.length > 0) return servers;
    const url = addr ?? this.env.FUGUE_ADDR;
    if (url !== undefined && url !== "") return [this.book.nameOf(url)];
    if (this.env.FUGUE_PANE !== undefined && this.env.FUGUE_SOCKET?.startsWith("/")) return [this.book.nameOf(`unix://${this.env.FUGUE_SOCKET}`)];
    return [this.book.defaultName()];
  }

  servers(): readonly string[] {
    return this.book.names();
  }

  unknownServer(name: string, meant?: string): FugueError {
    return this.book.unknown(name, meant);
  }

  get paths(): Paths {
    return this.book.paths;
  }

  private connect(server: string, start: boolean, quiet: boolean): Promise<Opened> {
    const known = this.connections.get(server);
    if (known) return known;
    const opening = this.open(server, start, quiet);
    this.connections.set(server, opening);
    const forget = () => void (this.connections.get(server) === opening && this.connections.delete(server));
    opening.then(({ connection }) => connection.onClosed(forget), forget);
    return opening;
  }

  /** Begins to speak with a server. @param quiet nobody is asked anything, and no progress is shown */
  private async open(server: string, start: boolean, quiet: boolean): Promise<Opened> {
    // this machine's own asks nothing
    const prompter = quiet || this.book.isLocal(server) ? undefined : (await import("./prompter.ts")).terminalPrompter(this.host, this.env);
    const dialed = await this.book.dialer(server, start)(prompter).catch((error) => {
      prompter?.done();
      throw error;
    });
    const hello = { client: newClientId(), kind: "cli" as const, name: "fugue", pid: process.pid, release: RELEASE, pane: callingPane(this.env) };
    const connection = Connection.begin(dialed.duplex, hello, {}, dialed.credentials);
    const ready = connection.ready.then(() => {
      // the end of a process of this machine is told by the system; that of another machine may not be told at all
      if (this.book.addressOf(server).kind !== "unix") listenForLife(connection);
    }, (error) => {
      throw explained(error, dialed);
    }).finally(() => prompter?.done());
    ready.catch(() => {});
    return { connection, ready };
  }

  async call(command: string, args: Record<string, unknown>, options: CallOptions = {}): Promise<unknown> {
    const { server = this.selected[0]!, start = false, quiet = false, limit, signal, admit, reads = false } = options;
    this.book.check(server);
    let isGreeted = false;
    const run = async () => {
      const { connection, ready } = await this.connect(server, start, quiet);
      const send = () => connection.command(command, args, signal);
      // a question leaves with the hello and costs no round trip of its own; what changes something waits to be admitted
      const early = !admit || reads ? send() : undefined;
      early?.catch(() => {});
      await ready;
      isGreeted = true;
      if (admit && !admit(connection.welcome!.server)) return undefined;
      return (await (early ?? send())).result;
    };
    const asked = run().catch((error) => {
      if (!reads || isGreeted || asFugueError(error).code !== "closed") throw error;
      // a tunnel whose line died while nobody used it has found that out now; what only reads is asked again, over the new one
      this.connections.delete(server);
      return run();
    });
    const answer = signal ? unlessAborted(signal, asked, () => new FugueError("interrupted", "cancelled")) : asked;
    if (limit === undefined) return answer;
    const limited = within(systemClock, limit, answer, () => (
      new FugueError("timeout", `no answer within ${formatDuration(limit)}`, `alone it may take longer: fugue -s ${server} ${command}`)
    ));
    return command === "ls" && args.target === undefined ? this.remember(server, limited) : limited;
  }

  /** Lists that were asked for side by side: how many are still to come, and what came. */
  private listsToCome = 0;
  private lists: [server: string, sessions: readonly SessionInfo[]][] = [];

  /**
   * A list that was asked for with others is known from now on: `--cached` and the next terminal view show it. All are
   * written at once, with the last of them: a file for each answer would keep the others waiting.
   */
  private async remember(server: string, list: Promise<unknown>): Promise<unknown> {
    this.listsToCome++;
    try {
      const result = await list;
      this.lists.push([server, sessionsOf(result)]);
      return result;
    } finally {
      if (--this.listsToCome === 0) {
        const cache = sessionCache(this.book.paths);
        cache.store(new Map([...cache.load(), ...this.lists.splice(0)]));
      }
    }
  }

  lastKnown(): ReadonlyMap<string, readonly SessionInfo[]> {
    return sessionCache(this.book.paths).load();
  }

  async gone(server: string): Promise<void> {
    const connection = (await this.connections.get(server)?.catch(() => undefined))?.connection;
    if (connection) await new Promise<void>((resolve) => connection.onClosed(resolve));
  }

  /** @param options.servers all that the view opens; the one of the target, if it names one, is in front */
  async attach(options: { target?: string; create?: boolean; readOnly?: boolean; detachOthers?: boolean; servers?: readonly string[] }): Promise<number> {
    for (const connection of this.connections.values()) void connection.then(({ connection: open }) => open.end(), () => {});
    this.connections.clear();
    const { runTui, NotReached } = await import("./tui.ts");
    const { server, ...target } = options.target === undefined ? {} : parseTarget(options.target);
    const local = options.target === undefined ? undefined : formatTarget(target);
    try {
      const others = options.servers ?? (this.selection.all || this.selection.servers.length > 1 ? this.selected : []);
      const names = server === undefined ? (options.servers ?? this.selected) : [...new Set([server, ...others])];
      return await runTui(this, names, { ...options, target: local });
    } catch (error) {
      if (!(error instanceof NotReached)) throw error;
      if (!this.byDefault || server !== undefined || !(await this.wantsLocal(error))) throw error.reason;
      return runTui(this, [LOCAL], { create: true });
    }
  }

  /** The default server can't be reached: this machine's own is offered at once. */
  private async wantsLocal({ reason }: { reason: FugueError }): Promise<boolean> {
    this.host.stderr(`fugue: ${reason.message}${reason.hint ? ` (${reason.hint})` : ""}\n`);
    const answer = await this.host.ask(`open a session on this machine instead? [Y/n] `);
    return answer !== undefined && !/^n/i.test(answer.trim());
  }

  /** What the registry of tunnels needs is loaded by the first question. */
  readonly tunnels: Tunnels = {
    servers: async () => (await this.shellTunnels()).servers(),
    list: async () => (await this.shellTunnels()).list(),
    up: async (server) => (await this.shellTunnels()).up(server),
    stop: async (server) => (await this.shellTunnels()).stop(server),
    restart: async (server) => (await this.shellTunnels()).restart(server),
    log: async (server) => (await this.shellTunnels()).log(server),
    damaged: async () => (await this.shellTunnels()).damaged(),
  };

  private async shellTunnels(): Promise<ShellTunnels> {
    const { ShellTunnels } = await import("./tunnels.ts");
    return new ShellTunnels(this.book, this.host);
  }

  async proxy(options: ProxyOptions): Promise<number> {
    const { runProxy } = await import("./proxy.ts");
    return runProxy(pathsFrom(this.env), this.env, options);
  }

  async follow(request: Follow): Promise<number> {
    const { followServers } = await import("./event-stream.ts");
    const { terminalPrompter } = await import("./prompter.ts");
    const prompter = terminalPrompter(this.host, this.env);
    for (const name of request.servers) this.book.check(name);
    return followServers(this.book, request, prompter);
  }

  async mcp(): Promise<number> {
    const { runMcp } = await import("./mcp-servers.ts");
    return runMcp(this);
  }

  /** What it needs is loaded by the first question. */
  readonly serverAdmin: ServerAdmin = {
    list: async () => (await this.admin()).list(),
    add: async (...args) => (await this.admin()).add(...args),
    remove: async (name) => (await this.admin()).remove(name),
    test: async (name) => (await this.admin()).test(name),
  };

  private async admin(): Promise<ServerAdmin> {
    const { serverAdmin } = await import("./server-admin.ts");
    const { terminalPrompter } = await import("./prompter.ts");
    return serverAdmin(this.book, () => terminalPrompter(this.host, this.env));
  }

  async serve(options: { detach: boolean; listen: string[]; advertise: boolean }): Promise<number> {
    const paths = pathsFrom(this.env);
    if (options.listen.length > 0) {
      const { checkListening } = await import("./listen-check.ts");
      await checkListening(paths, options.listen);
      process.env.FUGUE_LISTEN = JSON.stringify(options.listen);
    }
    if (options.advertise) process.env.FUGUE_ADVERTISE = "1";
    if (options.detach) return this.serveInBackground(paths);
    const { keeperRole } = await import("./keeper.ts");
    const { ALREADY_RUNNING } = await import("../keeper/main.ts");
    const status = await keeperRole(() => this.host.stderr(`fugue: serving on ${[`unix://${paths.socket}`, ...options.listen].join(", ")}; stop with Ctrl-C\n`));
    if (status !== ALREADY_RUNNING) return status;
    throw new FugueError("failed", "a server runs here already", "see: fugue status");
  }

  async discover(waitMs: number): Promise<FoundServer[]> {
    const { discover } = await import("../transport/discovery.ts");
    return discover(waitMs, systemClock);
  }

  private async serveInBackground(paths: Paths): Promise<number> {
    const answered = await dialLocal(paths, process.env, true);
    answered.listen({ data() {}, close() {} });
    answered.close(true);
    return 0;
  }
}

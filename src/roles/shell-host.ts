/** The executable as the command line sees it: this process's streams, the servers it can reach, and the TUI on demand. */
import { writeSync } from "node:fs";
import { EXIT, FugueError, systemCode } from "../base/errors.ts";
import { suggestion } from "../base/names.ts";
import { pathsFrom, type Paths } from "../base/paths.ts";
import { RELEASE } from "../base/release.ts";
import type { CliHost, CliLink, Selection } from "../cli/host.ts";
import { Connection } from "../client/connection/connection.ts";
import { callingPane, newClientId } from "./client-identity.ts";
import { dialLocal } from "./local-server.ts";

const MOST_STDIN_BYTES = 16 * 1024 * 1024;
const LOCAL = "local";

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

export class ShellHost implements CliHost {
  readonly cwd = process.cwd();
  readonly release = RELEASE;
  readonly isTty = Boolean(process.stdin.isTTY && process.stdout.isTTY);
  readonly color: boolean;

  constructor(readonly env: Record<string, string | undefined>) {
    this.color = Boolean(process.stdout.isTTY) && !env.NO_COLOR && env.TERM !== "dumb";
  }

  get terminal(): { cols: number; rows: number } | undefined {
    const { columns, rows } = process.stdout;
    return columns && rows ? { cols: columns, rows } : undefined;
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

  link(selection: Selection): CliLink {
    return new ShellLink(this, selection);
  }
}

/** Connections of one command line: to this machine's own daemon, at its socket or at the one that `--addr` names. */
export class ShellLink implements CliLink {
  readonly env: Record<string, string | undefined>;
  private connection: Connection | undefined;

  constructor(readonly host: ShellHost, private readonly selection: Selection) {
    this.env = selection.env;
  }

  get selected(): readonly string[] {
    for (const name of this.selection.servers) {
      if (name !== LOCAL) throw new FugueError("noTarget", `no server '${name}'`, suggestion(name, [LOCAL], "servers"));
    }
    return [LOCAL];
  }

  servers(): readonly string[] {
    return [LOCAL];
  }

  /** The paths of this fugue, with the socket that `--addr` or `FUGUE_ADDR` names. */
  get paths(): Paths {
    const paths = pathsFrom(this.env);
    const addr = this.selection.addr ?? this.env.FUGUE_ADDR;
    if (addr === undefined || addr === "") return paths;
    if (!addr.startsWith("unix:///")) {
      throw new FugueError("usage", `'${addr}' is not an address of this release`, "it speaks to unix sockets: unix:///PATH");
    }
    return { ...paths, socket: addr.slice("unix://".length) };
  }

  private get isElsewhere(): boolean {
    return this.paths.socket !== pathsFrom(this.env).socket;
  }

  private async connect(start: boolean): Promise<Connection> {
    if (this.connection && !this.connection.closed) return this.connection;
    void this.selected;
    const duplex = await dialLocal(this.paths, this.env, start && !this.isElsewhere);
    const hello = { client: newClientId(), kind: "cli" as const, name: "fugue", pid: process.pid, release: RELEASE, pane: callingPane(this.env) };
    return (this.connection = await Connection.open(duplex, hello));
  }

  async call(command: string, args: Record<string, unknown>, options: { start?: boolean; server?: string } = {}): Promise<unknown> {
    if (options.server !== undefined && options.server !== LOCAL) {
      throw new FugueError("noTarget", `no server '${options.server}'`, suggestion(options.server, [LOCAL], "servers"));
    }
    const connection = await this.connect(options.start ?? false);
    return (await connection.command(command, args)).result;
  }

  async attach(options: { target?: string; create?: boolean; readOnly?: boolean; detachOthers?: boolean }): Promise<number> {
    this.connection?.end();
    const { runTui } = await import("./tui.ts");
    return runTui(this, options);
  }

  async mcp(): Promise<number> {
    const { runMcp } = await import("./mcp-servers.ts");
    return runMcp(this);
  }

  async serve(options: { detach: boolean; listen: string[] }): Promise<number> {
    const paths = pathsFrom(this.env);
    if (options.listen.length > 0) process.env.FUGUE_LISTEN = JSON.stringify(options.listen);
    if (options.detach) return this.serveInBackground(paths);
    const { keeperRole } = await import("./keeper.ts");
    const { ALREADY_RUNNING } = await import("../keeper/main.ts");
    const status = await keeperRole(() => this.host.stderr(`fugue: serving on unix://${paths.socket}; stop with Ctrl-C\n`));
    if (status !== ALREADY_RUNNING) return status;
    throw new FugueError("failed", "a server runs here already", "see: fugue status");
  }

  private async serveInBackground(paths: Paths): Promise<number> {
    const answered = await dialLocal(paths, process.env, true);
    answered.listen({ data() {}, close() {} });
    answered.close(true);
    return 0;
  }
}

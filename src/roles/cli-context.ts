/** What commands of the shell run against: this process's streams, the local daemon, and the TUI on demand. */
import { systemClock, sleep } from "../base/clock.ts";
import { FugueError } from "../base/errors.ts";
import { pathsFrom } from "../base/paths.ts";
import { RELEASE } from "../base/release.ts";
import type { CliContext } from "../commands/context.ts";
import { Connection } from "../client/connection/connection.ts";
import { connectUnix } from "../transport/unix.ts";
import { dialLocal, startKeeper } from "./local-server.ts";

const MOST_STDIN_BYTES = 16 * 1024 * 1024;
const SERVE_PATIENCE_MS = 10_000;

/** A random u32 that tells this client from all others. */
export function newClientId(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! || 1;
}

/** Number in `FUGUE_PANE`, if this process runs in one of our panes. */
export function callingPane(env: Record<string, string | undefined>): number | undefined {
  const text = env.FUGUE_PANE ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

export class ShellContext implements CliContext {
  readonly cwd = process.cwd();
  readonly release = RELEASE;
  readonly isTty = Boolean(process.stdin.isTTY && process.stdout.isTTY);
  readonly color: boolean;
  private connection: Connection | undefined;

  constructor(readonly env: Record<string, string | undefined>, readonly json = false, color = true) {
    this.color = color && Boolean(process.stdout.isTTY) && !env.NO_COLOR && env.TERM !== "dumb";
  }

  stdout(text: string): void {
    process.stdout.write(text);
  }

  stderr(text: string): void {
    process.stderr.write(text);
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

  private async connect(start: boolean): Promise<Connection> {
    if (this.connection && !this.connection.closed) return this.connection;
    const { env } = this;
    const duplex = await dialLocal(pathsFrom(env), env, start);
    const hello = { client: newClientId(), kind: "cli" as const, name: "fugue", pid: process.pid, release: RELEASE, pane: callingPane(env) };
    return (this.connection = await Connection.open(duplex, hello));
  }

  async call(command: string, args: Record<string, unknown>, options: { start?: boolean } = {}): Promise<unknown> {
    const connection = await this.connect(options.start ?? false);
    return (await connection.command(command, args)).result;
  }

  async attach(options: { target?: string; create?: boolean; readOnly?: boolean; detachOthers?: boolean }): Promise<number> {
    this.close();
    const { runTui } = await import("./tui.ts");
    return runTui(this, options);
  }

  async serve(options: { detach: boolean; listen: string[] }): Promise<number> {
    const paths = pathsFrom(this.env);
    if (options.listen.length > 0) process.env.FUGUE_LISTEN = JSON.stringify(options.listen);
    if (!options.detach) {
      const { keeperRole } = await import("./keeper.ts");
      const { ALREADY_RUNNING } = await import("../keeper/main.ts");
      const status = await keeperRole(() => this.stderr(`fugue: serving on unix://${paths.socket}; stop with Ctrl-C\n`));
      if (status !== ALREADY_RUNNING) return status;
      throw new FugueError("failed", "a server runs here already", "see: fugue status");
    }
    startKeeper(paths, process.env);
    const end = systemClock.now() + SERVE_PATIENCE_MS;
    for (;;) {
      const answered = await connectUnix(paths.socket).catch(() => undefined);
      if (answered) {
        answered.listen({ data() {}, close() {} });
        answered.close(true);
        return 0;
      }
      if (systemClock.now() > end) throw new FugueError("noServer", "the daemon did not come up", `look at ${paths.logs}`);
      await sleep(systemClock, 5);
    }
  }

  close(): void {
    this.connection?.end();
    this.connection = undefined;
  }
}

/** fugue as a subject: the executable that was built, in a home of its own. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cleanup } from "../support/cleanup.ts";
import { isAlive } from "../../support/e2e-processes.ts";
import { argvOf, childrenOf, run, type Command } from "../support/processes.ts";
import type { Size } from "../support/tty.ts";
import { Server, type ServerOptions, type Subject } from "./subject.ts";

export class FugueSubject implements Subject {
  readonly name = "fugue";

  /** @param executable path of the executable */
  constructor(readonly executable: string) {}

  missing(): string | undefined {
    return existsSync(this.executable) ? undefined : `${this.executable} is not built: npm run build`;
  }

  version(): string {
    return Bun.spawnSync(this.versionCommand(), { stdout: "pipe" }).stdout.toString().trim();
  }

  versionCommand(): string[] {
    return [this.executable, "--version"];
  }

  server(folder: string, options: ServerOptions, cleanup: Cleanup): Server {
    return new FugueServer(this, folder, options, cleanup);
  }
}

class FugueServer extends Server {
  private readonly home: string;

  constructor(private readonly fugue: FugueSubject, folder: string, options: ServerOptions, cleanup: Cleanup) {
    super(fugue, folder, options, cleanup);
    this.home = join(folder, "h");
    this.env.FUGUE_HOME = this.home;
    const lines = ["[options]"];
    if (options.historyLines !== undefined) lines.push(`history-limit = ${options.historyLines}`);
    if (options.faithful) lines.push("status = false");
    if (options.durable === false) lines.push("restore = \"off\"", "persist-history = false");
    const config = join(folder, "config", "fugue");
    mkdirSync(config, { recursive: true });
    writeFileSync(join(config, "config.toml"), `${lines.join("\n")}\n`);
  }

  private say(...args: string[]): Command {
    return this.command(this.fugue.executable, ...args);
  }

  startCommand(session: string, argv: readonly string[], { cols, rows }: Size): Command {
    return this.say("new", "-d", `--size=${cols}x${rows}`, session, "--", ...argv);
  }

  start(session: string, argv: readonly string[], size: Size): void {
    run(this.startCommand(session, argv, size));
  }

  listCommand(): Command {
    return this.say("ls");
  }

  attachCommand(session: string): Command {
    return this.say("attach", session);
  }

  split(session: string, argv: readonly string[]): void {
    run(this.say("split", "--up", "-d", session, "--", ...argv));
  }

  startHidden(session: string, argv: readonly string[]): void {
    this.start(`${session}-hidden`, argv, { cols: 80, rows: 24 });
  }

  /** The keeper, which its lock names, and the daemon, which is its child. */
  pids(): number[] {
    const lock = join(this.home, "state", "keeper.lock");
    if (!existsSync(lock)) return [];
    const keeper = Number(readFileSync(lock, "utf8"));
    if (!(keeper > 0) || !isAlive(keeper) || !argvOf(keeper).includes("--role=keeper")) return [];
    return [keeper, ...childrenOf(keeper).filter((pid) => argvOf(pid).includes("--role=daemon"))];
  }

  protected stop(): void {
    run(this.say("stop", "--yes"), 4000);
  }
}

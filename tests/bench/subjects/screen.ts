/** GNU screen as a subject: a folder of sockets of its own, no configuration but what a case asks for. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cleanup } from "../support/cleanup.ts";
import { isAlive } from "../../support/e2e-processes.ts";
import { run, type Command } from "../support/processes.ts";
import { Server, type ServerOptions, type Subject } from "./subject.ts";

export class ScreenSubject implements Subject {
  readonly name = "screen";

  missing(): string | undefined {
    return Bun.which("screen") ? undefined : "screen is not installed";
  }

  version(): string {
    return Bun.spawnSync(["screen", "-v"], { stdout: "pipe" }).stdout.toString().trim();
  }

  versionCommand(): string[] {
    // screen -v exits with 1 in old releases: it is not timed
    return [];
  }

  server(folder: string, options: ServerOptions, cleanup: Cleanup): Server {
    return new ScreenServer(this, folder, options, cleanup);
  }
}

/** Each session is a process of its own. */
class ScreenServer extends Server {
  private readonly sockets: string;
  private readonly config: string;

  constructor(screen: ScreenSubject, folder: string, options: ServerOptions, cleanup: Cleanup) {
    super(screen, folder, options, cleanup);
    this.sockets = join(folder, "S");
    mkdirSync(this.sockets, { mode: 0o700 });
    this.env.SCREENDIR = this.sockets;
    this.config = join(folder, "screenrc");
    const lines = ["startup_message off"];
    if (options.historyLines !== undefined) lines.push(`defscrollback ${options.historyLines}`);
    if (options.faithful) lines.push("term xterm-256color", "altscreen on", "defbce on");
    writeFileSync(this.config, `${lines.join("\n")}\n`);
  }

  private say(...args: string[]): Command {
    return this.command("screen", "-c", this.config, "-U", ...args);
  }

  startCommand(session: string, argv: readonly string[]): Command {
    return this.say("-dmS", session, ...argv);
  }

  start(session: string, argv: readonly string[]): void {
    run(this.startCommand(session, argv));
  }

  listCommand(): Command {
    return this.say("-ls");
  }

  attachCommand(session: string): Command {
    return this.say("-x", session);
  }

  private tell(session: string, ...words: string[]): void {
    run(this.say("-S", session, "-X", ...words));
  }

  /** Regions of screen belong to the terminal, so this is for a session that is shown; the new one is below. */
  split(session: string, argv: readonly string[]): void {
    this.tell(session, "split");
    this.tell(session, "focus", "bottom");
    this.tell(session, "screen", ...argv);
    this.tell(session, "focus", "top");
  }

  startHidden(session: string, argv: readonly string[]): void {
    this.tell(session, "screen", ...argv);
    this.tell(session, "select", "0");
  }

  pids(): number[] {
    return readdirSync(this.sockets).map((name) => Number.parseInt(name, 10)).filter((pid) => pid > 0 && isAlive(pid));
  }

  protected stop(): void {
    for (const name of readdirSync(this.sockets)) run(this.say("-S", name, "-X", "quit"), 4000);
  }
}

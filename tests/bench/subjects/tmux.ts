/** tmux as a subject: a socket of its own, no configuration but what a case asks for. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cleanup } from "../support/cleanup.ts";
import { run, type Command } from "../support/processes.ts";
import type { Size } from "../support/tty.ts";
import { Server, quoted, type ServerOptions, type Subject } from "./subject.ts";

export class TmuxSubject implements Subject {
  readonly name = "tmux";

  missing(): string | undefined {
    return Bun.which("tmux") ? undefined : "tmux is not installed";
  }

  version(): string {
    return Bun.spawnSync(["tmux", "-V"], { stdout: "pipe" }).stdout.toString().trim();
  }

  versionCommand(): string[] {
    return ["tmux", "-V"];
  }

  server(folder: string, options: ServerOptions, cleanup: Cleanup): Server {
    return new TmuxServer(this, folder, options, cleanup);
  }
}

class TmuxServer extends Server {
  private readonly config: string;

  constructor(tmux: TmuxSubject, folder: string, options: ServerOptions, cleanup: Cleanup) {
    super(tmux, folder, options, cleanup);
    this.env.TMUX_TMPDIR = folder;
    this.config = options.historyLines === undefined && !options.faithful ? "/dev/null" : join(folder, "tmux.conf");
    if (this.config === "/dev/null") return;
    const lines: string[] = [];
    if (options.historyLines !== undefined) lines.push(`set -g history-limit ${options.historyLines}`);
    if (options.faithful) {
      // what a person would set who wants programs to look as they do without tmux
      lines.push("set -g status off", "set -g default-terminal xterm-256color");
      lines.push("set -as terminal-features ',xterm-256color:RGB:usstyle:overline:strikethrough'");
    }
    writeFileSync(this.config, `${lines.join("\n")}\n`);
  }

  private say(...args: string[]): Command {
    return this.command("tmux", "-u", "-L", "b", "-f", this.config, ...args);
  }

  startCommand(session: string, argv: readonly string[], { cols, rows }: Size): Command {
    return this.say("new-session", "-d", "-s", session, "-x", `${cols}`, "-y", `${rows}`, quoted(argv));
  }

  start(session: string, argv: readonly string[], size: Size): void {
    run(this.startCommand(session, argv, size));
  }

  listCommand(): Command {
    return this.say("ls");
  }

  attachCommand(session: string): Command {
    return this.say("attach-session", "-t", session);
  }

  split(session: string, argv: readonly string[]): void {
    run(this.say("split-window", "-b", "-d", "-t", session, quoted(argv)));
  }

  startHidden(session: string, argv: readonly string[]): void {
    run(this.say("new-window", "-d", "-t", session, quoted(argv)));
  }

  pids(): number[] {
    if (!existsSync(join(this.folder, `tmux-${process.getuid!()}`, "b"))) return [];
    try {
      return [Number(run(this.say("display-message", "-p", "#{pid}"), 4000))];
    } catch {
      return [];
    }
  }

  protected stop(): void {
    run(this.say("kill-server"), 4000);
  }
}

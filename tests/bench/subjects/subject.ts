/**
 * What is measured: a multiplexer with a private server in a folder of its own and no user's configuration, or no
 * multiplexer at all. Every subject is driven through its command line and through terminals that the bench owns.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock, sleep } from "../../../src/base/clock.ts";
import type { Cleanup } from "../support/cleanup.ts";
import { isAlive } from "../../support/e2e-processes.ts";
import { killHard, type Command, type Environment } from "../support/processes.ts";
import { Tty, type Size, type TtyOptions } from "../support/tty.ts";

export type SubjectName = "fugue" | "tmux" | "screen" | "bare pty" | RemoteName;

/** Ways to a program on another machine that fugue is measured beside; fugue itself is one of them. */
export type RemoteName = "ssh" | "ssh+tmux" | "mosh";

/** The prompt of the shells. None of its characters but the blank is in any corpus, so it is always sent in one piece. */
export const PROMPT = "QXQ ";
const PROMPT_LIMIT_MS = 10_000;
const STOP_PATIENCE_MS = 3000;

/** What differs from the subject's own defaults. */
export interface ServerOptions {
  /** Lines of history of each pane. */
  readonly historyLines?: number;
  /** No status line, so that the pane is as large as the terminal; TERM is xterm-256color; all that the terminal can. */
  readonly faithful?: boolean;
  /** false: nothing is kept for the next start. */
  readonly durable?: boolean;
}

export interface Subject {
  readonly name: SubjectName;
  /** Why it can't be measured here; undefined if it can. */
  missing(): string | undefined;
  version(): string;
  /** argv that prints the version: the shortest run there is. */
  versionCommand(): readonly string[];
  /** A server in an empty folder; nothing runs yet. The caller ends it through `cleanup`. */
  server(folder: string, options: ServerOptions, cleanup: Cleanup): Server;
}

/** One private server. Sessions are named; each begins with one pane. */
export abstract class Server {
  readonly env: Environment;

  constructor(readonly subject: Subject, readonly folder: string, readonly options: ServerOptions, private readonly cleanup: Cleanup) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.env = {
      PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: folder, SHELL: "/bin/sh", TERM: "xterm-256color", COLORTERM: "truecolor",
      LANG: "C.UTF-8", LC_ALL: "C.UTF-8", PS1: PROMPT, TZ: "UTC", XDG_CONFIG_HOME: join(folder, "config"), TMPDIR: folder,
    };
    cleanup.own(this, () => this.end());
  }

  /** A command of the subject, to be run with the server's environment. */
  command(...argv: string[]): Command {
    return { argv, env: this.env, cwd: this.folder };
  }

  /** Starts a session in the background, and the server with the first one. */
  abstract start(session: string, argv: readonly string[], size: Size): void;
  /** What starts a session, to be timed. */
  abstract startCommand(session: string, argv: readonly string[], size: Size): Command;
  /** What lists the sessions; undefined: the subject can't. */
  abstract listCommand(): Command | undefined;
  /** What shows a session on a terminal. */
  abstract attachCommand(session: string): Command;
  /** Divides the session's window in two, one above the other; the old pane keeps the focus. */
  abstract split(session: string, argv: readonly string[]): void;
  /** Starts a program in a pane that no terminal shows. */
  abstract startHidden(session: string, argv: readonly string[]): void;
  /** The processes that hold the panes; not the clients, not the programs. */
  abstract pids(): number[];
  /** Asks the server to end. */
  protected abstract stop(): void;

  /** A terminal that shows a session. */
  view(session: string, size: Size, options: TtyOptions = {}): Tty {
    const tty = new Tty(this.attachCommand(session), size, options);
    return this.cleanup.own(tty, () => tty.close());
  }

  /** A session with a shell, shown on a terminal, at its prompt. */
  async shell(session: string, size: Size, options: TtyOptions = {}): Promise<Tty> {
    this.start(session, ["sh"], size);
    const tty = this.view(session, size, options);
    await tty.expect(PROMPT.trimEnd(), PROMPT_LIMIT_MS);
    await tty.settle(150, 3000);
    return tty;
  }

  /** Ends the server and makes sure that nothing of it is left. */
  async end(): Promise<void> {
    const pids = this.pids();
    if (pids.length === 0) return;
    try {
      this.stop();
    } catch {
      // whatever it says: its processes are ended below
    }
    const end = systemClock.now() + STOP_PATIENCE_MS;
    while (pids.some(isAlive) && systemClock.now() < end) await sleep(systemClock, 20);
    for (const pid of pids) if (isAlive(pid)) await killHard(pid);
  }
}

/** An argument for sh, quoted. */
export function quoted(argv: readonly string[]): string {
  return argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}

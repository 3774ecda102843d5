/** The TUI's role: checks the terminal, connects (starting a daemon if none runs), runs until it ends, says how. */
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { systemClock } from "../base/clock.ts";
import { asFugueError, FugueError } from "../base/errors.ts";
import { systemRandom } from "../base/random.ts";
import { RELEASE } from "../base/release.ts";
import { configPath } from "../config/location.ts";
import { loadServers } from "../config/servers-file.ts";
import type { CheckCommand } from "../config/bindings.ts";
import { mayName } from "../config/config-source.ts";
import { ConfigWatcher } from "../config/config-watcher.ts";
import { formatProblem, type Problem } from "../config/problem.ts";
import { Servers, type ServerDoor } from "../client/tui/servers.ts";
import { Tui } from "../client/tui/tui.ts";
import { OuterTerminal } from "../client/tty/terminal.ts";
import type { Dialer } from "../transport/dialer.ts";
import { callingPane, newClientId } from "./client-identity.ts";
import { terminalPrompter } from "./prompter.ts";
import { sessionCache } from "./session-cache.ts";
import type { ShellLink } from "./shell-host.ts";

export interface AttachOptions {
  target?: string;
  create?: boolean;
  readOnly?: boolean;
  detachOthers?: boolean;
}

/** The first server could not be reached; nothing was shown yet. */
export class NotReached extends Error {
  constructor(readonly reason: FugueError) {
    super(reason.message);
  }
}

/**
 * The way to a server that is started for it, if it is this machine's own, until it was reached: one that was stopped
 * or killed since must not come back because somebody still looks at it.
 */
function startingOnce(book: ShellLink["book"], name: string): Dialer {
  const first = book.dialer(name, true);
  if (!book.isLocal(name)) return first;
  const again = book.dialer(name, false);
  let reached = false;
  return async (prompter) => {
    const dialed = await (reached ? again : first)(prompter);
    reached = true;
    return dialed;
  };
}

async function loadChecker(): Promise<CheckCommand> {
  return (await import("../commands/command-line.ts")).checkCommandLine;
}

/** @returns the exit status. @throws FugueError if the TUI cannot start, NotReached. */
export async function runTui(shell: ShellLink, names: readonly string[], options: AttachOptions): Promise<number> {
  const { env, host, book } = shell;
  if (!host.isTty) throw new FugueError("usage", "the TUI needs a terminal", "in scripts use: fugue new -d, fugue send, fugue capture");
  if (env.FUGUE_PANE !== undefined && names.length === 1 && book.isOwnPane(names[0]!)) {
    throw new FugueError("refused", "this is a pane of fugue already", "switch sessions with: prefix s, or unset FUGUE_PANE to nest all the same");
  }
  // a configuration may come while the view is open
  book.loadServers ??= loadServers;
  // who checks bindings knows every command: without any to check that has time until the first picture is out
  const path = configPath(env);
  let check: CheckCommand = mayName(path, "keys") ? await loadChecker() : () => undefined;
  const watcher = new ConfigWatcher({ path, env, clock: systemClock, checkCommand: (line, table) => check(line, table) });
  const terminal = new OuterTerminal(systemClock);
  const hello = {
    client: newClientId(), kind: "tui" as const, name: env.TERM_PROGRAM ?? env.TERM ?? "terminal", pid: process.pid, release: RELEASE,
    pane: callingPane(env),
  };
  const door = (name: string) => ({ name, dial: startingOnce(book, name) });
  let known = profilesOf(book);
  const servers = new Servers(names.map(door), hello, systemClock, systemRandom, dialsAtATime());
  const create = options.create ? { cwd: book.isLocal(names[0]!) ? host.cwd : undefined } : undefined;
  const tui = new Tui(terminal, servers, systemClock, watcher.config, env, { ...options, create }, sessionCache(book.paths));
  tui.reload = () => watcher.reload();
  const own = [
    watcher.changed.on((config) => {
      tui.setConfig(config);
      if (shell.wantsAll) known = followConfig(servers, book, known, door);
      else book.reload();
    }),
    watcher.reported.on(([first]) => (first ? tui.say(shortProblem(first), true) : tui.say("the configuration is right again"))),
  ];
  // whatever goes wrong, the terminal is given back before anything is said
  const crashed = (thrown: unknown) => tui.finish({ status: 1, error: asFugueError(thrown) });
  process.on("uncaughtException", crashed);
  process.on("unhandledRejection", crashed);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => tui.finish({ status: 0 }));
  try {
    const choosing = servers.several && options.target === undefined;
    if (!choosing) await openFront(tui, shell);
    if (watcher.problems.length > 0) tui.say(shortProblem(watcher.problems[0]!), true);
    const ended = tui.run();
    if (choosing) await tui.chooseServer();
    check = await loadChecker();
    servers.startOthers();
    watcher.start();
    const end = await ended;
    if (end.message) host.stdout(`${end.message}\n`);
    if (end.error) throw end.error;
    return end.status;
  } finally {
    for (const item of own) item.dispose();
    watcher.dispose();
    servers.end();
    terminal.close();
  }
}

/** A dial may start a process that computes for a while: the processors are not filled with them, for the sake of who types meanwhile. */
function dialsAtATime(): number {
  return Math.min(6, Math.max(1, availableParallelism() - 1));
}

/** Connects before the screen is taken over, so that questions and progress have a terminal of their own. */
async function openFront(tui: Tui, { host, env }: ShellLink): Promise<void> {
  const prompter = terminalPrompter(host, env);
  try {
    await tui.open(prompter);
  } catch (thrown) {
    const error = asFugueError(thrown);
    if (["noServer", "timeout", "refused", "closed", "system", "failed", "protocol", "version"].includes(error.code)) throw new NotReached(error);
    throw error;
  } finally {
    prompter.done();
  }
}

/** What is configured of each server, to see whether that changed. */
function profilesOf(book: ShellLink["book"]): Map<string, string> {
  return new Map(book.names().map((name) => [name, JSON.stringify(book.profile(name) ?? null)]));
}

/** Servers that were added to the configuration, changed in it, or removed from it, come and go. @returns what is configured now */
function followConfig(
  servers: Servers, book: ShellLink["book"], before: ReadonlyMap<string, string>, door: (name: string) => ServerDoor,
): Map<string, string> {
  book.reload();
  const now = profilesOf(book);
  for (const name of servers.names()) if (now.get(name) !== before.get(name)) servers.remove(name);
  for (const name of now.keys()) {
    if (servers.find(name) === undefined) servers.add(door(name)).start();
    else if (now.get(name) === before.get(name)) servers.keep(name);
  }
  return now;
}

/** A problem on the one line that the status line has: which file is meant is no question there, what to do is. */
function shortProblem(problem: Problem): string {
  return formatProblem({ ...problem, file: basename(problem.file) });
}

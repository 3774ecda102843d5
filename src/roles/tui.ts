/** The TUI's role: checks the terminal, connects (starting a daemon if none runs), runs until it ends, says how. */
import { basename } from "node:path";
import { systemClock } from "../base/clock.ts";
import { asFugueError, FugueError } from "../base/errors.ts";
import { systemRandom } from "../base/random.ts";
import { RELEASE } from "../base/release.ts";
import { checkCommandLine } from "../commands/command-line.ts";
import { configPath } from "../config/config.ts";
import { ConfigWatcher } from "../config/config-watcher.ts";
import { formatProblem, type Problem } from "../config/problem.ts";
import { SessionLink } from "../client/tui/session-link.ts";
import { Tui } from "../client/tui/tui.ts";
import { OuterTerminal } from "../client/tty/terminal.ts";
import { callingPane, newClientId } from "./client-identity.ts";
import type { ShellLink } from "./shell-host.ts";
import { dialLocal } from "./local-server.ts";

export interface AttachOptions {
  target?: string;
  create?: boolean;
  readOnly?: boolean;
  detachOthers?: boolean;
}

/** @returns the exit status. @throws FugueError if the TUI cannot start. */
export async function runTui(shell: ShellLink, options: AttachOptions): Promise<number> {
  const { env, host, paths } = shell;
  if (!host.isTty) throw new FugueError("usage", "the TUI needs a terminal", "in scripts use: fugue new -d, fugue send, fugue capture");
  if (env.FUGUE_PANE !== undefined && env.FUGUE_SOCKET === paths.socket) {
    throw new FugueError("refused", "this is a pane of fugue already", "switch sessions with: prefix s, or unset FUGUE_PANE to nest all the same");
  }
  const watcher = new ConfigWatcher({ path: configPath(env), env, clock: systemClock, checkCommand: checkCommandLine });
  const terminal = new OuterTerminal(systemClock);
  let tui: Tui | undefined;
  let pane: number | undefined;
  const link = new SessionLink(
    () => dialLocal(paths, env, pane === undefined),
    { client: newClientId(), kind: "tui", name: env.TERM_PROGRAM ?? env.TERM ?? "terminal", pid: process.pid, release: RELEASE, pane: callingPane(env) },
    systemClock, systemRandom,
    {
      view: (view) => {
        pane = view.focus.pane;
        tui!.setView(view);
      },
      frame: (frame, bytes) => tui!.screen.applyFrame(frame, bytes),
      event: (event) => tui!.event(event),
      settled: () => tui!.settled(),
      stateChanged: () => tui!.linkChanged(),
      refused: (reason) => tui!.say(reason, true),
      failed: (error) => tui!.finish({ status: error.exitStatus, error }),
    },
    () => ({
      // after a reconnect the client returns to where it was
      target: pane === undefined ? options.target : `%${pane}`, session: tui?.view?.session.name,
      create: pane === undefined && options.create ? { cwd: host.cwd } : undefined,
      env: chosenEnvironment(env, watcher.config.options.updateEnvironment),
      cols: terminal.cols, rows: tui!.screen.height, readOnly: options.readOnly, detachOthers: pane === undefined && options.detachOthers,
    }),
  );
  tui = new Tui(terminal, link, systemClock, watcher.config, env);
  tui.reload = () => watcher.reload();
  const own = [
    watcher.changed.on((config) => tui.setConfig(config)),
    watcher.reported.on((problems) => problems.length > 0 && tui.say(shortProblem(problems[0]!), true)),
  ];
  // whatever goes wrong, the terminal is given back before anything is said
  const crashed = (thrown: unknown) => tui!.finish({ status: 1, error: asFugueError(thrown) });
  process.on("uncaughtException", crashed);
  process.on("unhandledRejection", crashed);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => tui!.finish({ status: 0 }));
  try {
    await link.open();
    if (watcher.problems.length > 0) tui.say(shortProblem(watcher.problems[0]!), true);
    const end = await tui.run();
    if (end.message) host.stdout(`${end.message}\n`);
    if (end.error) throw end.error;
    return end.status;
  } finally {
    for (const item of own) item.dispose();
    watcher.dispose();
    link.end();
    terminal.close();
  }
}

/** A problem on the one line that the status line has: which file is meant is no question there, what to do is. */
function shortProblem(problem: Problem): string {
  return formatProblem({ ...problem, file: basename(problem.file) });
}

/** Those of the named variables that are set. */
function chosenEnvironment(env: Record<string, string | undefined>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

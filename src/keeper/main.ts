/** The keeper's process: takes the lock, opens its socket, starts the daemon. Loaded by main.ts for the keeper role. */
import { existsSync, fstatSync, ftruncateSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { sleep, systemClock } from "../base/clock.ts";
import { asFugueError } from "../base/errors.ts";
import { tryLock } from "../base/libc.ts";
import type { Disposable } from "../base/lifecycle.ts";
import { LogRoot, fileSink, type Logger } from "../base/log.ts";
import { ensureHome, pathsFrom } from "../base/paths.ts";
import { keepListening } from "../transport/kept-socket.ts";
import type { Handover } from "./handover.ts";
import { Keeper } from "./keeper.ts";
import { giveBack, replaceKeeper, takeOver, type Inheritance } from "./replacement.ts";
import { Supervisor } from "./supervisor.ts";

/** Exit status of a keeper that found the lock held: another keeper runs, which is all its starter wanted. */
export const ALREADY_RUNNING = 75;

/** The keeper's own executable. */
const ownImage = process.platform === "linux" ? `/proc/${process.pid}/exe` : process.execPath;
/** What daemons said on standard error is emptied at a start beyond this. */
const LARGEST_ERRORS_BYTES = 1024 * 1024;
const LISTEN_AGAIN_MS = 1000;
/** What is known of the daemon's restarts, for whoever wonders why none answers. */
const KEEPER_NOTE = "keeper.json";

function noteRestarts(path: string, { restarts, lastExit, nextStart, upgrade }: Supervisor): void {
  try {
    writeFileSync(path, JSON.stringify({ pid: process.pid, restarts, lastExit, nextStart, upgrade }), { mode: 0o600 });
  } catch {
    // it is for people who look, and says nothing that the log does not
  }
}

/** Where daemons' standard error goes: nowhere, if the disk is as broken as that. */
function daemonErrors(path: string): number | "ignore" {
  try {
    const errors = openSync(path, "a", 0o600);
    if (fstatSync(errors).size > LARGEST_ERRORS_BYTES) ftruncateSync(errors);
    return errors;
  } catch {
    return "ignore";
  }
}

/**
 * Opens the keeper's socket: the lock says that nobody else has one.
 * @param patient it has programs already, which must not pay for a full disk: tries until it can
 */
async function listen(path: string, keeper: Keeper, patient: boolean, log: Logger): Promise<Disposable> {
  for (;;) {
    try {
      return await keepListening(path, (duplex) => keeper.accept(duplex), systemClock);
    } catch (error) {
      if (!patient) throw error;
      log.error("the keeper's socket can't be opened", { error: String(error) });
      await sleep(systemClock, LISTEN_AGAIN_MS);
    }
  }
}

/** Takes the lock of a folder. @returns its descriptor; undefined if another keeper holds it */
function takeLock(path: string): number | undefined {
  const lock = openSync(path, "a+", 0o600);
  if (!tryLock(lock)) return undefined;
  ftruncateSync(lock);
  writeSync(lock, `${process.pid}\n`);
  return lock;
}

/** Goes on where the keeper before stopped, whose lock is still held. Gives the place back to it if that is impossible. */
function inherit(inheritance: Inheritance, env: Record<string, string | undefined>): Handover {
  try {
    return takeOver(inheritance);
  } catch (error) {
    const why = asFugueError(error).message;
    if (inheritance.failed === undefined) giveBack(inheritance, why, env);
    throw error;
  }
}

/**
 * Runs until stopped.
 * @param daemonCommand argv that starts a daemon
 * @param inheritance what the keeper left that ran in this process before
 */
export async function runKeeper(daemonCommand: string[], onReady: () => void, inheritance?: Inheritance): Promise<number> {
  const env = process.env;
  const handover = inheritance && inherit(inheritance, env);
  const paths = pathsFrom(env);
  if (handover === undefined) ensureHome(paths);
  const lock = inheritance?.lock ?? takeLock(paths.keeperLock);
  if (lock === undefined) return ALREADY_RUNNING;
  const log = new LogRoot(systemClock, fileSink(join(paths.logs, "keeper.log")), env.FUGUE_LOG).scope("keeper");
  // whatever goes wrong with one pane, the others keep the parent of their programs
  process.on("uncaughtException", (error) => log.error("uncaught", { error: error.stack }));
  process.on("unhandledRejection", (error) => log.error("unhandled rejection", { error: String((error as Error)?.stack ?? error) }));
  const errors = daemonErrors(join(paths.logs, "daemon.err"));
  const start = (executable?: string) => {
    // as the system knows it, whatever has become of the file: it may have been deleted
    const own = executable === ownImage || (executable === undefined && !existsSync(daemonCommand[0]!));
    const argv = own ? [ownImage, ...daemonCommand.slice(1)] : executable === undefined ? daemonCommand : [executable, daemonCommand.at(-1)!];
    return Bun.spawn(argv, { stdio: ["ignore", "ignore", errors], env, cwd: "/" });
  };
  const supervisor = new Supervisor(start, systemClock, log, ownImage);
  let stopped!: (status: number) => void;
  const done = new Promise<number>((resolve) => (stopped = resolve));
  const keeper = new Keeper(systemClock, log, supervisor, () => stopped(0), () => noteRestarts(join(paths.state, KEEPER_NOTE), supervisor));
  keeper.replace = (executable) => replaceKeeper(executable, keeper, { own: daemonCommand.slice(0, -1), ownImage, lock, env }, systemClock, log);
  if (inheritance && handover) {
    const { executable, failed: why } = inheritance;
    keeper.adopt(handover, { executable, state: why === undefined ? "done" : "failed", why });
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void keeper.stop());
  process.on("SIGHUP", () => log.info("SIGHUP ignored"));
  const listener = await Promise.race([listen(paths.keeperSocket, keeper, handover !== undefined, log), done]);
  if (typeof listener === "number") return listener;
  log.info("keeper ready", { pid: process.pid, replaced: keeper.replaced?.state });
  supervisor.run();
  onReady();
  const status = await done;
  listener.dispose();
  return status;
}

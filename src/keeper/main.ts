/** The keeper's process: takes the lock, opens its socket, starts the daemon. Loaded by main.ts for the keeper role. */
import { existsSync, fstatSync, ftruncateSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../base/clock.ts";
import { tryLock } from "../base/libc.ts";
import { LogRoot, fileSink } from "../base/log.ts";
import { ensureHome, pathsFrom } from "../base/paths.ts";
import { listenUnix } from "../transport/unix.ts";
import { Keeper } from "./keeper.ts";
import { Supervisor } from "./supervisor.ts";

/** Exit status of a keeper that found the lock held: another keeper runs, which is all its starter wanted. */
export const ALREADY_RUNNING = 75;

/** The keeper's own executable. */
const ownImage = process.platform === "linux" ? `/proc/${process.pid}/exe` : process.execPath;
/** What daemons said on standard error is emptied at a start beyond this. */
const LARGEST_ERRORS_BYTES = 1024 * 1024;
/** What is known of the daemon's restarts, for whoever wonders why none answers. */
const KEEPER_NOTE = "keeper.json";

function noteRestarts(path: string, { restarts, lastExit, nextStart, upgrade }: Supervisor): void {
  try {
    writeFileSync(path, JSON.stringify({ pid: process.pid, restarts, lastExit, nextStart, upgrade }), { mode: 0o600 });
  } catch {
    // it is for people who look, and says nothing that the log does not
  }
}

/** Runs until stopped. `daemonCommand` is the argv that starts a daemon. */
export async function runKeeper(daemonCommand: string[], onReady: () => void): Promise<number> {
  const env = process.env;
  const paths = pathsFrom(env);
  ensureHome(paths);
  const lock = openSync(paths.keeperLock, "a+", 0o600);
  if (!tryLock(lock)) return ALREADY_RUNNING;
  ftruncateSync(lock);
  writeSync(lock, `${process.pid}\n`);
  const log = new LogRoot(systemClock, fileSink(join(paths.logs, "keeper.log")), env.FUGUE_LOG).scope("keeper");
  // whatever goes wrong with one pane, the others keep the parent of their programs
  process.on("uncaughtException", (error) => log.error("uncaught", { error: error.stack }));
  process.on("unhandledRejection", (error) => log.error("unhandled rejection", { error: String((error as Error)?.stack ?? error) }));
  const errors = openSync(join(paths.logs, "daemon.err"), "a", 0o600);
  if (fstatSync(errors).size > LARGEST_ERRORS_BYTES) ftruncateSync(errors);
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
  const listener = await listenUnix(paths.keeperSocket, (duplex) => keeper.accept(duplex));
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void keeper.stop());
  process.on("SIGHUP", () => log.info("SIGHUP ignored"));
  log.info("keeper ready", { pid: process.pid });
  supervisor.run();
  onReady();
  const status = await done;
  listener.dispose();
  return status;
}

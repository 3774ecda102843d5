/** Reaching this machine's own daemon: connecting, and starting it where that is wanted. */
import { systemClock, sleep } from "../base/clock.ts";
import { FugueError, asFugueError } from "../base/errors.ts";
import { ensureHome, type Paths } from "../base/paths.ts";
import type { Duplex } from "../transport/duplex.ts";
import { connectUnix } from "../transport/unix.ts";
import { selfCommand, selfEnvironment } from "./self.ts";

const START_PATIENCE_MS = 10_000;
const START_POLL_MS = 5;
/** A keeper that was found running and brings no daemon may have been about to end: after this long one is started anew. */
const START_AGAIN_MS = 200;

/** What it says on standard error is why it could not start. */
type StartedKeeper = Bun.Subprocess<"ignore", "ignore", "pipe">;

/** Starts keeper and daemon in the background. Harmless if they run: the keeper's lock lets one through. */
export function startKeeper(paths: Paths, env: Record<string, string | undefined>): StartedKeeper {
  ensureHome(paths);
  const keeper = Bun.spawn(selfCommand("--role=keeper"), {
    detached: true, stdio: ["ignore", "ignore", "pipe"], cwd: "/",
    // absolute, because the folder we are in is not theirs
    env: { ...selfEnvironment(env), FUGUE_HOME: paths.home },
  });
  keeper.unref();
  return keeper;
}

/**
 * Throws if the keeper ended, and not because another one runs. @returns whether it did, because of that
 * @throws FugueError `noServer` with its own words.
 */
export async function checkKeeper(keeper: StartedKeeper): Promise<boolean> {
  if (keeper.exitCode === null && keeper.signalCode === null) return false;
  const { ALREADY_RUNNING } = await import("../keeper/main.ts");
  if (keeper.exitCode === ALREADY_RUNNING) return true;
  const said = (await new Response(keeper.stderr).text()).trim().split("\n").at(-1) || `it ended with ${keeper.exitCode ?? keeper.signalCode}`;
  const hint = said.startsWith("ENOSPC") ? "the disk is full: make room, or set FUGUE_HOME to another disk" : "ask: fugue doctor";
  throw new FugueError("noServer", `the server can't start: ${said}`, hint);
}

/** Connects to the daemon; with `start`, starts one if none answers and waits for it. @throws FugueError `noServer`. */
export async function dialLocal(paths: Paths, env: Record<string, string | undefined>, start: boolean): Promise<Duplex> {
  try {
    return await connectUnix(paths.socket);
  } catch (error) {
    if (!start || asFugueError(error).code !== "noServer") throw error;
  }
  let startedAt = systemClock.now();
  let keeper = startKeeper(paths, env);
  const end = startedAt + START_PATIENCE_MS;
  for (;;) {
    try {
      return await connectUnix(paths.socket);
    } catch (error) {
      if (asFugueError(error).code !== "noServer") throw error;
      const otherRuns = await checkKeeper(keeper);
      if (otherRuns && systemClock.now() - startedAt > START_AGAIN_MS) {
        startedAt = systemClock.now();
        keeper = startKeeper(paths, env);
      }
      if (systemClock.now() > end) {
        throw new FugueError("noServer", "the daemon did not come up", `look at ${paths.logs}, or ask: fugue doctor`, error);
      }
      await sleep(systemClock, START_POLL_MS);
    }
  }
}

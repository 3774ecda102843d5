/** Reaching this machine's own daemon: connecting, and starting it where that is wanted. */
import { systemClock, sleep } from "../base/clock.ts";
import { FugueError, asFugueError } from "../base/errors.ts";
import { ensureHome, type Paths } from "../base/paths.ts";
import type { Duplex } from "../transport/duplex.ts";
import { connectUnix } from "../transport/unix.ts";
import { selfCommand, selfEnvironment } from "./self.ts";

const START_PATIENCE_MS = 10_000;
const START_POLL_MS = 5;

/** Starts keeper and daemon in the background. Harmless if they run: the keeper's lock lets one through. */
export function startKeeper(paths: Paths, env: Record<string, string | undefined>): Bun.Subprocess {
  ensureHome(paths);
  const keeper = Bun.spawn(selfCommand("--role=keeper"), {
    detached: true, stdio: ["ignore", "ignore", "ignore"], cwd: "/",
    // absolute, because the folder we are in is not theirs
    env: { ...selfEnvironment(env), FUGUE_HOME: paths.home },
  });
  keeper.unref();
  return keeper;
}

/** Connects to the daemon; with `start`, starts one if none answers and waits for it. @throws FugueError `noServer`. */
export async function dialLocal(paths: Paths, env: Record<string, string | undefined>, start: boolean): Promise<Duplex> {
  try {
    return await connectUnix(paths.socket);
  } catch (error) {
    if (!start || asFugueError(error).code !== "noServer") throw error;
  }
  startKeeper(paths, env);
  const end = systemClock.now() + START_PATIENCE_MS;
  for (;;) {
    try {
      return await connectUnix(paths.socket);
    } catch (error) {
      if (asFugueError(error).code !== "noServer") throw error;
      if (systemClock.now() > end) {
        throw new FugueError("noServer", "the daemon did not come up", `look at ${paths.logs}, or ask: fugue doctor`, error);
      }
      await sleep(systemClock, START_POLL_MS);
    }
  }
}

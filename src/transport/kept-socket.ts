/**
 * A unix socket that stays reachable. Programs live for months behind it, and somebody, or something that tidies up, removes
 * its name: without it nobody finds them any more. Then it is made anew.
 */
import { existsSync } from "node:fs";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/lifecycle.ts";
import type { SocketDuplex } from "./socket.ts";
import { listenUnix } from "./unix.ts";

/** How often is looked whether the name is there: well within the time that a client waits for a server to come up. */
const LOOK_EVERY_MS = 2000;

/**
 * Listens in the place of whoever may still answer there, as `listenUnix`, and again whenever nothing is there. What
 * somebody else put there since is left alone. Connections stay.
 * @throws FugueError as listenUnix, the first time
 */
export async function keepListening(path: string, accept: (duplex: SocketDuplex) => void, clock: Clock): Promise<Disposable> {
  // those before have no name any more, but to end them would end their connections
  const listeners = [await listenUnix(path, accept, true)];
  let ended = false;
  let opening = false;
  const again = async (): Promise<void> => {
    const listener = await listenUnix(path, accept, true);
    if (ended) listener.dispose();
    else listeners.push(listener);
  };
  const looking = clock.every(LOOK_EVERY_MS, () => {
    if (opening || existsSync(path)) return;
    opening = true;
    // its folder may be gone as well, or the disk be full: the next look tries again
    void again().catch(() => {}).finally(() => (opening = false));
  });
  return {
    dispose() {
      ended = true;
      looking.cancel();
      for (const listener of listeners) listener.dispose();
    },
  };
}

/** Names of the sockets that SSH connections put into the private folder, and those of processes that were killed. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "../../base/process-alive.ts";
import { randomHex, systemRandom } from "../../base/random.ts";

/** A new name without ending: it says which process it belongs to. */
export function socketName(): string {
  return `ssh-${process.pid}-${randomHex(systemRandom, 3)}`;
}

/** Removes the files of processes that are gone. A pid that is in use again keeps them a while longer, which harms nobody. */
export function removeStale(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^ssh-(\d+)-[0-9a-f]{6}\.\w+$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

/** Names of the sockets that SSH connections put into the private folder, and those of processes that were killed. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "../../base/errors.ts";
import { randomHex, systemRandom } from "../../base/random.ts";

/** A new name without ending: it says which process it belongs to. */
export function socketName(): string {
  return `ssh-${process.pid}-${randomHex(systemRandom, 3)}`;
}

/** Removes the files of processes that are gone. A pid that is in use again keeps them a while longer, which harms nobody. */
export function removeStale(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^ssh-(\d+)-[0-9a-f]{6}\.\w+$/.exec(name)?.[1];
    if (pid !== undefined && isGone(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return systemCode(error) === "ESRCH";
  }
}

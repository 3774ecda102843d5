/** Programs that this process started before its image was replaced: their terminals are handed over, their ends waited for. */
import { constants } from "node:os";
import type { Clock, Timer } from "../base/clock.ts";
import { endOf } from "../base/process-image.ts";
import type { KeptProgram } from "./handover.ts";
import type { Program } from "./program.ts";
import type { PaneExit } from "./protocol.ts";

/** Should the system's news of an end be missed, it is found out after this long. */
const LOOK_EVERY_MS = 2000;

/** Name of a signal, such as `SIGKILL`; its number where it has none. */
function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}

/** Waits for the ends of programs that the runtime does not know as its own. */
export class Reaper {
  private readonly waiting = new Map<number, (exit: PaneExit) => void>();
  private looking: Timer | undefined;
  private readonly look = (): void => {
    for (const [pid, resolve] of this.waiting) {
      const end = endOf(pid);
      if (end === undefined) continue;
      this.waiting.delete(pid);
      if (end === "unknown") resolve({ code: null, signal: null });
      else resolve("code" in end ? { code: end.code, signal: null } : { code: null, signal: signalName(end.signal) });
    }
    if (this.waiting.size > 0) return;
    this.looking?.cancel();
    this.looking = undefined;
    process.off("SIGCHLD", this.look);
  };

  constructor(private readonly clock: Clock) {}

  /** Resolves when a child of this process has ended. */
  exit(pid: number): Promise<PaneExit> {
    return new Promise((resolve) => {
      this.waiting.set(pid, resolve);
      if (this.looking === undefined) {
        process.on("SIGCHLD", this.look);
        this.looking = this.clock.every(LOOK_EVERY_MS, this.look);
      }
      this.look();
    });
  }
}

/** A program as the keeper before left it. */
export function adoptProgram(pid: number, { master, exit }: KeptProgram, reaper: Reaper): Program {
  return { pid, master, exited: exit ? Promise.resolve(exit) : reaper.exit(pid) };
}

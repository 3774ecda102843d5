/**
 * How soon the engine compiles what runs in this process. The thresholds are of its environment (`roles/self.ts`), and
 * cannot be changed any more; that they count for less can.
 */
import type { Clock } from "./clock.ts";

/**
 * With this times as many calls as the thresholds say, a start costs no more than with the engine's own, and a command
 * that only starts and ends compiles next to nothing. The executable is built with it (`build.ts`).
 */
export const STARTING_SCALE = 10;
/** A start takes less than this long. */
const START_MS = 300;

/** What runs from now on runs again: its thresholds count. */
export function compileSoon(): void {
  Bun.unsafe.setJITPolicy(1);
}

/** To be called first by every process: what a start runs runs once, and compiling it would hold the start up. */
export function compileSoonAfterStart(clock: Clock): void {
  Bun.unsafe.setJITPolicy(STARTING_SCALE);
  clock.after(START_MS, compileSoon);
}

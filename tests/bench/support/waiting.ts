/** Waiting for what a terminal shows, and the time at which it did. */
import { systemClock } from "../../../src/base/clock.ts";
import { pictureOf, textOf } from "./picture.ts";
import type { Tty } from "./tty.ts";

/** Text of the screen without its last row, which is the status line of those that have one. */
export function screenText(tty: Tty): string {
  return textOf(pictureOf(tty.emulator, tty.emulator.rows - 1)).join("\n");
}

/**
 * Waits until the terminal is as it should be: looked at now, and after every piece that comes.
 * @returns when that was seen, in milliseconds of the system clock. @throws Error after `limit` milliseconds
 */
export function shown(tty: Tty, what: string, isShown: () => boolean, limit: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const done = () => {
      tty.onData = undefined;
      timer.cancel();
    };
    const timer = systemClock.after(limit, () => {
      done();
      reject(new Error(`${what} was not shown within ${limit} ms`));
    });
    const look = () => {
      if (!isShown()) return;
      done();
      resolve(systemClock.now());
    };
    tty.onData = look;
    look();
  });
}

/** How long somebody waits for a promise: so many milliseconds, or until they are told that it is not wanted any more. */
import type { Clock, Timer } from "./clock.ts";

/**
 * Waits for a promise, bounded. What it does goes on.
 * @throws what `late` makes when the time is up
 */
export async function within<T>(clock: Clock, ms: number, promise: Promise<T>, late: () => Error): Promise<T> {
  let timer: Timer | undefined;
  const over = new Promise<never>((_, reject) => (timer = clock.after(ms, () => reject(late()))));
  try {
    return await Promise.race([promise, over]);
  } finally {
    timer?.cancel();
  }
}

/** Waits for a promise until the signal says that nobody wants it any more. @throws what `gone` makes then */
export async function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>, gone: () => Error): Promise<T> {
  let leave = () => {};
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(gone());
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

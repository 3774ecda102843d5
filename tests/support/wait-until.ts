/** Waiting for something that other processes do, with an error that shows how far it came. */

/** Much longer than anything takes on a machine that has nothing else to do. */
const PATIENCE_MS = 12_000;
const POLL_MS = 2;
const MOST_SHOWN = 20_000;

/**
 * Resolves when `condition` holds. One that throws does not hold yet: a file may not be there, a process just be gone. What
 * it threw last is shown if time runs out.
 * @param what said in the error
 * @param state shown in the error: whatever helps to understand a time-out
 */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  state: () => unknown = () => undefined,
  timeoutMs = PATIENCE_MS,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    let thrown: unknown;
    try {
      if (await condition()) return;
    } catch (error) {
      thrown = error;
    }
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms for: ${what}\n${shown(state())}`, { cause: thrown });
    await Bun.sleep(POLL_MS);
  }
}

function shown(state: unknown): string {
  return (typeof state === "string" ? state : Bun.inspect(state, { depth: 6 })).slice(0, MOST_SHOWN);
}

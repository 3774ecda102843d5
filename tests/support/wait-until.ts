/** Waiting for something that other processes do, with an error that shows how far it came. */

/**
 * Resolves when `condition` holds.
 * @param what said in the error
 * @param state shown in the error: whatever helps to understand a time-out
 */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  state: () => unknown = () => undefined,
  timeoutMs = 4000,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) {
      const shown = Bun.inspect(state(), { depth: 6 });
      throw new Error(`timed out after ${timeoutMs} ms waiting for ${what}; state: ${shown.slice(0, 4000)}`);
    }
    await Bun.sleep(1);
  }
}

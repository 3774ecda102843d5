/** How this executable starts itself in another role: compiled, or run from source by the runtime. */
import { selfArgv } from "../base/executable.ts";

/** argv of a process that plays a role. */
export function selfCommand(role: string): string[] {
  return [...selfArgv(), role];
}

/**
 * Functions are compiled well after a tenth of the calls that the engine waits for by itself: what a key runs through
 * runs a few times a second, and would be interpreted for long.
 */
const EAGER = { BUN_JSC_thresholdForOptimizeAfterWarmUp: "100" };

/** The environment of such a process: without what would make the runtime behave differently. */
export function selfEnvironment(env: Record<string, string | undefined>): Record<string, string | undefined> {
  const { BUN_OPTIONS: _options, BUN_BE_BUN: _be, ...rest } = env;
  return { ...EAGER, ...rest };
}

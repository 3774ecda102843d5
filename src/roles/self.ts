/** How this executable starts itself in another role: compiled, or run from source by the runtime. */
import { selfArgv } from "../base/executable.ts";

/** argv of a process that plays a role. */
export function selfCommand(role: string): string[] {
  return [...selfArgv(), role];
}

/**
 * Functions are compiled after a few calls (by itself the engine waits for 25 and 30 times as many): what a key runs
 * through runs a few times a second, and would be interpreted for long. Not while they start: `base/engine.ts`.
 */
const EAGER = { BUN_JSC_thresholdForJITAfterWarmUp: "20", BUN_JSC_thresholdForOptimizeAfterWarmUp: "30" };

/** The environment of such a process: without what would make the runtime behave differently. */
export function selfEnvironment(env: Record<string, string | undefined>): Record<string, string | undefined> {
  const { BUN_OPTIONS: _options, BUN_BE_BUN: _be, ...rest } = env;
  return { ...EAGER, ...rest };
}

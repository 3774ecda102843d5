/** End-to-end tests: time enough for a busy machine; those that want programs are left out loudly without them. */
import { test as plainTest } from "bun:test";

const TIMEOUT_MS = 60_000;
const strict = process.env.FUGUE_TEST_ALL === "1";

/** A test with time for processes to start on a busy machine. */
export function test(name: string, body: () => Promise<void>, timeoutMs = TIMEOUT_MS): void {
  plainTest(name, body, timeoutMs);
}

/** A test that needs something: left out with the reason, or failed with it if nothing may be left out. */
export function testIf(
  reason: string | undefined, name: string, body: () => Promise<void>, timeoutMs = TIMEOUT_MS,
): void {
  if (reason === undefined) return test(name, body, timeoutMs);
  if (strict) {
    return plainTest(name, () => {
      throw new Error(`LEFT OUT: ${reason}`);
    });
  }
  console.log(`LEFT OUT: ${name}: ${reason}`);
  plainTest.skip(name, body);
}

/** A test that needs programs. */
export function testWith(
  programs: readonly string[], name: string, body: () => Promise<void>, timeoutMs = TIMEOUT_MS,
): void {
  const missing = programs.filter((program) => Bun.which(program) === null);
  testIf(missing.length === 0 ? undefined : `${missing.join(", ")} not installed`, name, body, timeoutMs);
}

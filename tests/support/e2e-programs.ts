/** Tests that want programs of the system: left out loudly where one is missing, a failure where nothing may be. */
import { setDefaultTimeout, test } from "bun:test";

setDefaultTimeout(60_000);

const strict = process.env.FUGUE_TEST_ALL === "1";

/** A test that needs something: left out with the reason, or failed with it if nothing may be left out. */
export function testIf(reason: string | undefined, name: string, body: () => Promise<void>, timeoutMs?: number): void {
  if (reason === undefined) test(name, body, timeoutMs);
  else if (strict) {
    test(name, () => {
      throw new Error(`LEFT OUT: ${reason}`);
    });
  } else {
    console.log(`LEFT OUT: ${name}: ${reason}`);
    test.skip(name, body);
  }
}

/** A test that needs programs. */
export function testWith(programs: readonly string[], name: string, body: () => Promise<void>, timeoutMs?: number): void {
  const missing = programs.filter((program) => Bun.which(program) === null);
  testIf(missing.length === 0 ? undefined : `${missing.join(", ")} not installed`, name, body, timeoutMs);
}

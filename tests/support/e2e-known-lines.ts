/** What known programs (`known-programs.ts`) have printed, looked at through the executable. */
import { expect } from "bun:test";
import type { E2eHome } from "./e2e-home.ts";
import { wrongLines } from "./known-programs.ts";

/** Fewer lines than this prove nothing. */
const SOME = 20;

/** Waits until the program of a session has stopped and expects its lines, each once: all of them where it was paced, else those that are still in the history. */
export async function expectLines(home: E2eHome, session: string): Promise<void> {
  const isPaced = session.startsWith("paced");
  await home.fugue("wait", session, "--text", "^printed ", "--timeout", "30s");
  const { wrong, seen, example } = wrongLines(await home.fugue("capture", session, "--history", "all"), isPaced);
  expect({ session, wrong, example, some: seen > SOME }).toEqual({ session, wrong: 0, example: undefined, some: true });
}

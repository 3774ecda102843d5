/**
 * A small program that looks like Claude Code as far as fugue looks at it: title, input, dialog, footer, bracketed paste. Run
 * as `bun …/claude.ts` it is taken for it. The prompt says what it does: `ms=500`, `ask`, `fail`, `quote`, `say FILE`. What it took
 * is appended to the file named by FAKE_AGENT_LOG, one JSON text a line.
 */
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/** Puts the program into a folder under the name by which it is known. @returns the command line that starts it */
export function fakeClaude(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "claude.ts");
  copyFileSync(join(import.meta.dir, "fake-agent-program.ts"), path);
  return [process.execPath, path];
}

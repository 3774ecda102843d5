/** Reads a configuration from a text, for tests. */
import { FugueError } from "../../../src/base/errors.ts";
import { interpretConfig } from "../../../src/config/config-file.ts";
import type { LoadedConfig } from "../../../src/config/config-file.ts";
import { formatProblem } from "../../../src/config/problem.ts";

/** A check of command lines that knows three commands. */
export function checkCommand(line: string): FugueError | undefined {
  const name = line.trim().split(/\s+/)[0]!;
  if (["split-window", "new-window", "send-keys"].includes(name)) return undefined;
  return new FugueError("usage", `unknown command '${name}'`, "did you mean 'new-window'?");
}

export function readText(text: string): LoadedConfig {
  return interpretConfig("/etc/c.toml", { kind: "text", text, badLine: 0 }, { HOME: "/home/ann" }, checkCommand);
}

/** The problems of a text, as people see them. */
export function problemsOf(text: string): readonly string[] {
  return readText(text).problems.map(formatProblem);
}

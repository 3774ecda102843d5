/** `[env]`: variables for the environment of new panes. */
import type { Complaints } from "./problem.ts";
import { isTable } from "./toml-document.ts";

const MOST_VARIABLES = 500;
const LONGEST_VALUE = 32_768;

/** Variables that are not the user's to set this way, and why. */
const RESERVED: Readonly<Record<string, string>> = {
  TERM: "set the option term instead",
  TERM_PROGRAM: "fugue sets it: programs know it by this name",
  TERM_PROGRAM_VERSION: "fugue sets it",
  BUN_OPTIONS: "it would change fugue itself when it is run in a pane",
  BUN_BE_BUN: "it would change fugue itself when it is run in a pane",
};

/**
 * Reads a table of variables, at most 500 of at most 32 KiB. Bad ones are left out.
 * @returns undefined if `raw` is no table
 */
export function readEnvironment(
  path: readonly string[], raw: unknown, complaints: Complaints,
): ReadonlyMap<string, string> | undefined {
  if (!isTable(raw)) {
    complaints.at(path, "is not a table", "write NAME = \"value\" in a table of its own");
    return undefined;
  }
  const variables = new Map<string, string>();
  for (const [name, value] of Object.entries(raw)) {
    const at = [...path, name];
    if (complaints.full) break;
    if (variables.size >= MOST_VARIABLES) {
      complaints.at(path, "there are too many variables", `${MOST_VARIABLES} at most`);
      break;
    }
    const mistake = variableMistake(name, value);
    if (mistake) complaints.at(at, mistake.message, mistake.hint);
    else variables.set(name, value as string);
  }
  return variables;
}

/** What is wrong with a variable, and what to do about it. */
export interface VariableMistake {
  readonly message: string;
  readonly hint: string;
}

/** What is wrong with a variable for new panes, or undefined. */
export function variableMistake(name: string, value: unknown): VariableMistake | undefined {
  const mistake = (message: string, hint: string): VariableMistake => ({ message, hint });
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,255}$/.test(name)) {
    return mistake("is no name of a variable", "use letters, digits and _");
  }
  if (Object.hasOwn(RESERVED, name)) return mistake("can't be set here", RESERVED[name]!);
  if (name.startsWith("FUGUE_")) return mistake("can't be set here", "names that begin with FUGUE_ are fugue's own");
  if (typeof value === "number" || typeof value === "boolean") {
    return mistake("is not a text", `write "${value}" in quotes`);
  }
  if (typeof value !== "string") return mistake("is not a text", "write NAME = \"value\"");
  if (value.includes("\0")) return mistake("holds a NUL character", "remove it");
  return value.length > LONGEST_VALUE ? mistake("is too long", `${LONGEST_VALUE} characters at most`) : undefined;
}

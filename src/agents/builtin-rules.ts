/** The rules that come with fugue, embedded in the executable. */
import claude from "./rules/claude.toml" with { type: "text" };
import codex from "./rules/codex.toml" with { type: "text" };
import gemini from "./rules/gemini.toml" with { type: "text" };
import generic from "./rules/generic.toml" with { type: "text" };
import opencode from "./rules/opencode.toml" with { type: "text" };
import { readRules } from "./rule-file.ts";
import type { AgentRules } from "./rules.ts";

/** Rule files by name, as text: also what a user begins an own file from. */
export const RULE_TEXTS: Readonly<Record<string, string>> = { claude, codex, gemini, opencode, generic };

let read: readonly AgentRules[] | undefined;

/** The rules, in the order in which programs are looked up. */
export function builtinRules(): readonly AgentRules[] {
  read ??= Object.entries(RULE_TEXTS).flatMap(([name, text]) => readRules(`${name}.toml`, text).rules ?? []);
  return read;
}

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

const read = new Map<string, readonly AgentRules[]>();
let all: readonly AgentRules[] | undefined;

/** The rules of one of the files; none if it has mistakes. Reading it takes some milliseconds the first time. */
export function builtinRulesOf(name: string): readonly AgentRules[] {
  const known = read.get(name);
  if (known) return known;
  const { rules } = readRules(`${name}.toml`, RULE_TEXTS[name]!);
  const found = rules ? [rules] : [];
  read.set(name, found);
  return found;
}

/** The rules, in the order in which programs are looked up. */
export function builtinRules(): readonly AgentRules[] {
  return (all ??= Object.keys(RULE_TEXTS).flatMap(builtinRulesOf));
}

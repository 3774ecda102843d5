/**
 * Reads a rule file: TOML that tells one kind of agent by its program, and its states by title, progress and the end of
 * the screen. Never throws; what is wrong is listed with its line, as for config.toml. Patterns take linear time.
 */
import { FugueError } from "../base/errors.ts";
import { parseKey } from "../base/keys.ts";
import { readFields, type FieldTypes, type FieldValues } from "../config/fields.ts";
import { Complaints, Problems, type Problem } from "../config/problem.ts";
import { isTable, readToml, type TomlTable } from "../config/toml-document.ts";
import { duration, int, oneOf, text, TEXTS, type ValueType } from "../config/value-types.ts";
import type { ProgressState } from "../terminal/effects.ts";
import type { TextMatcher } from "../terminal/history/pattern-matcher.ts";
import { compileSearch } from "../terminal/history/search.ts";
import { LIVE_ROWS } from "./live-text.ts";
import { RULE_STATES, type AgentRule, type AgentRules } from "./rules.ts";

const MOST_RULES = 50;
const MOST_PATTERNS = 20;
const LONGEST_PATTERN = 500;
const DEFAULT_ROWS = 15;
const NAME = { matches: /^[a-z][a-z0-9-]{0,31}$/, accepts: "a short name in lower case, such as \"claude\"" };
const PROGRESS: readonly ProgressState[] = ["none", "normal", "error", "busy", "paused"];

/** A regular expression without back references and look-around. */
const PATTERN: ValueType<TextMatcher> = {
  kind: "pattern",
  accepts: "a regular expression in quotes",
  read(raw) {
    const source = text().read(raw);
    if (source.length > LONGEST_PATTERN) throw new FugueError("usage", "the pattern is too long", `use at most ${LONGEST_PATTERN} characters`);
    return compileSearch(source, { pattern: true });
  },
  parse(word) {
    return this.read(word);
  },
  write: () => "",
};

/** One pattern, or a list of them. */
const PATTERNS: ValueType<readonly TextMatcher[]> = {
  kind: "patterns",
  accepts: "a regular expression in quotes, or a list of them",
  read(raw) {
    const list = Array.isArray(raw) ? raw : [raw];
    if (list.length === 0 || list.length > MOST_PATTERNS) throw new FugueError("usage", `holds ${list.length} patterns`, `write 1 to ${MOST_PATTERNS}`);
    return list.map((each) => PATTERN.read(each));
  },
  parse: (word) => [PATTERN.parse(word)],
  write: () => "",
};

const PROGRESS_STATES: ValueType<readonly ProgressState[]> = {
  kind: "progress",
  accepts: `a list of ${PROGRESS.join(", ")}`,
  read: (raw) => TEXTS.read(raw).map((word) => oneOf(...PROGRESS).read(word)),
  parse: (word) => [oneOf(...PROGRESS).parse(word)],
  write: () => "",
};

/** Names of keys, with % for a number, and with * at the end for as many as there are answers before. */
const KEYS: ValueType<readonly string[]> = {
  ...TEXTS,
  read(raw) {
    const keys = TEXTS.read(raw);
    for (const key of keys) parseKey(key.length > 1 ? key.replace(/\*$/, "").replace("%", "1") : key.replace("%", "1"));
    return keys;
  },
};

const TOP_FIELDS = {
  agent: text(NAME), label: text(), proven: text(), programs: TEXTS, version: PATTERN, quiet: duration("100ms", "1h"),
} satisfies FieldTypes;

const RULE_FIELDS = {
  state: oneOf(...RULE_STATES), title: PATTERN, progress: PROGRESS_STATES, last: PATTERN, screen: PATTERNS, after: PATTERN, without: PATTERNS,
  rows: int(1, LIVE_ROWS), "question-from": PATTERN, answers: TEXTS,
} satisfies FieldTypes;

const PROMPT_FIELDS = { input: PATTERN, hint: PATTERN, answer: KEYS } satisfies FieldTypes;

const OUTPUT_FIELDS = { own: PATTERN, other: PATTERNS } satisfies FieldTypes;

/** What came of a rule file: rules, if they can be used, and everything that is wrong. */
export interface ReadRules {
  readonly rules?: AgentRules;
  readonly problems: readonly Problem[];
}

/** Reads the text of a rule file. @param file its name, for messages */
export function readRules(file: string, source: string): ReadRules {
  const problems = new Problems(file);
  const document = readToml(source, problems);
  const complaints = new Complaints(problems, document);
  const { rules: ruleTables, prompt: promptTable, output: outputTable, ...top } = document.root;
  const { values, good } = readFields([], top, TOP_FIELDS, "a rule file", complaints);
  const rules = readRuleTables(ruleTables, complaints);
  const prompt = readPart("prompt", promptTable, PROMPT_FIELDS, complaints);
  const output = readPart("output", outputTable, OUTPUT_FIELDS, complaints);
  if (outputTable !== undefined && !output.own) complaints.at(["output"], "has no own", "write own = \"PATTERN\": how a row begins with which the agent says something");
  if (!("agent" in top)) complaints.at(["agent"], "is missing", "write agent = \"NAME\" at the top");
  if (!("programs" in top)) complaints.at(["programs"], "is missing", "write programs = [\"NAME\"]: the program by which it is known");
  const listed = problems.list();
  if (!good || listed.length > 0) return { problems: listed };
  const agent = values.agent!;
  return {
    problems: listed,
    rules: {
      agent, label: values.label ?? agent, programs: values.programs!, rules,
      ...(values.proven !== undefined && { proven: values.proven }), ...(values.version && { version: values.version }),
      ...(values.quiet !== undefined && { quietMs: values.quiet }),
      prompt: { ...(prompt.input && { input: prompt.input }), ...(prompt.hint && { hint: prompt.hint }), answer: prompt.answer ?? ["%"] },
      ...(output.own && { output: { own: output.own, other: output.other ?? [] } }),
    },
  };
}

/** Reads a table with one part of the rules; empty if it is not there. */
function readPart<T extends FieldTypes>(name: string, raw: unknown, fields: T, complaints: Complaints): FieldValues<T> {
  if (raw === undefined) return {};
  if (isTable(raw)) return readFields([name], raw, fields, `[${name}]`, complaints).values;
  complaints.at([name], "is not a table", `write [${name}] with its fields below it`);
  return {};
}

function readRuleTables(raw: unknown, complaints: Complaints): AgentRule[] {
  if (raw === undefined) return [];
  if (!isTable(raw)) {
    complaints.at(["rules"], "is not a table", "write [rules.NAME] with its fields below it");
    return [];
  }
  const rules: AgentRule[] = [];
  for (const [name, fields] of Object.entries(raw)) {
    if (rules.length >= MOST_RULES) {
      complaints.at(["rules", name], "there are too many rules", `${MOST_RULES} at most`);
      break;
    }
    const rule = readRule(name, fields, complaints);
    if (rule) rules.push(rule);
  }
  return rules;
}

function readRule(name: string, fields: unknown, complaints: Complaints): AgentRule | undefined {
  const path = ["rules", name];
  if (!isTable(fields)) {
    complaints.at(path, "is not a table", "write [rules.NAME] with its fields below it");
    return undefined;
  }
  const { values, good } = readFields(path, fields, RULE_FIELDS, "a rule", complaints);
  if (!good) return undefined;
  if (values.state === undefined) {
    complaints.at(path, "has no state", `write state = "idle", or another of ${RULE_STATES.join(", ")}`);
    return undefined;
  }
  if (!hasCondition(fields)) {
    complaints.at(path, "has no condition", "write title, progress, last, screen or without");
    return undefined;
  }
  const { state, title, progress, last, after } = values;
  return {
    name, state, screen: values.screen ?? [], without: values.without ?? [], rows: values.rows ?? DEFAULT_ROWS,
    ...(title && { title }), ...(progress && { progress }), ...(last && { last }), ...(after && { after }),
    ...(values["question-from"] && { questionFrom: values["question-from"] }), ...(values.answers && { answers: values.answers }),
  };
}

function hasCondition(fields: TomlTable): boolean {
  return ["title", "progress", "last", "screen", "without"].some((name) => name in fields);
}

/** The rules by which an agent's state is read off its terminal: as data, and how they are applied. Pure. */
import type { ProgressState } from "../terminal/effects.ts";
import type { TextMatcher } from "../terminal/history/pattern-matcher.ts";
import type { OutputRules } from "./spoken.ts";

/** States that rules can tell. */
export const RULE_STATES = ["idle", "working", "blocked", "error"] as const;

export type RuleState = (typeof RULE_STATES)[number];

/** One rule: all of its conditions must hold. */
export interface AgentRule {
  readonly name: string;
  readonly state: RuleState;
  /** The title that the program set (OSC 0 and 2). */
  readonly title?: TextMatcher;
  /** Progress that the program reported (OSC 9;4). */
  readonly progress?: readonly ProgressState[];
  /** The last row of the screen that is not blank. */
  readonly last?: TextMatcher;
  /** Each matches some row among the last `rows`. */
  readonly screen: readonly TextMatcher[];
  /** Only rows below the last one that matches this count for `screen` and `without`. */
  readonly after?: TextMatcher;
  /** None of them does. */
  readonly without: readonly TextMatcher[];
  readonly rows: number;
  /** What is asked begins with the last row that matches this one. */
  readonly questionFrom?: TextMatcher;
  /** The answers that it always offers, in their order, where no numbers stand before them. */
  readonly answers?: readonly string[];
}

/** How prompts are given to an agent. */
export interface PromptRules {
  /** The row of its input, up to where what is typed begins. */
  readonly input?: TextMatcher;
  /** What stands there, not dim, while nothing is typed. */
  readonly hint?: TextMatcher;
  /** Keys that answer a question: `%` is the number of the answer, and `Right*` is pressed once for each answer before it. */
  readonly answer: readonly string[];
}

/** Everything that is known of one kind of agent. */
export interface AgentRules {
  /** `claude`: what presets, targets and lists call it. */
  readonly agent: string;
  /** Its name for people. */
  readonly label: string;
  /** Version of the program on which the rules were proven; undefined: they were not. */
  readonly proven?: string;
  /** Names of its program, of scripts and of the packages they belong to. */
  readonly programs: readonly string[];
  /** A row of the screen that tells the version. */
  readonly version?: TextMatcher;
  readonly rules: readonly AgentRule[];
  /** Without a rule that matches, the agent works while it prints, and is idle after this long, milliseconds. */
  readonly quietMs?: number;
  readonly prompt: PromptRules;
  /** Undefined: what it says can't be told from what it shows. */
  readonly output?: OutputRules;
}

/** What is seen of a terminal. */
export interface Sight {
  /** The live part: `liveRows`. Most looks need no more than its last row. */
  readonly rows: readonly string[];
  /** The last of them; default: taken from `rows`. */
  readonly last?: string;
  readonly title: string;
  readonly progress: ProgressState;
}

/** A question to a person. */
export interface Question {
  /** One line, bounded. */
  readonly text: string;
  /** The answers that are offered, by number from 1. */
  readonly answers: readonly string[];
}

export interface Verdict {
  readonly state: RuleState;
  /** Name of the rule. */
  readonly rule: string;
  readonly question?: Question;
}

const LONGEST_QUESTION = 600;
const LONGEST_ANSWER = 200;
const MOST_ANSWERS = 9;
const ANSWER = /^[\s│|]*[❯›>●○*]?\s*(\d)[.)] +(\S.*)$/;
const BORDER = /[\s│┃|]+$/;
const ORNAMENT = /^[\s─━═╌│┃|╭╮╰╯┌┐└┘❯›>△☐☒□■•●*-]+|[\s─━═╌│┃|]+$/g;

/** Whether a row matches. */
function holds(matcher: TextMatcher, row: string): boolean {
  return row !== "" && matcher.probe(row, 0) >= 0;
}

function applies(rule: AgentRule, sight: Sight): boolean {
  const { title, progress } = sight;
  if (rule.progress && !rule.progress.includes(progress)) return false;
  if (rule.title && !holds(rule.title, title)) return false;
  if (rule.last && !holds(rule.last, sight.last ?? sight.rows.at(-1) ?? "")) return false;
  if (rule.screen.length === 0 && rule.without.length === 0) return true;
  const { rows } = sight;
  let live = rows.slice(-rule.rows);
  if (rule.after) live = live.slice(live.findLastIndex((row) => holds(rule.after!, row)) + 1);
  if (!rule.screen.every((matcher) => live.some((row) => holds(matcher, row)))) return false;
  return !rule.without.some((matcher) => live.some((row) => holds(matcher, row)));
}

/** The first rule that applies, or undefined. */
export function judge(rules: AgentRules, sight: Sight): Verdict | undefined {
  const rule = rules.rules.find((each) => applies(each, sight));
  if (!rule) return undefined;
  const question = rule.state === "blocked" ? questionOf(rule, sight.rows) : undefined;
  return { state: rule.state, rule: rule.name, ...(question && { question }) };
}

/** What a dialog at the end of the screen asks, and the answers it offers. */
function questionOf({ questionFrom, answers: fixed, rows: most }: AgentRule, rows: readonly string[]): Question | undefined {
  const live = rows.slice(-most);
  const offers = (row: string) => (fixed ? fixed.every((answer) => row.includes(answer)) : ANSWER.exec(row)?.[1] === "1");
  const last = live.findLastIndex(offers);
  const from = questionFrom ? live.findLastIndex((row, y) => (last < 0 || y < last) && holds(questionFrom, row)) : -1;
  if (from < 0) return undefined;
  const dialog = live.slice(from);
  const first = dialog.findIndex(offers);
  const asked = (first < 0 ? dialog : dialog.slice(0, first)).map((row) => row.replace(ORNAMENT, "").trim());
  const text = asked.filter((row) => row !== "").join(" ").replace(/\s+/g, " ").slice(0, LONGEST_QUESTION);
  if (text === "") return undefined;
  return { text, answers: first < 0 ? [] : (fixed ?? answersIn(dialog.slice(first))) };
}

function answersIn(rows: readonly string[]): string[] {
  const answers: string[] = [];
  for (const row of rows) {
    const match = ANSWER.exec(row);
    if (match && Number(match[1]) === answers.length + 1 && answers.length < MOST_ANSWERS) {
      answers.push(match[2]!.replace(BORDER, "").slice(0, LONGEST_ANSWER));
    }
  }
  return answers;
}

/** The names of the keys that choose an answer, counted from 1. */
export function answerKeys({ answer: keys }: PromptRules, answer: number): string[] {
  return keys.flatMap((key) => {
    const steps = key.length > 1 && key.endsWith("*");
    return steps ? Array.from({ length: answer - 1 }, () => key.slice(0, -1)) : [key.replace("%", String(answer))];
  });
}

/** Where an agent's input is on its screen. */
export interface InputPlace {
  /** Number of its row among those that were given. */
  readonly row: number;
  /** Where what is typed begins, in UTF-16 units of the row. */
  readonly start: number;
}

/** The last row that is an agent's input, or undefined if none is seen. */
export function inputPlace(rules: AgentRules, rows: readonly string[]): InputPlace | undefined {
  const { input } = rules.prompt;
  if (!input) return undefined;
  for (let row = rows.length - 1; row >= 0; row--) {
    const text = rows[row]!;
    for (const { end } of holds(input, text) ? input.matches(text) : []) return { row, start: end };
  }
  return undefined;
}

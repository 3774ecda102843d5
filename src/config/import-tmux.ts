/** Turns a .tmux.conf into a config.toml: what has a meaning here is taken over, the rest is listed with the reason. */
import { asFugueError, FugueError } from "../base/errors.ts";
import { formatKey, parseKey } from "../base/keys.ts";
import { KEY_TABLES } from "./bindings.ts";
import type { Binding, CheckCommand, KeyTableName } from "./bindings.ts";
import { bindingLine } from "./config-text.ts";
import { variableMistake } from "./environment.ts";
import { oneLine } from "./problem.ts";
import { tmuxCommands } from "./tmux-lexer.ts";
import type { TmuxCommand, TmuxWord } from "./tmux-lexer.ts";
import { importOption } from "./tmux-options.ts";
import { tomlHeader, tomlKey, tomlString } from "./toml-text.ts";

/** A command of the file that was not taken over. */
export interface SkippedCommand {
  /** Line of the .tmux.conf on which it begins, from 1. */
  readonly line: number;
  readonly text: string;
  readonly why: string;
}

/** A file that was converted. */
export interface TmuxImport {
  readonly toml: string;
  readonly skipped: readonly SkippedCommand[];
}

/** What is to be known of commands: which lines are right, and tmux's full names for its short ones. */
export interface TmuxLanguage {
  readonly check: CheckCommand;
  readonly tmuxName: (name: string) => string;
}

const REASONS: Readonly<Record<string, string>> = {
  "source-file": "other files are not read: convert that file by itself",
  "run-shell": "nothing is run while a configuration is read (plugins are scripts of tmux)",
  "if-shell": "nothing is run while a configuration is read: decide by hand which part applies",
  "set-hook": "fugue has no hooks",
};

const TABLES: Readonly<Record<string, KeyTableName>> = {
  prefix: "prefix",
  root: "root",
  "copy-mode": "copy-emacs",
  "copy-mode-vi": "copy-vi",
};

const OWN_VARIABLES = "variables of the file itself are not supported: write the value where it is used";
const LONGEST_FILE = 1024 * 1024;

/**
 * Converts the text of a .tmux.conf (at most 1 MiB). Never throws. What
 * it makes has no mistakes: a file with one would not come into force at all.
 */
export function importTmux(text: string, language: TmuxLanguage): TmuxImport {
  if (text.length > LONGEST_FILE) {
    return { toml: "", skipped: [{ line: 1, text: "", why: "the file is larger than 1 MiB" }] };
  }
  const conversion = new Conversion(language);
  for (const command of tmuxCommands(text)) conversion.take(command);
  return { toml: conversion.toml(), skipped: conversion.skipped };
}

/** Why a command is not taken over. */
function reason(why: string): FugueError {
  return new FugueError("usage", why);
}

class Conversion {
  readonly skipped: SkippedCommand[] = [];
  private readonly options = new Map<string, { readonly text: string; readonly toml: string }>();
  private readonly bindings = new Map<KeyTableName, Map<string, Binding>>();
  private readonly variables = new Map<string, string>();
  private conditions = 0;

  constructor(private readonly language: TmuxLanguage) {}

  take(command: TmuxCommand): void {
    try {
      this.convert(command);
    } catch (thrown) {
      const { message, hint } = asFugueError(thrown);
      const why = oneLine(hint ? `${message}: ${hint}` : message);
      this.skipped.push({ line: command.line, text: shortText(command), why });
    }
  }

  private convert({ words, broken }: TmuxCommand): void {
    if (broken !== undefined) throw reason(broken);
    const written = words[0]!.value;
    this.checkCondition(written);
    const name = this.language.tmuxName(written);
    const rest = words.slice(1);
    if (name === "set-option" || name === "set-window-option") this.setOption(rest);
    else if (name === "bind-key") this.bind(rest);
    else if (name === "unbind-key") this.unbind(rest);
    else if (name === "set-environment") this.setVariable(rest);
    else if (/^[A-Za-z_]\w*=/.test(written)) throw reason(OWN_VARIABLES);
    else throw reason(REASONS[name] ?? "not a setting: commands are not run while a configuration is read");
  }

  /** Conditions are not evaluated, so what depends on them is left out. */
  private checkCondition(name: string): void {
    if (name === "%if") this.conditions++;
    const inside = this.conditions > 0;
    if (name === "%endif") this.conditions = Math.max(0, this.conditions - 1);
    if (inside) throw reason("conditions (%if) are not evaluated: decide by hand which part applies");
    if (name.startsWith("%")) throw reason(OWN_VARIABLES);
  }

  private setOption(words: readonly TmuxWord[]): void {
    const { flags, rest } = flagsOf(words, "aFgopqsuUw", "t");
    if (flags.has("t")) throw reason("only settings for everything are taken over, not those for one target (-t)");
    if (flags.has("F")) throw reason("formats in values (-F) are not evaluated");
    const name = rest[0]?.value.replace(/\[\d+\]$/, "");
    if (name === undefined) throw reason("the option has no name");
    if (flags.has("u") || flags.has("U")) return void this.options.delete(name);
    const value = rest.length > 1 ? rest.slice(1).map((word) => word.value).join(" ") : undefined;
    const option = importOption(name, value, flags.has("a"));
    const before = this.options.get(option.name);
    if (flags.has("o") && before) return;
    const { type } = option.row;
    const start = before?.text ?? String(option.row.default);
    const separator = type.kind === "style" || type.kind === "list" ? "," : "";
    const text = option.append && start !== "" ? start + separator + option.text : option.text;
    this.options.set(option.name, { text, toml: type.write(type.parse(text)) });
  }

  private bind(words: readonly TmuxWord[]): void {
    const { flags, rest } = flagsOf(words, "nr", "TNt");
    const table = tableOf(flags);
    const key = keyOf(rest[0]);
    const body = rest.slice(1);
    if (body.length === 0) throw reason("the binding has no command");
    const command = this.commandLine(body);
    const mistake = this.language.check(command, table);
    if (mistake) throw mistake;
    this.tableOf(table).set(formatKey(key), { key, command, repeat: flags.has("r") });
  }

  private unbind(words: readonly TmuxWord[]): void {
    const { flags, rest } = flagsOf(words, "anq", "Tt");
    if (flags.has("a")) throw reason("all keys at once can't be unbound: unbind them one by one");
    const key = keyOf(rest[0]);
    this.tableOf(tableOf(flags)).set(formatKey(key), { key, command: undefined, repeat: false });
  }

  private tableOf(name: KeyTableName): Map<string, Binding> {
    const table = this.bindings.get(name) ?? new Map<string, Binding>();
    this.bindings.set(name, table);
    return table;
  }

  private setVariable(words: readonly TmuxWord[]): void {
    const { flags, rest } = flagsOf(words, "Fghru", "t");
    const [name, value] = [rest[0]?.value ?? "", rest[1]?.value];
    if (flags.has("t") || flags.has("F") || flags.has("r") || flags.has("u") || value === undefined) {
      throw reason("only NAME and VALUE for everything (-g) are taken over");
    }
    const mistake = variableMistake(name, value);
    if (mistake) throw reason(`${name}: ${mistake.message}: ${mistake.hint}`);
    if (value.includes("$")) throw reason("variables in values are not replaced here");
    this.variables.set(name, value);
  }

  /** The commands of a binding as one line of ours, by their full names: some short ones are ours for something else. */
  private commandLine(body: readonly TmuxWord[]): string {
    const only = body.length === 1 ? body[0] : undefined;
    // both forms hold a sequence of commands: bind x { a ; b } and bind x "a ; b"
    const commands = only && (only.braces || /\s/.test(only.value)) ? tmuxCommands(only.value) : splitCommands(body);
    if (commands.length === 0) throw reason("the binding has no command");
    for (const { words, broken } of commands) {
      if (broken !== undefined) throw reason(broken);
      if (words.some((word) => word.braces)) throw reason("commands in braces inside a binding are not supported");
    }
    const line = commands.map(({ words: [name, ...rest] }) => (
      [this.language.tmuxName(name!.raw), ...rest.map((word) => word.raw)].join(" ")
    )).join(" ; ");
    if (/[\x00-\x08\x0a-\x1f\x7f]/.test(line)) throw reason("the command goes over several lines");
    return line;
  }

  /** What was taken over, as a configuration file. */
  toml(): string {
    const parts = [["# Made from a tmux configuration."]];
    if (this.options.size > 0) {
      parts.push(["[options]", ...[...this.options].map(([name, { toml }]) => `${name} = ${toml}`)]);
    }
    for (const table of KEY_TABLES) {
      const bindings = [...(this.bindings.get(table)?.values() ?? [])];
      const header = table === "prefix" ? tomlHeader("keys") : tomlHeader("keys", table);
      if (bindings.length > 0) parts.push([header, ...bindings.map(bindingLine)]);
    }
    const variables = [...this.variables].map(([name, value]) => `${tomlKey(name)} = ${tomlString(value)}`);
    if (variables.length > 0) parts.push([tomlHeader("env"), ...variables]);
    return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
  }
}

/** The flags in front of the words, as getopt(3) reads them. @throws FugueError for a flag of neither list */
function flagsOf(
  words: readonly TmuxWord[], plain: string, withValue: string,
): { readonly flags: ReadonlyMap<string, string>; readonly rest: readonly TmuxWord[] } {
  const flags = new Map<string, string>();
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at]!;
    if (word.raw === "--") return { flags, rest: words.slice(at + 1) };
    if (!/^-[A-Za-z]/.test(word.raw)) break;
    for (let i = 1; i < word.value.length; i++) {
      const flag = word.value[i]!;
      if (withValue.includes(flag)) {
        flags.set(flag, word.value.slice(i + 1) || words[++at]?.value || "");
        break;
      }
      if (!plain.includes(flag)) throw reason(`unknown flag -${flag}`);
      flags.set(flag, "");
    }
  }
  return { flags, rest: words.slice(at) };
}

function tableOf(flags: ReadonlyMap<string, string>): KeyTableName {
  if (flags.has("t")) throw reason("key tables of tmux before 2.4 (-t) are not supported: use -T");
  const name = flags.get("T") ?? (flags.has("n") ? "root" : "prefix");
  if (Object.hasOwn(TABLES, name)) return TABLES[name]!;
  throw reason(`fugue has no key table '${name}'`);
}

function keyOf(word: TmuxWord | undefined): ReturnType<typeof parseKey> {
  if (word === undefined || word.value === "") throw reason("the key is missing");
  if (/^(?:[CMS]-)*(?:Mouse|Double|Triple|Second|Wheel)/.test(word.value)) {
    throw reason("the mouse has no bindings here");
  }
  return parseKey(word.value);
}

/** A command for the list of skipped ones: on one line, at most 200 characters. */
function shortText({ words }: TmuxCommand): string {
  const text = words.map((word) => word.raw).join(" ").replace(/\s+/g, " ");
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}

/** Divides the words of a binding at each `\;`, which may stand at the end of a word. */
function splitCommands(words: readonly TmuxWord[]): readonly TmuxCommand[] {
  const commands: TmuxWord[][] = [[]];
  for (const word of words) {
    const ends = word.raw.endsWith("\\;");
    const raw = ends ? word.raw.slice(0, -2) : word.raw;
    if (raw !== "") commands.at(-1)!.push({ ...word, raw, value: ends ? word.value.slice(0, -1) : word.value });
    if (ends) commands.push([]);
  }
  return commands.filter((command) => command.length > 0).map((command) => ({ line: 0, words: command }));
}

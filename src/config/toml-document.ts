/**
 * A TOML text as a tree, with the line of every setting, and with every mistake instead of only the first. Values are
 * parsed by the runtime (`Bun.TOML.parse`), whose errors carry no usable position: after one, the statements are parsed
 * one by one, and the good ones are kept.
 */
import { formatKeyPath } from "./problem.ts";
import type { LineIndex, Problems } from "./problem.ts";
import { newlines, tomlStatements } from "./toml-statements.ts";
import type { TomlStatement } from "./toml-statements.ts";

/** A TOML table. */
export type TomlTable = Readonly<Record<string, unknown>>;

/** A text that was read: all its statements that make sense. */
export interface TomlDocument extends LineIndex {
  readonly root: TomlTable;
}

// The runtime's parser takes time with the square of a table's keys (1.9 s for 40,000), so what it is given is bounded.
const MOST_STATEMENTS_AT_ONCE = 2000;
const LONGEST_STATEMENT = 16_384;

/** Whether a value is a table. */
export function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads a TOML text. Never throws: mistakes go to `problems`, with their lines. */
export function readToml(text: string, problems: Problems): TomlDocument {
  const statements = tomlStatements(text);
  const lineOf = lineIndex(statements);
  const short = statements.every((s) => s.end - s.start <= LONGEST_STATEMENT);
  const whole = short && statements.length <= MOST_STATEMENTS_AT_ONCE ? parse(text) : undefined;
  if (isTable(whole)) return { root: whole, lineOf };
  const assembly = new Assembly(text);
  for (const statement of statements) assembly.add(statement);
  for (const mistake of assembly.mistakes) problems.add(mistake.line, mistake.key, mistake.message, mistake.hint);
  if (assembly.mistakes.length === 0 && whole !== undefined) {
    problems.add(0, "", explain(whole).message, "check this file with a TOML validator");
  }
  return { root: assembly.root, lineOf };
}

/** The tree of a text, or what is wrong with it. */
function parse(text: string): TomlTable | string {
  try {
    return Bun.TOML.parse(text) as TomlTable;
  } catch (thrown) {
    if (thrown instanceof RangeError) return "nested too deeply";
    return thrown instanceof Error ? thrown.message.replace(/^TOML Parse error: /, "") : String(thrown);
  }
}

const SEPARATOR = "\0";

/** Lines by key path. A path that is not in the text has the line of the nearest table around it. */
function lineIndex(statements: readonly TomlStatement[]): LineIndex["lineOf"] {
  const lines = new Map<string, number>();
  let header: readonly string[] = [];
  for (const { kind, path, line } of statements) {
    if (kind === "junk") continue;
    if (kind !== "setting") header = path;
    const full = kind === "setting" ? [...header, ...path] : path;
    for (let length = full.length; length > 0; length--) {
      const key = full.slice(0, length).join(SEPARATOR);
      if (lines.has(key)) break;
      lines.set(key, line);
    }
  }
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const line = lines.get(path.slice(0, length).join(SEPARATOR));
      if (line !== undefined) return line;
    }
    return 0;
  };
}

interface Mistake {
  readonly line: number;
  readonly key: string;
  readonly message: string;
  readonly hint: string;
}

/** How a path came to be: by the header of a table below it, by its own header, by a dotted key, or as a value. */
interface Entry {
  readonly kind: "implicit" | "table" | "dotted" | "value";
  readonly line: number;
  readonly table: Record<string, unknown>;
}

/** Puts the statements of a text together, one by one; what makes no sense becomes a mistake and is left out. */
class Assembly {
  readonly root: Record<string, unknown> = Object.create(null);
  readonly mistakes: Mistake[] = [];
  private readonly entries = new Map<string, Entry>();
  /** Path of the header above; undefined if that header made no sense, and its settings belong nowhere. */
  private header: readonly string[] | undefined = [];

  constructor(private readonly text: string) {}

  add(statement: TomlStatement): void {
    const { kind, path, line, start, end } = statement;
    const source = this.text.slice(start, end);
    if (kind !== "setting") return this.addHeader(statement, source);
    const full = [...(this.header ?? []), ...path];
    const parsed = source.length > LONGEST_STATEMENT ? "too long" : parse(source);
    if (!isTable(parsed)) {
      const at = line + newlines(this.text, start, this.brokenElement(statement) ?? start);
      const { message, hint } = explain(parsed);
      this.mistakes.push({ line: at, key: formatKeyPath(full), message, hint });
    } else if (this.header) {
      const value = path.reduce<unknown>((inner, name) => (inner as TomlTable)[name], parsed);
      this.addValue(full, value, line);
    }
  }

  private addHeader({ kind, path, line }: TomlStatement, source: string): void {
    const parsed = kind === "junk" || kind === "array" ? undefined : parse(source);
    if (isTable(parsed)) {
      this.header = this.addTable(path, line) ? path : undefined;
      return;
    }
    const startsTable = source.startsWith("[");
    if (startsTable) this.header = undefined;
    const { message, hint } = kind === "array"
      ? { message: "lists of tables have no meaning here", hint: `write [${formatKeyPath(path)}]` }
      : explain(parsed ?? (source.length > LONGEST_STATEMENT ? "too long" : junk(source)));
    this.mistakes.push({ line, key: formatKeyPath(path), message, hint });
  }

  /** Makes the table of a header. A second header of the same table is a mistake, but its settings are kept. */
  private addTable(path: readonly string[], line: number): boolean {
    const parent = this.descend(path.slice(0, -1), line, "implicit");
    if (!parent) return false;
    const key = path.join(SEPARATOR);
    const before = this.entries.get(key);
    if (before?.kind === "table" || before?.kind === "dotted") {
      const message = `the table is already there, from line ${before.line} on`;
      this.mistakes.push({ line, key: formatKeyPath(path), message, hint: "put the settings of both under one header" });
      return true;
    }
    if (before?.kind === "value") return this.conflict(path, line, before);
    const made = before?.table ?? (parent[path.at(-1)!] = Object.create(null) as Record<string, unknown>);
    this.entries.set(key, { kind: "table", line, table: made });
    return true;
  }

  private addValue(path: readonly string[], value: unknown, line: number): void {
    const parent = this.descend(path.slice(0, -1), line, "dotted");
    if (!parent) return;
    const key = path.join(SEPARATOR);
    const before = this.entries.get(key);
    if (before) {
      this.conflict(path, line, before);
      return;
    }
    parent[path.at(-1)!] = value;
    this.entries.set(key, { kind: "value", line, table: parent });
  }

  /** The table at `path`, made as needed; undefined (and a mistake) if a value stands in the way. */
  private descend(path: readonly string[], line: number, kind: Entry["kind"]): Record<string, unknown> | undefined {
    let table = this.root;
    for (let length = 1; length <= path.length; length++) {
      const key = path.slice(0, length).join(SEPARATOR);
      let entry = this.entries.get(key);
      if (entry?.kind === "value") {
        this.conflict(path.slice(0, length), line, entry);
        return undefined;
      }
      if (!entry) {
        const made: Record<string, unknown> = Object.create(null);
        table[path[length - 1]!] = made;
        entry = { kind, line, table: made };
        this.entries.set(key, entry);
      }
      table = entry.table;
    }
    return table;
  }

  private conflict(path: readonly string[], line: number, before: Entry): false {
    const message = `is already set on line ${before.line}`;
    this.mistakes.push({ line, key: formatKeyPath(path), message, hint: "remove one of the two" });
    return false;
  }

  /** Offset of the first element that is wrong in a list of several lines. */
  private brokenElement({ elements, end }: TomlStatement): number | undefined {
    return elements.find((from, i) => {
      const last = i === elements.length - 1;
      const source = this.text.slice(from, last ? end : elements[i + 1]);
      return !isTable(parse(`list = [${source}${last ? "" : "\n]"}`));
    });
  }
}

/** What a line that begins like no statement is told to be. */
function junk(source: string): string {
  const parsed = parse(source);
  return isTable(parsed) ? "Expected a key" : parsed;
}

const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/^Missing value/, "write a value behind the '=', or remove the line"],
  [/^Strings must be quoted: "(true|on|yes)"/i, "write true"],
  [/^Strings must be quoted: "(false|off|no)"/i, "write false"],
  [/^Unterminated string/, "close the string with the quote that opened it"],
  [/in an array|^Unterminated array/, "separate the elements by commas, and close the list with ]"],
  [/inline table/, "separate the settings by commas, and close the table with }"],
  [/table header/, "write the header as [name]"],
  [/^Invalid escape/, "write text with backslashes in single quotes"],
  [/^Expected '='|^Expected a key/, "write name = value; names with special characters need quotes: \"%\" = \"split-window\""],
  [/^Expected a newline/, "put each setting on a line of its own"],
  [/^Unexpected character after a value/, "put the value in quotes"],
  [/^Control character/, "remove the character, or write it as \\uXXXX"],
  [/losslessly|signed range/, "write a smaller number"],
];

/** What the runtime's parser says, with a way out. */
function explain(parsed: string): { readonly message: string; readonly hint: string } {
  if (parsed === "too long") return { message: "the value is too long", hint: "16 KiB at most" };
  const unquoted = /^Strings must be quoted: ("[\w.+-]{1,60}")$/.exec(parsed)?.[1];
  const known = HINTS.find(([pattern]) => pattern.test(parsed))?.[1];
  const hint = known ?? (unquoted ? `write ${unquoted}` : "see https://toml.io for how values are written");
  return { message: oneLine(parsed), hint };
}

/** A message of the parser on one line, at most 200 characters, beginning with a small letter. */
function oneLine(message: string): string {
  const line = message.replace(/[\x00-\x1f\x7f-\x9f]+/g, " ").slice(0, 200);
  return line.charAt(0).toLowerCase() + line.slice(1);
}

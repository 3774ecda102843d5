/**
 * A TOML text as a tree, with the line of every setting, and with every mistake instead of only the first. Values are
 * parsed by the runtime (`Bun.TOML.parse`), whose errors carry no usable position: after one, the statements are parsed
 * one by one, and the good ones are kept.
 */
import { formatKeyPath } from "./problem.ts";
import type { LineIndex, Problems } from "./problem.ts";
import { explain, TOO_DEEP, TOO_LONG } from "./toml-explanations.ts";
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
/** More names in a path than any setting here has. */
const DEEPEST_PATH = 16;

/** Whether a value is a table. */
export function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads a TOML text. Never throws: mistakes go to `problems`, with their lines. */
export function readToml(text: string, problems: Problems): TomlDocument {
  const statements = tomlStatements(text);
  const lineOf = lineIndex(statements);
  const short = statements.every((s) => s.end - s.start <= LONGEST_STATEMENT);
  const small = short && statements.length <= MOST_STATEMENTS_AT_ONCE;
  const whole = small ? parse(text) : undefined;
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
    if (thrown instanceof RangeError) return TOO_DEEP;
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
    if (kind !== "setting") header = path.slice(0, DEEPEST_PATH);
    const full = kind === "setting" ? [...header, ...path] : path;
    for (let length = Math.min(full.length, DEEPEST_PATH); length > 0; length--) {
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
    // with a line end, because a CR belongs to one
    const source = `${this.text.slice(start, end)}\n`;
    if (kind !== "setting") return this.addHeader(statement, source);
    const full = [...(this.header ?? []), ...path];
    const parsed = parseStatement(source, full);
    if (!isTable(parsed)) {
      const at = line + newlines(this.text, start, this.brokenElement(statement) ?? start);
      const { message, hint } = explain(parsed);
      this.mistakes.push({ line: at, key: shortPath(full), message, hint });
    } else if (this.header) {
      const value = path.reduce<unknown>((inner, name) => (inner as TomlTable)[name], parsed);
      this.addValue(full, value, line);
    }
  }

  private addHeader({ kind, path, line }: TomlStatement, source: string): void {
    const parsed = kind === "table" ? parseStatement(source, path) : junk(source);
    if (isTable(parsed)) {
      this.header = this.addTable(path, line) ? path : undefined;
      return;
    }
    const startsTable = source.startsWith("[");
    if (startsTable) this.header = undefined;
    const { message, hint } = kind === "array"
      ? { message: "lists of tables have no meaning here", hint: `write [${formatKeyPath(path)}]` }
      : explain(parsed);
    this.mistakes.push({ line, key: shortPath(path), message, hint });
  }

  /** Makes the table of a header. A second header of the same table is a mistake, but its settings are kept. */
  private addTable(path: readonly string[], line: number): boolean {
    const parent = this.descend(path.slice(0, -1), line, "implicit");
    if (!parent) return false;
    const key = path.join(SEPARATOR);
    const before = this.entries.get(key);
    if (before?.kind === "table" || before?.kind === "dotted") {
      const message = `the table is already there, from line ${before.line} on`;
      this.mistakes.push(
        { line, key: formatKeyPath(path), message, hint: "put the settings of both under one header" },
      );
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

/** The tree of one statement, or what is wrong with it; `path` is where its value goes. */
function parseStatement(source: string, path: readonly string[]): TomlTable | string {
  if (source.length > LONGEST_STATEMENT) return TOO_LONG;
  return path.length > DEEPEST_PATH ? TOO_DEEP : parse(source);
}

/** A path for messages, without end if it is too deep. */
function shortPath(path: readonly string[]): string {
  return formatKeyPath(path.slice(0, DEEPEST_PATH));
}

/** What a line that begins like no statement is told to be. */
function junk(source: string): string {
  const parsed = parseStatement(source, []);
  return isTable(parsed) ? "Expected a key" : parsed;
}

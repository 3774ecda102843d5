/**
 * Divides a TOML text into its statements (headers and settings) and finds their lines. It knows just enough of the
 * grammar (https://toml.io/en/v1.0.0) to see where a value ends, and goes on after a mistake: what is wrong with a
 * statement is for the real parser to say.
 */

/** One statement. Lines count from 1, offsets in UTF-16 units. */
export interface TomlStatement {
  /** `table` is `[a.b]`, `array` is `[[a.b]]`, `junk` is anything that begins like neither these nor a setting. */
  readonly kind: "table" | "array" | "setting" | "junk";
  /** The names in the header, or in the setting's key without those of its header. Empty for junk. */
  readonly path: readonly string[];
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** Offsets of the elements, if the value is a list. */
  readonly elements: readonly number[];
}

// a bare or quoted name, with dots and more names behind it
const NAME = String.raw`(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')`;
const NAMES = String.raw`${NAME}(?:[ \t]*\.[ \t]*${NAME})*`;
const SETTING = new RegExp(String.raw`(${NAMES})[ \t]*=`, "y");
const HEADER = new RegExp(String.raw`(\[\[?)[ \t]*(${NAMES})[ \t]*\]`, "y");
const ONE_NAME = new RegExp(NAME, "g");
// a line inside an unclosed list that can only be the next statement: no value looks like this
const NEXT_STATEMENT = new RegExp(
  String.raw`[ \t]*(?:${NAMES}[ \t]*=|\[\[?[A-Za-z_][\w. -]*\]\]?[ \t\r]*(?:#.*)?$)`, "my",
);
const NEXT_HEADER = /[ \t]*\[\[?[A-Za-z_][\w. -]*\]\]?[ \t\r]*(?:#.*)?$/my;

/** The statements of a text, in order. Comments and empty lines belong to none. */
export function tomlStatements(text: string): readonly TomlStatement[] {
  const statements: TomlStatement[] = [];
  const scanner = new ValueScanner(text);
  let at = text.startsWith("\ufeff") ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const start = skipBlanks(text, at);
    const lineEnd = endOfLine(text, start);
    let end = lineEnd;
    if (start < lineEnd && text[start] !== "#" && text[start] !== "\r") {
      const statement = statementAt(text, start, line, scanner);
      statements.push(statement);
      end = endOfLine(text, statement.end);
    }
    line += newlines(text, start, end) + 1;
    at = end + 1;
  }
  return statements;
}

function statementAt(text: string, start: number, line: number, scanner: ValueScanner): TomlStatement {
  const lineEnd = endOfLine(text, start);
  HEADER.lastIndex = start;
  const header = HEADER.exec(text);
  if (header) {
    const kind = header[1] === "[[" ? "array" : "table";
    return { kind, path: namesOf(header[2]!), line, start, end: lineEnd, elements: [] };
  }
  SETTING.lastIndex = start;
  const setting = SETTING.exec(text);
  if (!setting) return { kind: "junk", path: [], line, start, end: lineEnd, elements: [] };
  const { end, elements } = scanner.scan(SETTING.lastIndex);
  return { kind: "setting", path: namesOf(setting[1]!), line, start, end, elements };
}

/** The names of a dotted key, with the escapes of quoted ones resolved. */
function namesOf(key: string): readonly string[] {
  return key.match(ONE_NAME)!.map((name) => {
    if (name.startsWith("'")) return name.slice(1, -1);
    if (!name.startsWith('"')) return name;
    try {
      return String((Bun.TOML.parse(`name = ${name}`) as { name: unknown }).name);
    } catch {
      return name.slice(1, -1);
    }
  });
}

/** Finds the ends of values. */
class ValueScanner {
  /** Closing quotes of these kinds do not occur any more: nobody has to look again. */
  private readonly unclosed = new Set<string>();

  constructor(private readonly text: string) {}

  /**
   * End of the value that begins at `start`, and the offsets of its elements. A list that nothing closes ends before
   * the next statement, a long string that nothing closes with its first line.
   */
  scan(start: number): { end: number; elements: readonly number[] } {
    const { text } = this;
    const open: string[] = [];
    const elements: number[] = [];
    let awaiting = false;
    for (let at = start; at < text.length; at++) {
      const char = text[at]!;
      if (char === "\n") {
        if (open.length === 0 || this.nextStatementAt(at + 1, open)) return { end: at, elements };
      } else if (char === "#") at = endOfLine(text, at) - 1;
      else if (char === ",") awaiting = open.length === 1 && open[0] === "[";
      else if (char === "]" || char === "}") {
        open.pop();
        awaiting = false;
      } else if (char !== " " && char !== "\t" && char !== "\r") {
        if (awaiting) elements.push(at);
        awaiting = false;
        if (char === "[" || char === "{") awaiting = open.push(char) === 1 && char === "[";
        else if (char === '"' || char === "'") {
          const end = this.endOfString(at, char);
          if (end === undefined) return { end: endOfLine(text, start), elements: [] };
          at = end - 1;
        }
      }
    }
    return { end: text.length, elements };
  }

  private nextStatementAt(at: number, open: readonly string[]): boolean {
    const pattern = open.at(-1) === "[" ? NEXT_STATEMENT : NEXT_HEADER;
    pattern.lastIndex = at;
    return pattern.test(this.text);
  }

  /** Offset behind the string that opens at `at`; undefined if it is one of several lines and nothing closes it. */
  private endOfString(at: number, quote: string): number | undefined {
    const { text } = this;
    const triple = quote.repeat(3);
    if (text.startsWith(triple, at)) return this.endOfLongString(at + 3, triple);
    for (let i = at + 1; i < text.length; i++) {
      if (text[i] === "\n") return i;
      if (text[i] === quote) return i + 1;
      if (text[i] === "\\" && quote === '"' && text[i + 1] !== "\n") i++;
    }
    return text.length;
  }

  private endOfLongString(from: number, triple: string): number | undefined {
    const { text } = this;
    if (this.unclosed.has(triple)) return undefined;
    for (let at = text.indexOf(triple, from); at >= 0; at = text.indexOf(triple, at + 1)) {
      let slashes = 0;
      if (triple === '"""') while (at - slashes > from && text[at - slashes - 1] === "\\") slashes++;
      if (slashes % 2 === 1) continue;
      let end = at + 3;
      // up to two quotes may stand right before the closing ones
      while (end < at + 5 && text[end] === triple[0]) end++;
      return end;
    }
    this.unclosed.add(triple);
    return undefined;
  }
}

function skipBlanks(text: string, at: number): number {
  while (text[at] === " " || text[at] === "\t") at++;
  return at;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

/** Line ends in the text from `from` up to `to` (exclusive). */
export function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/**
 * Reads a search pattern: JavaScript's regular expressions less what needs backtracking (back references, look-around).
 *
 * The runtime's own RegExp is not used to search, because one hostile or careless pattern on one long line would stop
 * the daemon for minutes. It does decide what a single character class contains, so classes, escapes, `\p{…}` and
 * case folding mean exactly what they mean in JavaScript with the flag `u`.
 */
import { FugueError } from "../../base/errors.ts";

/** Longest pattern that is taken, in UTF-16 units. */
const MAX_PATTERN = 1000;
const MAX_NESTING = 50;
/** Highest count in `{n,m}`. */
const MAX_COUNT = 1000;

export type Assertion = "start" | "end" | "word" | "notWord";

/** A node of a parsed pattern. */
export type PatternNode =
  | { readonly kind: "atom"; readonly atom: number }
  | { readonly kind: "assert"; readonly what: Assertion }
  | { readonly kind: "sequence"; readonly items: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly items: readonly PatternNode[] }
  | RepeatNode;

/** An item that occurs `min` to `max` times, as often as possible if it is greedy. */
export interface RepeatNode {
  readonly kind: "repeat";
  readonly item: PatternNode;
  readonly min: number;
  readonly max: number;
  readonly greedy: boolean;
}

/** A parsed pattern: its tree, and for each atom a test of one character (one code point). */
export interface ParsedPattern {
  readonly root: PatternNode;
  readonly atoms: readonly RegExp[];
}

/** Escapes that stand for a character, or a class of them, and mean what they mean in JavaScript. */
const NAMED_ESCAPE =
  /^\\(?:[dDwWsStnrfv]|c[A-Za-z]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|u\{[\da-fA-F]+\}|[pP]\{[^}]*\}|0(?!\d))/;

class PatternParser {
  private at = 0;
  private nesting = 0;
  private readonly atoms = new Map<string, number>();

  constructor(private readonly source: string, private readonly ignoreCase: boolean) {}

  parse(): ParsedPattern {
    const root = this.choice();
    if (this.at < this.source.length) throw unusable(this.source, "a group is closed that was not opened");
    return { root, atoms: [...this.atoms.keys()].map((text) => this.test(text)) };
  }

  private test(text: string): RegExp {
    const flags = this.ignoreCase ? "iu" : "u";
    try {
      return new RegExp(`^${text}$`, flags);
    } catch (error) {
      throw unusable(this.source, error instanceof Error ? error.message : String(error));
    }
  }

  private choice(): PatternNode {
    if (++this.nesting > MAX_NESTING) throw unusable(this.source, "groups are nested too deeply");
    const items = [this.sequence()];
    while (this.source[this.at] === "|") {
      this.at++;
      items.push(this.sequence());
    }
    this.nesting--;
    return items.length === 1 ? items[0]! : { kind: "choice", items };
  }

  private sequence(): PatternNode {
    const items: PatternNode[] = [];
    while (this.at < this.source.length && this.source[this.at] !== "|" && this.source[this.at] !== ")") {
      items.push(this.quantified(this.term()));
    }
    return items.length === 1 ? items[0]! : { kind: "sequence", items };
  }

  private term(): PatternNode {
    const char = String.fromCodePoint(this.source.codePointAt(this.at)!);
    if (char === "(") return this.group();
    if (char === "[") return this.characterClass();
    if (char === "\\") return this.escape();
    this.at += char.length;
    if (char === "^") return { kind: "assert", what: "start" };
    if (char === "$") return { kind: "assert", what: "end" };
    if (char === ".") return this.atom(".");
    if (char === "*" || char === "+" || char === "?") throw unusable(this.source, `nothing to repeat before ${char}`);
    return this.literal(char);
  }

  private atom(text: string): PatternNode {
    let atom = this.atoms.get(text);
    if (atom === undefined) this.atoms.set(text, (atom = this.atoms.size));
    return { kind: "atom", atom };
  }

  private literal(char: string): PatternNode {
    return this.atom(`\\u{${char.codePointAt(0)!.toString(16)}}`);
  }

  private group(): PatternNode {
    const opening = /^\((\?:|\?<(?![=!])[^>]*>)?/.exec(this.source.slice(this.at))![0];
    this.at += opening.length;
    if (opening === "(" && this.source[this.at] === "?") throw unusable(this.source, "look-around is not supported");
    const inner = this.choice();
    if (this.source[this.at] !== ")") throw unusable(this.source, "a group is not closed");
    this.at++;
    return inner;
  }

  private characterClass(): PatternNode {
    let end = this.at + 1;
    while (end < this.source.length && this.source[end] !== "]") end += this.source[end] === "\\" ? 2 : 1;
    if (end >= this.source.length) throw unusable(this.source, "a character class is not closed");
    const text = this.source.slice(this.at, end + 1);
    this.at = end + 1;
    return this.atom(text);
  }

  private escape(): PatternNode {
    const rest = this.source.slice(this.at);
    if (rest.length === 1) throw unusable(this.source, "it ends in a backslash");
    const named = NAMED_ESCAPE.exec(rest);
    if (named !== null) {
      this.at += named[0].length;
      return this.atom(named[0]);
    }
    if (rest[1] === "b" || rest[1] === "B") {
      this.at += 2;
      return { kind: "assert", what: rest[1] === "b" ? "word" : "notWord" };
    }
    if (/[0-9k]/.test(rest[1]!)) throw unusable(this.source, "back references are not supported");
    if (/[A-Za-z]/.test(rest[1]!)) throw unusable(this.source, `\\${rest[1]} means nothing`);
    const char = String.fromCodePoint(rest.codePointAt(1)!);
    this.at += 1 + char.length;
    return this.literal(char);
  }

  private quantified(item: PatternNode): PatternNode {
    const found = /^(?:[*+?]|\{(\d+)(,(\d*))?\})/.exec(this.source.slice(this.at, this.at + 32));
    if (found === null) return item;
    this.at += found[0].length;
    const greedy = this.source[this.at] !== "?";
    if (!greedy) this.at++;
    const { min, max } = bounds(found);
    if (min > MAX_COUNT || (max > MAX_COUNT && max !== Infinity) || max < min) {
      throw unusable(this.source, `${found[0]} is not a usable number of repetitions`);
    }
    return { kind: "repeat", item, min, max, greedy };
  }
}

function bounds(found: RegExpExecArray): { min: number; max: number } {
  if (found[0] === "*") return { min: 0, max: Infinity };
  if (found[0] === "+") return { min: 1, max: Infinity };
  if (found[0] === "?") return { min: 0, max: 1 };
  const min = Number(found[1]);
  if (found[2] === undefined) return { min, max: min };
  return { min, max: found[3] === "" ? Infinity : Number(found[3]) };
}

function unusable(source: string, why: string): FugueError {
  const shown = source.length > 60 ? `${source.slice(0, 60)}…` : source;
  const hint = "search for plain text, or simplify the pattern";
  return new FugueError("usage", `cannot search for /${shown}/: ${why}`, hint);
}

/** Parses a pattern. @throws FugueError `usage` if it is malformed, too long or needs backtracking. */
export function parsePattern(source: string, ignoreCase: boolean): ParsedPattern {
  if (source.length > MAX_PATTERN) throw unusable(source, "it is too long");
  return new PatternParser(source, ignoreCase).parse();
}

/** The pattern that finds this text as it stands. */
export function parseLiteral(text: string, ignoreCase: boolean): ParsedPattern {
  return parsePattern(text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), ignoreCase);
}

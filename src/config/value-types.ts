/** The kinds of values that settings have: how each is read from TOML and from the command line, and written back. */
import { parseDuration } from "../base/duration.ts";
import { FugueError } from "../base/errors.ts";
import { quoteShort } from "./problem.ts";
import { suggestion } from "./suggest.ts";
import { tomlString } from "./toml-text.ts";

/** One kind of value. */
export interface ValueType<T> {
  /** What it is called in the reference: `bool`, `int`, `duration`, ... */
  readonly kind: string;
  /** What a person may write; one phrase. */
  readonly accepts: string;
  /** The value of what stands in TOML. @throws FugueError `usage` */
  read(raw: unknown): T;
  /** The value of a word of the command line. @throws FugueError `usage` */
  parse(text: string): T;
  /** TOML that `read` takes back to an equal value. */
  write(value: T): string;
}

/** Number of cells, or percent of the whole (1-100). */
export type Size = { readonly cells: number } | { readonly percent: number };

const LONGEST_TEXT = 4096;
const LONGEST_LIST = 256;

/** true or false; the command line also takes on, off, yes, no, 1 and 0. */
export const BOOL: ValueType<boolean> = {
  kind: "bool",
  accepts: "true or false",
  read(raw) {
    if (typeof raw === "boolean") return raw;
    if (typeof raw !== "string" || !/^(on|off|yes|no|true|false)$/i.test(raw)) throw wrong(raw, this.accepts);
    throw wrong(raw, this.accepts, `write ${/^(on|yes|true)$/i.test(raw)} without quotes`);
  },
  parse(text) {
    if (/^(on|yes|true|1)$/i.test(text)) return true;
    if (/^(off|no|false|0)$/i.test(text)) return false;
    throw wrong(text, "on or off");
  },
  write: String,
};

/** A whole number with bounds; both belong to it. */
export function int(least: number, most: number): ValueType<number> {
  const accepts = `a whole number from ${least} to ${most}`;
  return {
    kind: "int",
    accepts,
    read(raw) {
      if (typeof raw === "string" && /^-?\d+$/.test(raw)) throw wrong(raw, accepts, `write ${raw} without quotes`);
      if (typeof raw !== "number" || !Number.isInteger(raw)) throw wrong(raw, accepts);
      if (raw < least || raw > most) throw new FugueError("usage", `${raw} is out of bounds`, `write ${accepts}`);
      return raw;
    },
    parse(text) {
      if (!/^-?\d{1,15}$/.test(text)) throw wrong(text, accepts);
      return this.read(Number(text));
    },
    write: String,
  };
}

/** Text on one line, at most 4,096 characters. @param pattern what the whole text has to match, with its description */
export function text(pattern?: { readonly matches: RegExp; readonly accepts: string }): ValueType<string> {
  const accepts = pattern?.accepts ?? "a text in quotes";
  return textual("string", accepts, (value) => {
    if (/[\x00-\x1f\x7f]/.test(value)) throw wrong(value, "a text without control characters");
    if (pattern && !pattern.matches.test(value)) throw wrong(value, accepts);
    return value;
  }, (value) => value);
}

/** One of several words. */
export function oneOf<const V extends string>(...words: readonly V[]): ValueType<V> {
  const accepts = words.map((word) => `"${word}"`).join(", ");
  const parse = (word: string): V => {
    if ((words as readonly string[]).includes(word)) return word as V;
    throw wrong(word, `one of ${accepts}`, suggestion(word, words, `write one of ${accepts}`));
  };
  return {
    kind: words.join("|"),
    accepts: `one of ${accepts}`,
    read(raw) {
      // people write `status = on` as true, and 24 without quotes
      if (typeof raw === "boolean") return parse(raw ? "on" : "off");
      if (typeof raw === "number") return parse(String(raw));
      if (typeof raw !== "string") throw wrong(raw, this.accepts);
      return parse(raw);
    },
    parse,
    write: tomlString,
  };
}

/** Milliseconds, written with a unit; both bounds belong to it. */
export function duration(least: string, most: string): ValueType<number> {
  const accepts = `a duration from "${least}" to "${most}"`;
  const [low, high] = [parseDuration(least), parseDuration(most)];
  const type = textual("duration", accepts, (value) => {
    const ms = value === "0" ? 0 : Math.round(parseDuration(value));
    if (ms < low || ms > high) {
      throw new FugueError("usage", `${quoteShort(value)} is out of bounds`, `write ${accepts}`);
    }
    return ms;
  }, exactDuration);
  const read = (raw: unknown): number => {
    if (raw === 0) return type.parse("0");
    if (typeof raw === "number") throw wrong(raw, accepts, `write it with a unit: "${raw}ms" or "${raw}s"`);
    return type.read(raw);
  };
  return { ...type, read };
}

/** Cells, or percent: `80`, `"50%"`. */
export const SIZE: ValueType<Size> = {
  kind: "size",
  accepts: "a number of cells from 1 to 10000, or a percentage such as \"50%\"",
  read(raw) {
    if (typeof raw === "number" || typeof raw === "string") return this.parse(String(raw));
    throw wrong(raw, this.accepts);
  },
  parse(value) {
    const parts = /^(\d{1,5})(%?)$/.exec(value);
    const amount = Number(parts?.[1] ?? 0);
    if (!parts || amount < 1 || amount > (parts[2] ? 100 : 10_000)) throw wrong(value, this.accepts);
    return parts[2] ? { percent: amount } : { cells: amount };
  },
  write: (size) => ("cells" in size ? String(size.cells) : tomlString(`${size.percent}%`)),
};

/** At most 256 texts; the command line separates them by commas or blanks. */
export const TEXTS: ValueType<readonly string[]> = {
  kind: "list",
  accepts: "a list of texts: [\"a\", \"b\"]",
  read(raw) {
    if (typeof raw === "string") throw wrong(raw, this.accepts, `write [${tomlString(raw)}]`);
    if (!Array.isArray(raw)) throw wrong(raw, this.accepts);
    if (raw.length > LONGEST_LIST) {
      throw new FugueError("usage", "the list is too long", `${LONGEST_LIST} texts at most`);
    }
    const other = raw.find((item) => typeof item !== "string");
    if (other !== undefined) throw wrong(other, "a text in quotes");
    return raw as string[];
  },
  parse(value) {
    return this.read(value.split(/[\s,]+/).filter((item) => item !== ""));
  },
  write: (items) => `[${items.map(tomlString).join(", ")}]`,
};

/** A list of some of these words. */
export function textsOf(words: readonly string[]): ValueType<readonly string[]> {
  const read = (items: readonly string[]): readonly string[] => {
    for (const item of items) if (!words.includes(item)) {
      throw wrong(item, `one of ${words.join(", ")}`, suggestion(item, words, `choose from ${words.join(", ")}`));
    }
    return items;
  };
  return {
    ...TEXTS, accepts: `a list of ${words.join(", ")}`, read: (raw) => read(TEXTS.read(raw)), parse: (value) => read(TEXTS.parse(value)),
  };
}

/** A kind of value that is a text in TOML, of at most 4,096 characters. */
export function textual<T>(
  kind: string, accepts: string, parse: (text: string) => T, format: (value: T) => string,
): ValueType<T> {
  const bounded = (value: string): T => {
    if (value.length <= LONGEST_TEXT) return parse(value);
    throw new FugueError("usage", "the text is too long", `${LONGEST_TEXT} characters at most`);
  };
  return {
    kind,
    accepts,
    read(raw) {
      if (typeof raw !== "string") throw wrong(raw, accepts);
      return bounded(raw);
    },
    parse: bounded,
    write: (value) => tomlString(format(value)),
  };
}

function wrong(raw: unknown, accepts: string, hint = `write ${accepts}`): FugueError {
  const found = typeof raw === "string" ? quoteShort(raw) : describe(raw);
  return new FugueError("usage", `${found} is not ${accepts}`, hint);
}

function describe(raw: unknown): string {
  if (Array.isArray(raw)) return "a list";
  return raw !== null && typeof raw === "object" ? "a table" : String(raw);
}

/** A duration that parseDuration reads back exactly, in the largest unit that divides it. */
function exactDuration(ms: number): string {
  for (const [unit, size] of [["d", 86_400_000], ["h", 3_600_000], ["m", 60_000], ["s", 1000]] as const) {
    if (ms > 0 && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}

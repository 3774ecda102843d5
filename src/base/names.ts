/** Names of sessions, windows and servers: what they may hold, and finding the one that was meant. */
import { FugueError } from "./errors.ts";

const LONGEST_NAME = 128;
/** C0, DEL, C1, and the bidirectional controls that reorder what a person reads. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const ALL_CONTROLS = new RegExp(CONTROLS, "g");

/**
 * Checks a name that will be part of targets. @throws FugueError `usage` with what is wrong.
 * @param what `session`, `window`, `server`: for the message
 */
export function checkName(what: string, name: string): string {
  const bad =
    name === "" ? "is empty"
    : name.length > LONGEST_NAME ? `is longer than ${LONGEST_NAME} characters`
    : name.startsWith("-") ? "begins with '-'"
    : CONTROLS.test(name) ? "holds control characters"
    : /\s/.test(name) ? "holds blanks"
    : /[:/.%]/.test(name) ? "holds one of : / . %"
    : undefined;
  if (bad) {
    throw new FugueError("usage", `${what} name '${printable(name)}' ${bad}`, "use letters, digits, '_' and '-'");
  }
  return name;
}

/** A name as near to a text as names can be; "" if nothing of it can be one. */
export function nameFrom(text: string): string {
  const cut = printable(text.trim(), LONGEST_NAME);
  return cut.replace(/[\s:/.%]+/g, "-").replace(/^-+/, "");
}

/** Text with control characters made visible, bounded: safe to print on any terminal. */
export function printable(text: string, longest = 256): string {
  const clean = text.replace(ALL_CONTROLS, "\ufffd");
  if (clean.length <= longest) return clean;
  // a pair of surrogates is not cut in half
  return `${clean.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Levenshtein distance with adjacent transpositions, bounded: more than `most` is reported as `most + 1`. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

/** Case, `_` and `-` make no difference to what was meant. */
function plain(word: string): string {
  return word.toLowerCase().replaceAll("_", "-");
}

/** The candidate most like `name`, if any is like it at all: for "did you mean". */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const lower = plain(name);
  const most = Math.max(1, Math.floor(name.length / 3));
  let best: string | undefined;
  let bestDistance = most + 1;
  for (const candidate of candidates) {
    const other = plain(candidate);
    const d = lower.length > 1 && other.startsWith(lower) ? 0.5 : distance(lower, other, most);
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

/** `did you mean 'x'?`, or a list of what there is, or nothing. */
export function suggestion(name: string, candidates: string[], what: string): string | undefined {
  const near = nearest(name, candidates);
  if (near !== undefined) return `did you mean '${near}'?`;
  if (candidates.length === 0) return undefined;
  const shown = candidates.slice(0, 12).map((c) => printable(c, 64)).join(", ");
  return `${what}: ${shown}${candidates.length > 12 ? ", …" : ""}`;
}

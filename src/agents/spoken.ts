/**
 * What an agent asks for in its own words: `<fugue:spawn id="ID" command="…"/>`, at the beginning of a line of what it says.
 * Where a line breaks, blanks may have come or gone: they mean nothing between attributes, and values have none. Pure.
 */
import type { TextMatcher } from "../terminal/history/pattern-matcher.ts";
import { parseSideband, type SpawnRequest } from "./sideband.ts";

/** How what an agent says is told from everything else on its screen: tools' output, dialogs, what a person typed. */
export interface OutputRules {
  /** A row with which something that it says begins, up to the text. */
  readonly own: TextMatcher;
  /** Rows with which something else begins; they count before `own`. */
  readonly other: readonly TextMatcher[];
}

/** One request as it stands on the screen. */
export interface SpokenSpawn {
  /** What stands there, the same however its lines break between attributes. */
  readonly text: string;
  readonly id?: string;
  /** What is asked for, or why it can't be. */
  readonly request?: SpawnRequest;
  readonly problem?: string;
}

/** The text of a terminal, one string for each line: rows that the terminal itself wrapped are one. */
export interface SpokenLines {
  readonly lines: readonly string[];
  /** The first line that is on the screen; those before have scrolled away. */
  readonly screen: number;
}

const BEGIN = "<fugue:spawn";
const WHOLE = /^<fugue:spawn((?:\s+[a-z]+="[^"]*")+)\s*\/>$/;
const ATTRIBUTE = /([a-z]+)="([^"]*)"/g;
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;
/** Lines that one request may stand on, and its characters. */
const MOST_LINES = 12;
const LONGEST = 8192;

/** The requests on the screen that an agent has made, from top to bottom. */
export function spokenIn({ lines, screen }: SpokenLines, rules: OutputRules): SpokenSpawn[] {
  const found: SpokenSpawn[] = [];
  for (let y = screen; y < lines.length; y++) {
    const at = lines[y]!.indexOf(BEGIN);
    if (at < 0 || !isOwn(lines, y, at, rules)) continue;
    const text = wholeText(lines, y, at, rules);
    if (text !== undefined) found.push(read(text));
  }
  return found;
}

function holds(matcher: TextMatcher, row: string): boolean {
  return row !== "" && matcher.probe(row, 0) >= 0;
}

/** Whether nothing but the mark of an agent's own words stands before a request, in its line or in one above. */
function isOwn(lines: readonly string[], y: number, at: number, { own, other }: OutputRules): boolean {
  const before = lines[y]!.slice(0, at);
  if (before.trim() !== "" && ![...own.matches(lines[y]!)].some(({ start, end }) => start === 0 && before.slice(end).trim() === "")) return false;
  for (let line = y; line >= 0; line--) {
    const row = lines[line]!;
    if (other.some((matcher) => holds(matcher, row))) return false;
    if (holds(own, row)) return true;
  }
  return false;
}

/** The request from its beginning to its end, which is the end of a line; undefined: it has none, or not yet. */
function wholeText(lines: readonly string[], y: number, at: number, { own, other }: OutputRules): string | undefined {
  let text = lines[y]!.slice(at).trimEnd();
  for (let line = y + 1; !text.endsWith("/>"); line++) {
    const row = lines[line]?.trim() ?? "";
    if (row === "" || line - y >= MOST_LINES || row.includes(BEGIN)) return undefined;
    if ([own, ...other].some((matcher) => holds(matcher, lines[line]!))) return undefined;
    text += ` ${row}`;
  }
  return text.replace(/\s+/g, " ");
}

function read(text: string): SpokenSpawn {
  const attributes = text.length <= LONGEST ? WHOLE.exec(text)?.[1] : undefined;
  if (attributes === undefined) return { text, problem: "it is not understood" };
  const pairs = [...attributes.matchAll(ATTRIBUTE)].map(([, name, value]) => [name!, value!] as const);
  const names = pairs.map(([name]) => name);
  const id = pairs.find(([name]) => name === "id")?.[1];
  if (id === undefined || !ID.test(id)) return { text, problem: "it has no id of letters and digits, 32 at most" };
  if (new Set(names).size < names.length) return { text, problem: "it says something twice" };
  // a blank may be all that a line break has left of a value, or have been lost to it: nothing else than what was meant may run
  if (pairs.some(([, value]) => /\s/.test(value))) return { text, id, problem: "a value holds blanks or goes on in another line: blanks are written %20" };
  const fields = pairs.filter(([name]) => name !== "id").map(([name, value]) => `${name}=${value.replaceAll(";", "%3B")}`);
  const request = parseSideband(["spawn", ...fields].join(";"));
  return request?.kind === "spawn" ? { text, id, request } : { text, id, problem: "it is not understood" };
}

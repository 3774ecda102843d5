import { describe, expect, test } from "bun:test";
import { seededRandom, type Random } from "../../../../src/base/random.ts";
import { compileSearch } from "../../../../src/terminal/history/search.ts";
import { pick } from "../../../support/fuzz.ts";

function found(pattern: string, line: string, ignoreCase = false): string[] {
  const matcher = compileSearch(pattern, { pattern: true, ignoreCase });
  return [...matcher.matches(line)].map((span) => line.slice(span.start, span.end));
}

/** The same by the runtime's own expressions. */
function expected(pattern: string, line: string, ignoreCase = false): string[] {
  const matches = line.matchAll(new RegExp(pattern, ignoreCase ? "giu" : "gu"));
  return [...matches].map((match) => match[0]).filter((text) => text !== "");
}

const LINES = [
  "",
  "error: connection refused (111)",
  "ERROR at /usr/lib/x.ts:12:5 — Straße, naïve, 漢字かな, 𝒻𝒻, 👩‍👩‍👧",
  "aaaaabaaab ab abab",
  "tab\there  two spaces",
  "foo.bar(baz[1]{2}) ^ $ | \\",
];
const PATTERNS = [
  "error", "e.r", "[a-c]+b", "a*", "a+?b", "(ab)+", "(?:ab|a)b?", "^error", "\\)$", "\\bab\\b", "\\B[a-z]", "\\d{2,3}",
  "\\w+:\\d+", "[^ ]+", "\\p{L}+", "\\p{Script=Han}", "𝒻", ".𝒻", "[𝒻漢]", "\\u{6f22}", "\\x41", "(?<n>a)(a)", "a{0}b",
  "a{2}", "(a|ab)(c|bcd|aa)", "\\.|\\(|\\[", "\\s\\S", "$", "\\t", "[\\]\\\\]", "x|", "(|a)b", "a??b", "ss|ß",
  "(a{1,2}){2}",
];

describe("patterns", () => {
  test("match what JavaScript matches", () => {
    for (const pattern of PATTERNS) {
      for (const line of LINES) {
        expect([pattern, line, ...found(pattern, line)]).toEqual([pattern, line, ...expected(pattern, line)]);
      }
    }
  });

  test("ignore case as JavaScript does", () => {
    for (const pattern of ["ERROR", "straSSe|STRASSE", "[A-F]+", "NAÏVE", "\\w+"]) {
      for (const line of LINES) expect(found(pattern, line, true)).toEqual(expected(pattern, line, true));
    }
  });

  test("of random shape match what JavaScript matches", () => {
    const random = seededRandom(20);
    for (let n = 0; n < 2000; n++) {
      const pattern = randomPattern(random, 3);
      const line = Array.from({ length: random.integer(14) }, () => "abc 1_"[random.integer(6)]).join("");
      expect([pattern, line, ...found(pattern, line)]).toEqual([pattern, line, ...expected(pattern, line)]);
    }
  });

  test("are probed without missing a line", () => {
    const random = seededRandom(21);
    for (let n = 0; n < 500; n++) {
      const pattern = randomPattern(random, 3);
      const line = (): string => Array.from({ length: random.integer(8) }, () => pick(random, [..."abc 𝒻_"])).join("");
      const lines = Array.from({ length: 6 }, line);
      const text = lines.map((each) => `${each}\n`).join("");
      const matcher = compileSearch(pattern, { pattern: true });
      for (let first = 0, at = 0; first < lines.length; at += lines[first]!.length + 1, first++) {
        const hit = matcher.probe(text, at);
        const next = lines.findIndex((each, index) => index >= first && expected(pattern, each).length > 0);
        const nextStart = next < 0 ? Infinity : lines.slice(0, next).reduce((sum, each) => sum + each.length + 1, 0);
        if (next < 0) continue;
        expect(hit).toBeGreaterThanOrEqual(0);
        // a probe may stop at a line that only has an empty match, but passes none that has a real one
        expect(hit).toBeLessThanOrEqual(nextStart + lines[next]!.length);
      }
    }
  });

  test("find nothing across the ends of lines", () => {
    const matcher = compileSearch("a[^x]*b", { pattern: true });
    expect(matcher.probe("a\nb\n", 0)).toBe(-1);
    expect(compileSearch("a\nb").probe("a\nb\n", 0)).toBe(-1);
  });

  test("that would take a backtracking matcher years finish", () => {
    const line = `${"a".repeat(60_000)}b`;
    for (const pattern of ["(a+)+$", ".*.*.*.*x", "(a|a)*c", "(a*)*d", "(.*)*y", "^(([a-z])+.)+[A-Z]([a-z])+$"]) {
      const matcher = compileSearch(pattern, { pattern: true });
      expect([matcher.probe(`${line}\n`, 0), [...matcher.matches(line)].length]).toEqual([-1, 0]);
    }
  });

  test("with many overlapping beginnings give up on a line rather than hang", () => {
    const matcher = compileSearch("a.*z|a", { pattern: true });
    const spans = [...matcher.matches("a".repeat(60_000))];
    expect(spans.length).toBeGreaterThan(0);
    expect(spans.length).toBeLessThan(60_000);
  });

  test("that cannot be used are refused with a reason", () => {
    const reasons: Record<string, string> = {
      "(a": "not closed",
      "a)": "not opened",
      "[a": "not closed",
      "*a": "nothing to repeat",
      "a**": "nothing to repeat",
      "(a)\\1": "back references",
      "(?=a)": "look-around",
      "(?<!a)b": "look-around",
      "a\\": "backslash",
      "\\q": "means nothing",
      "a{3,2}": "repetitions",
      "a{900}": "too large",
      "[b-a]": "out of order",
      "": "nothing to search for",
    };
    for (const [pattern, reason] of Object.entries(reasons)) {
      expect(() => compileSearch(pattern, { pattern: true })).toThrow(new RegExp(reason, "i"));
    }
    expect(() => compileSearch("a".repeat(2000), { pattern: true })).toThrow("too long");
    expect(() => compileSearch("(".repeat(100) + ")".repeat(100), { pattern: true })).toThrow("nested");
  });

  test("as plain text mean themselves, with and without case", () => {
    const line = LINES[5]!;
    expect([...compileSearch("(baz[1]{2})").matches(line)]).toEqual([{ start: 7, end: 18 }]);
    expect([...compileSearch("(BAZ[1]{2})", { ignoreCase: true }).matches(line)]).toEqual([{ start: 7, end: 18 }]);
  });
});

/** A pattern whose loops never have empty bodies: those are where JavaScript has rules of its own. */
function randomPattern(random: Random, depth: number): string {
  const kind = random.integer(depth > 0 ? 9 : 4);
  if (kind < 3) return ["a", "b", "[ab]", ".", "\\w", "c", "[^a]", "\\d"][random.integer(8)]!;
  if (kind === 3) return ["ab", "a c", "b_"][random.integer(3)]!;
  if (kind < 6) return randomPattern(random, depth - 1) + randomPattern(random, depth - 1);
  if (kind === 6) return `(?:${randomPattern(random, depth - 1)}|${randomPattern(random, depth - 1)})`;
  if (kind === 7) {
    const edge = ["^", "$", "\\b", "\\B"][random.integer(4)]!;
    const inner = randomPattern(random, depth - 1);
    return random.integer(2) === 0 ? edge + inner : inner + edge;
  }
  return `(?:${solid(random)})${["*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}"][random.integer(8)]!}`;
}

function solid(random: Random): string {
  return ["a", "b", "ab", "a|b", "[ab]c", "a+", "ab?", ".b", "a|bc"][random.integer(9)]!;
}

import { describe, expect, test } from "bun:test";
import { systemClock, type Clock } from "../../../../src/base/clock.ts";
import type { History } from "../../../../src/terminal/history/history.ts";
import {
  compileSearch, searchPages, type LineMatch, type SearchBounds,
} from "../../../../src/terminal/history/search.ts";
import { Pane } from "./xterm-pane.ts";

function historyOf(lines: string[]): History {
  const pane = new Pane(60, 2, 0, { maxLines: 100_000 });
  for (const line of lines) pane.write(`${line}\x1b[0m\r\n`);
  pane.write("\r\n");
  return pane.history;
}

function all(history: History, text: string, bounds: SearchBounds, pattern = false): LineMatch[] {
  const matcher = compileSearch(text, { pattern });
  const matches: LineMatch[] = [];
  let from = bounds.from;
  for (let calls = 0; calls < 10_000; calls++) {
    const result = history.search(matcher, { ...bounds, ...(from ? { from } : {}) });
    matches.push(...result.matches);
    if (result.next === undefined) return matches;
    from = result.next;
  }
  throw new Error("the search does not end");
}

const NUMBERED = Array.from({ length: 9000 }, (_, n) => (n % 100 === 7 ? `needle ${n} and needle` : `hay ${n}`));

describe("searching", () => {
  test("finds every match, line and column, forward and backward", () => {
    const history = historyOf(NUMBERED);
    const forward = all(history, "needle", { budgetMs: 1e6 });
    expect(forward.length).toBe(180);
    expect(forward[2]).toEqual({ line: 107, column: 0, length: 6 });
    expect(forward[3]).toEqual({ line: 107, column: 15, length: 6 });
    expect(all(history, "needle", { direction: "backward", budgetMs: 1e6 })).toEqual(forward.slice().reverse());
  });

  test("finds the same in raw and compressed blocks", () => {
    const history = historyOf(NUMBERED);
    const raw = all(history, "needle [0-9]+", {}, true);
    history.compressIdle();
    expect(all(history, "needle [0-9]+", {}, true)).toEqual(raw);
    expect(raw.length).toBe(90);
  });

  test("gives the same matches in small portions", () => {
    const history = historyOf(NUMBERED.slice(0, 500).map((line) => line.repeat(2)));
    for (const direction of ["forward", "backward"] as const) {
      const whole = all(history, "e+", { direction }, true);
      expect(whole.length).toBeGreaterThan(10);
      for (const limit of [1, 2, 3, 5]) expect(all(history, "e+", { direction, limit }, true)).toEqual(whole);
    }
  });

  test("starts where it is told", () => {
    const history = historyOf(["ab ab ab", "ab", "ab ab"]);
    const columns = (bounds: SearchBounds): number[][] => all(history, "ab", bounds).map((m) => [m.line, m.column]);
    expect(columns({ from: { line: 0, column: 3 } })).toEqual([[0, 3], [0, 6], [1, 0], [2, 0], [2, 3]]);
    const backward = columns({ from: { line: 2, column: 3 }, direction: "backward" });
    expect(backward).toEqual([[2, 0], [1, 0], [0, 6], [0, 3], [0, 0]]);
    expect(columns({ from: { line: 99, column: 0 } })).toEqual([]);
  });

  test("counts columns, not characters", () => {
    const history = historyOf(["漢字x漢字", "e\u0301e\u0301x", "👩‍👩‍👧x", "𝒻𝒻x𝒻", "a\x1b[9Cx", "\x1b[31mab\x1b[32mcx"]);
    const found = all(history, "x", {}).map((match) => [match.line, match.column, match.length]);
    expect(found).toEqual([[0, 4, 1], [1, 2, 1], [2, 2, 1], [3, 2, 1], [4, 10, 1], [5, 3, 1]]);
    expect(all(history, "漢字", {})).toEqual([{ line: 0, column: 0, length: 4 }, { line: 0, column: 5, length: 4 }]);
  });

  test("covers the whole cell when a part of a cluster matches", () => {
    const history = historyOf(["ab👩‍👩‍👧cd", "xe\u0301y"]);
    expect(all(history, "👧", {})).toEqual([{ line: 0, column: 2, length: 2 }]);
    expect(all(history, "👩", {})).toEqual([{ line: 0, column: 2, length: 2 }, { line: 0, column: 2, length: 2 }]);
    expect(all(history, "xe", {})).toEqual([{ line: 1, column: 0, length: 2 }]);
    expect(all(history, "\u0301", {})).toEqual([{ line: 1, column: 1, length: 1 }]);
  });

  test("finds matches across the edge of the window", () => {
    const history = historyOf([`${"-".repeat(57)}needle`]);
    expect(all(history, "needle", {})).toEqual([{ line: 0, column: 57, length: 6 }]);
  });

  test("ends lines where their text ends", () => {
    const history = historyOf(["end\x1b[41m\x1b[K", "end  ", "end"]);
    expect(all(history, "end$", {}, true).map((match) => match.line)).toEqual([0, 2]);
  });

  test("stops when the time is up and says where to go on", () => {
    const history = historyOf(NUMBERED);
    let now = 0;
    const clock: Clock = { ...systemClock, now: () => (now += 10) };
    const matcher = compileSearch("needle");
    const bounds = { budgetMs: 1, limit: 1e6 };
    const first = searchPages(history.searchPages(bounds), matcher, bounds, clock);
    expect(first.matches.length).toBe(2);
    expect(first.next).toEqual({ line: 8, column: 0 });
    const matches = [...first.matches];
    for (let from = first.next; from !== undefined; ) {
      const result = searchPages(history.searchPages({ ...bounds, from }), matcher, { ...bounds, from }, clock);
      matches.push(...result.matches);
      from = result.next;
    }
    expect(matches).toEqual(all(history, "needle", {}));
  });
});

import { describe, expect, test } from "bun:test";
import { matcherOf, matchesIn, rememberPattern, searchTerm } from "../../../../src/client/copy/search.ts";
import type { CopyMemory } from "../../../../src/client/copy/state.ts";
import { FakeSource, lineOf, Session, settled } from "./copy-fixture.ts";
import { TEXT } from "./copy-text.ts";

async function after(session: Session, keys: string): Promise<Session> {
  session.keys(keys);
  await settled();
  return session;
}

describe("a search", () => {
  test("wraps around at both ends", async () => {
    const session = await after(new Session(new FakeSource(TEXT)), "G / a l p h a Enter");
    expect(session.at).toBe("0:0");
    expect((await after(session, "? s i x Enter")).at).toBe("16:0");
  });

  test("takes capitals seriously only if there are some", async () => {
    const source = new FakeSource(["x", "FOO", "foo"]);
    expect((await after(new Session(source), "/ f o o Enter")).at).toBe("1:0");
    expect((await after(new Session(source), "/ F O O Enter n")).at).toBe("1:0");
  });

  test("that finds nothing says so and stays", async () => {
    const session = await after(new Session(new FakeSource(TEXT)), "5 l / z z z Enter");
    expect([session.at, session.messages]).toEqual(["0:5", ["not found: zzz"]]);
  });

  test("that the source refuses says why", async () => {
    const source = new FakeSource(TEXT);
    source.search = () => Promise.reject(new Error("too complex"));
    const session = await after(new Session(source), "/ z Enter");
    expect(session.messages).toEqual(["the search failed: too complex"]);
  });

  test("takes what is no regular expression as plain text", async () => {
    expect((await after(new Session(new FakeSource(TEXT)), "/ o ( b Enter")).at).toBe("1:2");
    expect(searchTerm("(", true, false).regex).toBe(false);
    expect(searchTerm("a|b", true, false).regex).toBe(true);
  });

  test("finds places behind wide characters", async () => {
    expect((await after(new Session(new FakeSource(TEXT)), "/ f o Space e Enter")).at).toBe("3:10");
    expect((await after(new Session(new FakeSource(TEXT)), "9 j $ ? 語 b Enter")).at).toBe("9:10");
  });

  test("fetches the line it leads to", async () => {
    const source = new FakeSource(Array.from({ length: 500 }, (_, i) => `日 ${i}`), 0, false);
    const session = new Session(source);
    await settled();
    await after(session, "/ 2 5 0 Enter");
    expect(session.at).toBe("250:2");
    expect(source.here.has(250)).toBe(true);
  });

  test("is remembered from one visit to the next", async () => {
    const memory: CopyMemory = { patterns: [] };
    await after(new Session(new FakeSource(TEXT), { memory }), "/ f o o Enter");
    expect((await after(new Session(new FakeSource(TEXT), { memory }), "n")).at).toBe("1:0");
    expect((await after(new Session(new FakeSource(TEXT), { memory }), "/ Enter")).at).toBe("1:0");
    expect(memory.patterns).toEqual(["foo"]);
    expect(new Session(new FakeSource(TEXT), { memory }).keys("/ Up").mode.promptText).toBe("(search down) foo");
  });

  test("with a count goes that far", async () => {
    expect((await after(new Session(new FakeSource(TEXT)), "3 / f o o Enter")).at).toBe("5:4");
  });

  test("selects up to the match", async () => {
    const session = await after(new Session(new FakeSource(TEXT)), "6 l Space / g a Enter");
    expect(session.keys("y").copied).toBe("beta, g");
  });
});

describe("what matches", () => {
  const cells = lineOf("foo 日foo e\u0301 foo").cells;

  test("is found in cells", () => {
    const matcher = matcherOf(searchTerm("foo|e.", true, false))!;
    expect(matchesIn(cells, 0, cells.length, matcher)).toEqual([
      { from: 0, to: 3 }, { from: 5, to: 8 }, { from: 9, to: 10 }, { from: 11, to: 14 },
    ]);
  });

  test("is looked for only near what is shown", () => {
    const long = lineOf("ab".repeat(100_000)).cells;
    const matcher = matcherOf(searchTerm("ab", true, false))!;
    expect(matchesIn(long, 50_000, 50_080, matcher).length).toBeLessThan(400);
  });

  test("and is empty shows nothing", () => {
    expect(matchesIn(cells, 0, cells.length, matcherOf(searchTerm("x*", true, false))!)).toEqual([]);
  });
});

test("the list of patterns is bounded, and holds each once", () => {
  const patterns: string[] = [];
  for (let i = 0; i < 80; i++) rememberPattern(patterns, `p${i}`);
  rememberPattern(patterns, "p70");
  expect([patterns.length, patterns.at(-1), patterns.filter((p) => p === "p70").length]).toEqual([50, "p70", 1]);
});

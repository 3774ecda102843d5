import { describe, expect, test } from "bun:test";
import { FakeSource, Session, settled } from "./copy-fixture.ts";

const LINES = Array.from({ length: 1000 }, (_, i) => `line ${i} with words`);

/** A source that has nothing yet, and answers only when told to. */
function held(lines: readonly string[] = LINES, first = 0): FakeSource {
  const source = new FakeSource(lines, first, false);
  source.isHeld = true;
  return source;
}

describe("lines that are not here", () => {
  test("are shown blank, and asked for with a page around them", async () => {
    const source = held();
    const session = new Session(source, { start: { line: 999, column: 3 } });
    expect(session.screen.slice(1)).toEqual(["", "", "", "", ""]);
    expect(source.fetches[0]).toEqual({ from: 994, to: 1000 });
    await source.release();
    expect(session.screen).toEqual(LINES.slice(994).map((line, i) => (i === 0 ? expect.any(String) : line)));
    expect(session.at).toBe("999:3");
    await source.release();
    expect(source.here.has(988)).toBe(true);
    expect(source.here.has(900)).toBe(false);
  });

  test("are asked for once, not at each key", async () => {
    const source = held();
    const session = new Session(source, { start: { line: 999, column: 0 } });
    session.keys("k k k k k k k");
    expect(source.fetches.length).toBeLessThanOrEqual(2);
  });

  test("do not keep the cursor from moving over them", async () => {
    const source = held();
    const session = new Session(source, { start: { line: 999, column: 0 } });
    expect(session.keys("g").at).toBe("0:0");
    expect(session.keys("9 9 9 9 9 9 9 j").at).toBe("999:0");
    expect(session.keys("C-b C-b").at).toBe("991:0");
    expect(session.mode.cursor().y).toBeGreaterThanOrEqual(0);
  });

  test("let the cursor keep its column until they arrive", async () => {
    const source = new FakeSource(LINES, 0, false);
    for (let n = 990; n < 1000; n++) source.here.add(n);
    source.isHeld = true;
    const session = new Session(source, { start: { line: 999, column: 4 } }).keys("9 k k k");
    expect(session.at).toBe("988:0");
    await source.release();
    await source.release();
    expect(session.at).toBe("988:4");
  });

  test("make motions that read them wait, and the keys behind", async () => {
    const source = held();
    const session = new Session(source, { start: { line: 10, column: 0 } });
    session.keys("g 2 w w x l");
    expect(session.screen[0]).toContain("(waiting)");
    for (let i = 0; i < 6; i++) await source.release();
    expect(session.at).toBe("0:13");
    expect(session.screen[0]).not.toContain("(waiting)");
  });

  test("can be given up with Escape, also when keys wait", async () => {
    const source = held();
    const session = new Session(source, { start: { line: 500, column: 0 } });
    session.keys("w w w Escape");
    expect(session.screen[0]).not.toContain("(waiting)");
    expect(session.keys("j").at).toBe("501:0");
    await source.release();
    await source.release();
    expect(session.at).toBe("501:0");
  });

  test("let q leave at once", () => {
    const session = new Session(held(), { start: { line: 500, column: 0 } });
    expect(session.keys("w q").exits).toBe(1);
  });

  test("count as empty when the source has not got them", async () => {
    const source = held(["a", "b", "c"]);
    source.fetch = () => Promise.reject(new Error("gone"));
    const session = new Session(source);
    await settled();
    session.keys("w w j");
    await settled();
    expect(session.at).toBe("2:0");
    expect(session.screen.slice(1, 3)).toEqual(["", ""]);
  });

  test("are asked for again at the next key when that failed", async () => {
    const source = held(["a b", "b", "c"]);
    const { fetch } = source;
    source.fetch = () => Promise.reject(new Error("gone"));
    const session = new Session(source);
    await settled();
    source.isHeld = false;
    source.fetch = fetch;
    session.keys("j");
    await settled();
    expect(session.screen.slice(1, 3)).toEqual(["b", "c"]);
  });

  test("that turn out long keep the bottom at the bottom", async () => {
    const source = held(Array.from({ length: 50 }, (_, i) => `${i} `.repeat(20).trim()));
    const session = new Session(source, { start: { line: 49, column: 0 } });
    await source.release();
    await source.release();
    expect(session.screen.at(-1)).toBe("9 49 49 49 49 49 49");
    expect(session.mode.cursor().y).toBe(3);
    expect(session.keys("G").screen.at(-1)).toBe("9 49 49 49 49 49 49");
  });
});

test("keys beyond the bound are dropped while something is waited for", async () => {
  const source = held();
  const session = new Session(source, { start: { line: 0, column: 0 } });
  session.keys("w").type("l".repeat(5000));
  for (let i = 0; i < 6; i++) await source.release();
  // 256 of them at most: each line has 18 or 19 places
  expect(session.state.cursor.line).toBeLessThan(20);
  expect(session.state.cursor.line).toBeGreaterThan(5);
});

test("nothing is said after copy mode was disposed of", async () => {
  const source = held();
  const session = new Session(source, { start: { line: 500, column: 0 } }).keys("w");
  session.mode.dispose();
  const { changes } = session;
  await source.release();
  session.keys("q");
  expect([session.changes, session.exits]).toEqual([changes, 0]);
});

describe("huge counts", () => {
  const CASES: [keys: string, at: string][] = [
    ["9 9 9 9 9 9 9 9 9 j", "999:0"],
    ["9 9 9 9 9 9 9 l", "999:19"],
    ["9 9 9 9 9 9 9 w", "999:19"],
    ["9 9 9 9 9 9 9 C-f", "999:0"],
    ["9 9 9 9 9 9 9 }", "999:19"],
    ["9 9 9 9 9 9 9 V", "999:19"],
    ["G 9 9 9 9 9 9 9 b", "0:0"],
    ["G 9 9 9 9 9 9 9 K", "5:17"],
  ];
  for (const [keys, at] of CASES) {
    test(keys, () => {
      expect(new Session(new FakeSource(LINES), { cols: 40 }).keys(keys).at).toBe(at);
    });
  }

  test("before a search ask the source a bounded number of times", async () => {
    const source = new FakeSource(["foo", "foo"]);
    const session = new Session(source).keys("9 9 9 9 9 9 / f o o Enter");
    for (let i = 0; i < 60; i++) await settled();
    expect(source.searches).toBe(1000);
    expect(session.at).toBe("0:0");
  });
});

import { describe, expect, test } from "bun:test";
import { FakeSource, Session, settled } from "./copy-fixture.ts";
import { TEXT } from "./copy-text.ts";
import { LONGEST_COPY, TextCollector } from "../../../../src/client/copy/selected-text.ts";
import { Layout } from "../../../../src/client/copy/layout.ts";
import { CopyText } from "../../../../src/client/copy/text.ts";
import { wholeLines } from "../../../../src/client/copy/selection.ts";

function atTop(lines: readonly string[] = TEXT, keys: "vi" | "emacs" = "vi"): Session {
  return new Session(new FakeSource(lines), { keys, top: { line: 0, column: 0 } });
}

describe("the text of a selection", () => {
  test("joins what the terminal wrapped", () => {
    expect(atTop().keys("4 j Space 3 j y").copied).toBe(`${TEXT[4]}\nf`);
  });

  test("leaves blanks at the ends of lines out, but not those within", () => {
    expect(atTop(["one  two   ", "   ", "three  "]).keys("Space 2 j $ h y").copied).toBe("one  two\n\nthree");
    expect(atTop(["one  two"]).keys("Space 4 l y").copied).toBe("one  ");
  });

  test("is the same from either end", () => {
    expect(atTop().keys("j 3 l Space 2 j y").copied).toBe("(bar[baz{x}y]z) f\n\n  in");
    expect(atTop().keys("3 j 3 l Space 2 k y").copied).toBe("(bar[baz{x}y]z) f\n\n  in");
  });

  test("holds the end of the line in vi when that is where it ends", () => {
    expect(atTop().keys("Space $ y").copied).toBe("alpha beta, gamma\n");
    expect(atTop().keys("Space $ h y").copied).toBe("alpha beta, gamma");
    expect(atTop(TEXT, "emacs").keys("C-Space C-e M-w").copied).toBe("alpha beta, gamma");
  });

  test("takes wide and combining characters whole", () => {
    expect(atTop().keys("3 j 6 l Space 1 l y").copied).toBe("日本");
    expect(atTop().keys("3 j f f Space 3 l y").copied).toBe("fo e\u0301");
  });

  test("is whole lines in line mode, whichever way the cursor goes", () => {
    expect(atTop().keys("5 l V y").copied).toBe("alpha beta, gamma\n");
    expect(atTop().keys("j V k y").copied).toBe("alpha beta, gamma\nfoo(bar[baz{x}y]z) f\n");
    expect(atTop().keys("4 j V y").copied).toBe(`${TEXT[4]}\n`);
  });
});

describe("a rectangle", () => {
  test("takes columns of each display row", () => {
    expect(atTop().keys("4 j 1 l v Space 2 j 3 l y").copied).toBe("his\nhat\ny");
  });

  test("takes characters whose left half is in it", () => {
    expect(atTop().keys("3 j 5 l v Space 2 l y").copied).toBe(" 日本");
    expect(atTop(["ab日本", "abcdef"]).keys("j 3 l v Space k y").copied).toBe("日\ncd");
  });

  test("may reach over the ends of lines", () => {
    const session = atTop(["abc", "abcdefghij", "x"]).keys("v Space 9 l");
    expect(session.at).toBe("0:3+6");
    expect(session.mode.cursor()).toEqual({ x: 9, y: 0 });
    expect(session.keys("j y").copied).toBe("abc\nabcdefghij");
  });

  test("gives the cursor back to the text when it ends", () => {
    expect(atTop(["abc", "abcdefghij"]).keys("v Space 9 l Escape").at).toBe("0:3");
    expect(atTop(["abc", "abcdefghij"]).keys("v Space 9 l v").at).toBe("0:3");
  });

  test("survives a resize as text positions", () => {
    const session = atTop().keys("v Space j 2 l");
    session.mode.resize(40, 6);
    expect(session.keys("y").copied).toBe("alp\nfoo");
  });
});

describe("words", () => {
  test("are selected and extended as words", () => {
    const session = atTop().keys("7 l");
    session.mode.input({ kind: "mouse", action: "press", button: 0, mods: 0, x: 7, y: 0 });
    session.mouse("release", 7, 0).mouse("press", 7, 0).mouse("move", 13, 0);
    expect(session.state.region).toMatchObject({ from: { cell: 6 }, to: { cell: 17 } });
    session.mouse("move", 2, 0);
    expect(session.state.region).toMatchObject({ from: { cell: 0 }, to: { cell: 10 } });
  });
});

describe("copying", () => {
  test("what is not selected copies nothing and still leaves", () => {
    const session = atTop().keys("Enter");
    expect([session.yanks.length, session.exits]).toEqual([0, 1]);
  });

  test("fetches lines that have not come yet, and copies when they have", async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `line ${i}`);
    const source = new FakeSource(lines, 100, false);
    const session = new Session(source, { start: { line: 100, column: 0 } });
    await settled();
    session.keys("g V G y");
    expect(session.yanks).toHaveLength(0);
    for (let i = 0; i < 5; i++) await settled();
    expect(session.copied).toBe(`${lines.join("\n")}\n`);
    expect(session.exits).toBe(1);
  });

  test("can be given up while lines are on their way", async () => {
    const source = new FakeSource(Array.from({ length: 3000 }, (_, i) => `line ${i}`), 0, false);
    const session = new Session(source);
    await settled();
    source.isHeld = true;
    session.keys("g V G y Escape");
    await source.release();
    await source.release();
    expect([session.yanks.length, session.exits]).toEqual([0, 0]);
    expect(session.state.region).toBeUndefined();
  });

  test("is bounded, and says so", () => {
    const long = new FakeSource(["x".repeat(1024 * 1024)]);
    const line = long.lines[0]!;
    long.lines.push(...new Array<typeof line>(40).fill(line));
    for (let n = 1; n <= 40; n++) long.here.add(n);
    const layout = new Layout(new CopyText(long), 80);
    const collector = new TextCollector(layout, wholeLines(layout.text, 0, 40, true));
    expect(collector.collect()).toBeUndefined();
    expect(collector.cut).toBe(true);
    expect(collector.text.length).toBeLessThanOrEqual(LONGEST_COPY);
    expect(collector.text.length).toBeGreaterThan(LONGEST_COPY / 2);
  });

  test("tells where the text is to go", () => {
    const source = new FakeSource(TEXT);
    const bindings = (command: string) => [{ key: { name: "y", mods: 0 }, command }];
    const yank = (command: string) => new Session(source, { bindings: bindings(command) }).keys("Space l y").yanks[0];
    expect(yank("copy-selection")).toEqual({ text: "al", target: "clipboard", details: { append: false } });
    expect(yank("copy-selection -C")).toMatchObject({ target: "buffer" });
    expect(yank("copy-selection mine")).toMatchObject({ details: { prefix: "mine" } });
    expect(yank("copy-pipe 'wl-copy -p' mine")).toMatchObject({ details: { command: "wl-copy -p", prefix: "mine" } });
    expect(yank("pipe 'tee x'")).toMatchObject({ target: "command", details: { command: "tee x" } });
    expect(yank("copy-line")).toMatchObject({ text: "alpha beta, gamma\n" });
    expect(yank("copy-selection-no-clear")).toMatchObject({ text: "al" });
  });
});

import { describe, expect, test } from "bun:test";
import { systemClock } from "../../../../src/base/clock.ts";
import { History, type HistoryLimits } from "../../../../src/terminal/history/history.ts";
import { lineText } from "../../../../src/terminal/history/line-text.ts";
import type { XtermLine } from "../../../../src/terminal/xterm/internals.ts";
import { KeepingXterm, Pane } from "./xterm-pane.ts";

const noLinks = (): undefined => undefined;

/** A source of rows with given texts, one reused row as xterm has it. */
class RowSource {
  private readonly term = new KeepingXterm(80, 2);

  row(text: string, isWrapped = false): XtermLine {
    this.term.write(`\x1b[H\x1b[2K${text}`);
    const row = this.term.scrollbackRow(0);
    row.isWrapped = isWrapped;
    return row;
  }

  fill(history: History, from: number, to: number): void {
    for (let n = from; n < to; n++) history.append(this.row(`line ${n} of the text`), 80, noLinks);
  }
}

function filled(count: number, limits: HistoryLimits = {}): History {
  const history = new History(systemClock, () => false, limits);
  new RowSource().fill(history, 0, count);
  return history;
}

function textAt(history: History, number: number): string | undefined {
  const line = history.line(number);
  return line && lineText(line.bytes);
}

describe("numbers of lines", () => {
  test("count from the birth of the pane", () => {
    const history = filled(20_000, { maxLines: 30_000 });
    expect([history.firstLine, history.endLine]).toEqual([0, 20_000]);
    for (const n of [0, 1, 4095, 4096, 12_345, 19_999]) expect(textAt(history, n)).toBe(`line ${n} of the text`);
  });

  test("stay when the oldest lines go", () => {
    const history = filled(25_000, { maxLines: 10_000 });
    expect([history.firstLine, history.endLine]).toEqual([15_000, 25_000]);
    expect(textAt(history, 14_999)).toBeUndefined();
    expect(textAt(history, 15_000)).toBe("line 15000 of the text");
    expect(textAt(history, 25_000)).toBeUndefined();
  });

  test("go on after a clear", () => {
    const history = filled(100);
    history.clear(130);
    expect([history.firstLine, history.endLine, history.line(99)]).toEqual([130, 130, undefined]);
    new RowSource().fill(history, 130, 140);
    expect(textAt(history, 135)).toBe("line 135 of the text");
  });

  test("are not given twice by a clear", () => {
    const history = filled(100);
    history.clear(50);
    expect(history.endLine).toBe(100);
  });

  test("keep the number of a line that goes on in the emulator through a clear", () => {
    const pane = new Pane(10, 2, 0);
    pane.write(`first\r\n${"long".repeat(20)}`);
    expect(pane.history.openTail).toBe(true);
    const before = pane.text.screenLine;
    pane.history.clear(before);
    expect(pane.text.screenLine).toBe(before);
    expect(before).toBe(1);
    pane.write("\r\n\r\n\r\n");
    expect(pane.history.line(1)).toBeDefined();
  });
});

describe("caps", () => {
  test("of lines is kept exactly", () => {
    const history = filled(5000, { maxLines: 7 });
    expect(history.endLine - history.firstLine).toBe(7);
    expect(history.lines(0, 5000).map((line) => line.number)).toEqual([4993, 4994, 4995, 4996, 4997, 4998, 4999]);
  });

  test("of bytes drops the oldest blocks", () => {
    const source = new RowSource();
    const history = new History(systemClock, () => false, { maxLines: 1e9, maxBytes: 256 * 1024, maxRawBytes: 1e9 });
    // text that hardly compresses
    for (let n = 0; n < 60_000; n++) {
      history.append(source.row(Bun.hash(`a${n}`).toString(36) + Bun.hash(`b${n}`).toString(36)), 80, noLinks);
      if (n % 10_000 === 9999) expect(history.memoryBytes).toBeLessThan(256 * 1024 + 300 * 1024);
    }
    expect(history.firstLine).toBeGreaterThan(0);
    expect(history.endLine).toBe(60_000);
  });

  test("of waiting bytes compresses during a flood", () => {
    const free = filled(40_000, { maxLines: 1e9 });
    const bounded = filled(40_000, { maxLines: 1e9, maxRawBytes: 200_000 });
    expect(free.memoryBytes).toBeGreaterThan(800_000);
    expect(bounded.memoryBytes).toBeLessThan(600_000);
    expect(textAt(bounded, 3)).toBe("line 3 of the text");
  });
});

describe("the quiet", () => {
  test("compresses what waits, a part at a time if told so", () => {
    const history = filled(50_000, { maxLines: 50_000 });
    const before = history.memoryBytes;
    expect(history.compressIdle(2)).toBe(false);
    const between = history.memoryBytes;
    expect(history.compressIdle()).toBe(true);
    expect(between).toBeLessThan(before);
    expect(history.memoryBytes).toBeLessThan(before / 3);
    expect(textAt(history, 10)).toBe("line 10 of the text");
  });

  test("leaves 10,000 lines of 80 columns in half a megabyte", () => {
    const source = new RowSource();
    const history = new History(systemClock, () => false);
    for (let n = 0; n < 12_000; n++) {
      const head = `\x1b[32m12:0${n % 10}:${n % 60}\x1b[0m \x1b[1mINFO\x1b[0m server.module${n % 37}`;
      const text = `request ${Bun.hash(`${n}`) % 99991n} took ${n % 977} ms and did more`;
      history.append(source.row(`${head} ${text}`), 80, noLinks);
    }
    history.compressIdle();
    expect(history.memoryBytes).toBeLessThan(512 * 1024);
  });
});

describe("reading", () => {
  test("is bounded in lines and bytes, but gives one line at least", () => {
    const history = filled(5000);
    expect(history.lines(10, 5000, { maxLines: 3 }).map((line) => line.number)).toEqual([10, 11, 12]);
    expect(history.lines(10, 5000, { maxBytes: 1 }).length).toBe(1);
    expect(history.lines(0, 5000).length).toBe(1000);
    expect(history.lines(4, 4)).toEqual([]);
  });

  test("crosses blocks, raw and compressed, in both directions", () => {
    const history = filled(9000, { maxLines: 9000 });
    history.compressIdle(1);
    const forward = [...history.pages(4000, 8500, "forward")];
    const backward = [...history.pages(4000, 8500, "backward")];
    expect(forward.length).toBe(3);
    expect(backward.map((page) => page.firstLine)).toEqual(forward.map((page) => page.firstLine).reverse());
    expect(forward.reduce((sum, page) => sum + page.to - page.from, 0)).toBe(4500);
  });

  test("gives copies that later lines do not change", () => {
    const history = filled(10);
    const line = history.line(3)!;
    const copy = line.bytes.slice();
    new RowSource().fill(history, 10, 30_000);
    expect(line.bytes).toEqual(copy);
  });

  test("tells the width of a line and whether it is a rest", () => {
    const history = new History(systemClock, () => false);
    const source = new RowSource();
    history.append(source.row("漢字 ab"), 80, noLinks);
    for (let n = 0; n < 900; n++) history.append(source.row("z".repeat(80), n > 0), 80, noLinks);
    const lines = history.lines(0, 10);
    expect(lines.map((line) => line.columns)).toEqual([7, 819 * 80, 81 * 80]);
    expect(lines.map((line) => line.continues)).toEqual([false, false, true]);
  });

  test("a wrapped row after nothing begins a line", () => {
    const history = new History(systemClock, () => true);
    const source = new RowSource();
    history.append(source.row("the rest of what was cleared", true), 80, noLinks);
    history.append(source.row("goes on", true), 80, noLinks);
    expect(history.endLine).toBe(1);
    expect(history.line(0)!.continues).toBe(false);
  });
});

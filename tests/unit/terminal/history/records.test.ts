import { describe, expect, test } from "bun:test";
import { systemClock } from "../../../../src/base/clock.ts";
import { History } from "../../../../src/terminal/history/history.ts";
import { lineText } from "../../../../src/terminal/history/line-text.ts";
import type { HistoryRecord } from "../../../../src/terminal/history/record-replay.ts";
import { difference, Pane } from "./xterm-pane.ts";

const LIMITS = { maxLines: 100_000 };

function paneWith(lines: number): Pane {
  const pane = new Pane(40, 4, 3, LIMITS);
  for (let n = 0; n < lines; n++) pane.write(`\x1b[3${n % 8}mline ${n}\x1b[0m\r\n`);
  return pane;
}

function restored(records: HistoryRecord[], hotContinues = (): boolean => false): History {
  return History.restore(records, systemClock, hotContinues, LIMITS);
}

function everyText(history: History): string[] {
  const all = history.lines(history.firstLine, history.endLine, { maxLines: 1e6, maxBytes: 1e9 });
  return all.map((line) => `${line.number} ${lineText(line.bytes)}`);
}

/** A damaged copy of a record. */
function damaged(record: HistoryRecord): HistoryRecord {
  const bytes = record.bytes.slice();
  bytes[bytes.length >> 1]! ^= 1;
  return { ...record, bytes };
}

describe("records of a history", () => {
  test("restore it, in any order", () => {
    const { history } = paneWith(10_000);
    const again = restored(history.exportBlocks().reverse());
    expect(difference(everyText(again), everyText(history))).toBeUndefined();
    expect([again.firstLine, again.endLine, again.gaps.length]).toEqual([history.firstLine, history.endLine, 0]);
  });

  test("of nothing restore an empty history", () => {
    expect(restored([]).endLine).toBe(0);
    expect(restored(new History(systemClock, () => false).exportBlocks()).endLine).toBe(0);
  });

  test("come only once for finished blocks, and always for the open one", () => {
    const { history } = paneWith(10_000);
    const all = history.exportBlocks();
    expect(all.length).toBe(3);
    expect(history.exportBlocks(all[1]!.id).map((record) => record.id)).toEqual([all[2]!.id]);
    expect(history.exportBlocks(all[2]!.id).map((record) => record.id)).toEqual([all[2]!.id]);
  });

  test("of the open block are replaced by later ones", () => {
    const pane = paneWith(100);
    const early = pane.history.exportBlocks();
    for (let n = 100; n < 9000; n++) pane.write(`line ${n}\r\n`);
    const late = pane.history.exportBlocks();
    expect(difference(everyText(restored([...early, ...late])), everyText(pane.history))).toBeUndefined();
  });

  test("let an open line go on", () => {
    const pane = new Pane(10, 2, 0, LIMITS);
    pane.write(`${"abcdefghij".repeat(4)}abcd\x1b[44m漢`);
    const again = restored(pane.history.exportBlocks(), () => true);
    expect(again.openTail).toBe(true);
    for (const history of [pane.history, again]) {
      for (let row = 0; row < 2; row++) history.append(pane.scrollbackRow(row), 10, () => undefined);
    }
    expect(difference(everyText(again), everyText(pane.history))).toBeUndefined();
    expect(again.endLine).toBe(1);
  });

  test("that are damaged cost their own lines, which are reported", () => {
    const { history } = paneWith(20_000);
    const records = history.exportBlocks();
    expect(records.length).toBeGreaterThan(3);
    const lost = records[1]!;
    records[1] = damaged(lost);
    const again = restored(records);
    expect(again.gaps).toEqual([{ from: lost.firstLine, to: lost.firstLine + lost.lines }]);
    expect(again.line(lost.firstLine)).toBeUndefined();
    const kept = everyText(history).filter((_, n) => n < lost.firstLine || n >= lost.firstLine + lost.lines);
    expect(difference(everyText(again), kept)).toBeUndefined();
  });

  test("that are damaged at the end keep the numbers going", () => {
    const { history } = paneWith(6000);
    const records = history.exportBlocks();
    const last = records.pop()!;
    const again = restored([...records, damaged(last)]);
    expect(again.endLine).toBe(history.endLine);
    expect(again.gaps).toEqual([{ from: last.firstLine, to: history.endLine }]);
    again.append(paneWith(1).scrollbackRow(0), 40, () => undefined);
    expect(lineText(again.line(history.endLine)!.bytes)).toBe("line 0");
  });

  test("with absurd numbers are left out", () => {
    const { history } = paneWith(100);
    const [record] = history.exportBlocks();
    const absurd = [{ ...record!, firstLine: -1 }, { ...record!, id: NaN }, { ...record!, lines: 1e300 }];
    expect(difference(everyText(restored([record!, ...absurd])), everyText(history))).toBeUndefined();
  });

  test("of lines that were taken back are outdated by what came in their place", () => {
    const pane = paneWith(9000);
    const before = pane.history.exportBlocks();
    const sealed = before[before.length - 2]!;
    pane.refill(pane.history.endLine - sealed.firstLine - 40);
    expect(pane.history.endLine).toBeLessThanOrEqual(sealed.firstLine + 50);
    pane.write("\x1b[2J\x1b[Hnew text\r\n\r\n\r\n\r\n\r\n\r\n");
    const after = pane.history.exportBlocks(sealed.id);
    expect(difference(everyText(restored([...before, ...after])), everyText(pane.history))).toBeUndefined();
  });

  test("that are outdated do not reach beyond a damaged one that came later", () => {
    const pane = paneWith(9000);
    const before = pane.history.exportBlocks();
    pane.refill(5000);
    const after = pane.history.exportBlocks().at(-1)!;
    const again = restored([...before, damaged({ ...after, id: before.at(-1)!.id + 1 })]);
    expect(again.endLine).toBe(pane.history.endLine);
    for (const history of [again, pane.history]) history.append(pane.createLine(40), 40, () => undefined);
    expect(difference(everyText(again), everyText(pane.history))).toBeUndefined();
  });

  test("do not bring cleared or dropped lines back", () => {
    const pane = paneWith(9000);
    const before = pane.history.exportBlocks();
    pane.history.clear(pane.text.screenLine);
    pane.write("one\r\ntwo\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n");
    const again = restored([...before, ...pane.history.exportBlocks(before.at(-1)!.id)]);
    expect(difference(everyText(again), everyText(pane.history))).toBeUndefined();
    expect(again.firstLine).toBe(pane.history.firstLine);
  });

  test("get ids that are not given again after a restart", () => {
    const { history } = paneWith(9000);
    const records = history.exportBlocks();
    const again = restored(records);
    const newest = again.exportBlocks().at(-1)!;
    expect(newest.id).toBeGreaterThan(records.at(-1)!.id);
  });

  test("are subject to the caps of the new history", () => {
    const { history } = paneWith(9000);
    const again = History.restore(history.exportBlocks(), systemClock, () => false, { maxLines: 500 });
    expect(again.endLine - again.firstLine).toBe(500);
  });
});

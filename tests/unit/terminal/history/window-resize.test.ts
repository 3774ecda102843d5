import { expect, test } from "bun:test";
import { systemClock } from "../../../../src/base/clock.ts";
import { Emulator } from "../../../../src/terminal/emulator.ts";
import { History } from "../../../../src/terminal/history/history.ts";
import { resizeWithHistory } from "../../../../src/terminal/history/window-resize.ts";
import { write } from "../../../support/cells.ts";
import { logEvents, rowText } from "../../../support/emulator-log.ts";

/** A terminal of `cols` x 4 with 6 rows of scrollback, whose other rows go to a history. */
function terminal(cols: number): { emulator: Emulator; history: History } {
  const emulator: Emulator = new Emulator({ cols, rows: 4, scrollback: 6 }, {
    ...logEvents([]),
    lineTrimmed: (line) => history.append(line, emulator.cols, (id) => emulator.linkText(id)),
  });
  const history = new History(systemClock, () => emulator.scrollbackRow(0).isWrapped);
  return { emulator, history };
}

function screen(emulator: Emulator): string[] {
  return Array.from({ length: emulator.rows }, (_, y) => rowText(emulator.screenRow(y)));
}

test("a window that grows in both directions is filled, however many rows become one", () => {
  const { emulator, history } = terminal(3);
  const lines = Array.from({ length: 200 }, (_, n) => `line ${n} `.padEnd(90, "."));
  write(emulator, `${lines.join("\r\n")}\r\n$ `);
  resizeWithHistory(emulator, history, 90, 100);
  expect(screen(emulator)).toEqual([...lines.slice(-99), "$"]);
  resizeWithHistory(emulator, history, 90, 4);
  expect(screen(emulator)).toEqual([...lines.slice(-3), "$"]);
  expect([emulator.scrollbackLength, history.endLine]).toEqual([6, 191]);
});

test("a line of which a part has left is wrapped anew as a whole", () => {
  const { emulator, history } = terminal(10);
  const long = "0123456789".repeat(15);
  write(emulator, `${long}\r\n$ `);
  expect(history.openTail).toBe(true);
  resizeWithHistory(emulator, history, 60, 4);
  expect(screen(emulator)).toEqual([long.slice(0, 60), long.slice(60, 120), long.slice(120), "$"]);
  expect(history.endLine).toBe(0);
});

test("a window that gets much narrower and taller is filled, though the line that the cursor is in is cut, not wrapped", () => {
  const { emulator, history } = terminal(20);
  const lines = Array.from({ length: 60 }, (_, n) => `${n}`);
  write(emulator, `${lines.join("\r\n")}\r\n${"x".repeat(20 * 19 + 5)}`);
  expect(history.openTail).toBe(true);
  resizeWithHistory(emulator, history, 2, 30);
  expect(screen(emulator)).toEqual([...lines.slice(-10), ...Array.from({ length: 20 }, () => "xx")]);
});

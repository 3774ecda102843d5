import { describe, expect, test } from "bun:test";
import { Emulator } from "../../../../src/terminal/emulator.ts";
import type { XtermLineMethods } from "../../../../src/terminal/xterm/internals.ts";
import { usedColumns } from "../../../../src/terminal/row-packer.ts";
import { logEvents } from "../../../support/emulator-log.ts";

/** A terminal of 20x4 whose rows have been scrolled through, so that all were emptied. */
function scrolled(): Emulator {
  const emulator = new Emulator({ cols: 20, rows: 4, scrollback: 2 }, logEvents([]));
  emulator.parse(new TextEncoder().encode("\n".repeat(20) + "\x1b[H"));
  return emulator;
}

function row(emulator: Emulator, text: string): XtermLineMethods {
  emulator.parse(new TextEncoder().encode(text));
  return emulator.screenRow(0) as XtermLineMethods;
}

describe("a row that was emptied", () => {
  test.each([
    ["knows that nothing is in it", "", 0, 0],
    ["knows how far it was written", "abc", 3, 3],
    ["by characters of two columns", "日本", 4, 4],
    ["is in use where it has a colour", "\x1b[41m\x1b[K\x1b[m", 20, 20],
    ["by a character somewhere", "\x1b[11Gx\x1b[Hab", 11, 11],
    ["and how far it was erased", "abcdef\x1b[3G\x1b[K", 2, 2],
    ["and is searched from there", "abc   \x1b[2G \x1b[3G \x1b[4G\x1b[3X", 6, 3],
  ])("%s", (_, text, written, used) => {
    const line = row(scrolled(), text);
    expect([line.written, usedColumns(line, 20)]).toEqual([written, used]);
  });

  test("takes it for full after what moves cells", () => {
    for (const text of ["ab\x1b[H\x1b[@", "ab\x1b[H\x1b[P", "\x1b#8"]) expect(row(scrolled(), text).written).toBe(20);
  });

  test("knows whether it has graphemes or underlines in colour", () => {
    expect(row(scrolled(), "abc").decorated).toBe(false);
    expect(row(scrolled(), "e\u0301").decorated).toBe(true);
    expect(row(scrolled(), "\x1b[4:3ma").decorated).toBe(true);
  });
});

test("a row of which nothing is known is searched to its end", () => {
  const line = row(scrolled(), "abc");
  line.written = undefined;
  expect(usedColumns(line, 20)).toBe(3);
});

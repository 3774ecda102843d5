import { describe, expect, test } from "bun:test";
import { styledText } from "../../../../src/server/operations/styled-text.ts";
import { encodeXtermRow } from "../../../../src/terminal/row-codec.ts";
import { cellDifference, emulatorCells, silentEmulator, write } from "../../../support/cells.ts";
import { DaemonRig } from "../../../support/daemon-rig.ts";
import { fuzzRounds, pick } from "../../../support/fuzz.ts";
import { corpus } from "../../../support/terminal-corpus.ts";

async function rig(cols = 40, rows = 6) {
  const r = await DaemonRig.start();
  const client = await r.attached({ create: { name: "work" }, cols, rows });
  const ops = await r.script();
  return {
    r, client,
    capture: (options = {}) => ops.panes.capture(1, options),
    async show(text: string) {
      r.keeper.print(1, text);
      await r.pass(50);
    },
    [Symbol.asyncDispose]: () => r[Symbol.asyncDispose](),
  };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}`);

describe("a capture", () => {
  test("is the screen without trailing blanks and empty rows at the end, with the cursor", async () => {
    await using t = await rig();
    await t.show("one  \r\n\r\n  three\r\n日本\x1b]2;title\x07");
    expect(t.capture()).toMatchObject({
      pane: 1, cols: 40, rows: 6, lines: ["one", "", "  three", "日本"], cursor: { x: 4, y: 3, visible: true },
      title: "title",
    });
  });

  test("of an empty screen has no lines", async () => {
    await using t = await rig();
    expect(t.capture().lines).toEqual([]);
  });

  test("with history begins before the screen: a number of rows, or all of them", async () => {
    await using t = await rig();
    await t.show(`${numbers(0, 500).join("\r\n")}`);
    expect(t.capture().lines).toEqual(numbers(494, 500));
    expect(t.capture({ history: 3 }).lines).toEqual(numbers(491, 500));
    expect(t.capture({ history: "all" }).lines).toEqual(numbers(0, 500));
    expect(t.capture({ history: 100_000 }).lines).toEqual(numbers(0, 500));
    expect(t.capture({ history: 0 }).lines).toEqual(numbers(494, 500));
  });

  test("of rows that wrap has rows, joined it has lines", async () => {
    await using t = await rig(20, 4);
    const long = "abcdefghij".repeat(5);
    await t.show(`first\r\n${long}\r\nlast`);
    expect(t.capture().lines).toEqual([long.slice(0, 20), long.slice(20, 40), long.slice(40), "last"]);
    expect(t.capture({ history: "all" }).lines).toEqual([
      "first", long.slice(0, 20), long.slice(20, 40), long.slice(40), "last",
    ]);
    expect(t.capture({ join: true }).lines).toEqual([long, "last"]);
    expect(t.capture({ join: true, history: "all" }).lines).toEqual(["first", long, "last"]);
  });

  test("of a line whose beginning is above the screen has its rows once", async () => {
    await using t = await rig(10, 3);
    await t.show(`first\r\n${"0123456789".repeat(6)}end`);
    const all = t.capture({ history: "all" }).lines;
    expect(all).toEqual(["first", ..."0123456789 ".repeat(6).trim().split(" "), "end"]);
    expect(t.capture({ history: 1 }).lines).toEqual(["0123456789", "0123456789", "0123456789", "end"]);
  });

  test("of the alternate screen is that, without the history of the other", async () => {
    await using t = await rig();
    await t.show(`${numbers(0, 100).join("\r\n")}\x1b[?1049h\x1b[Heditor`);
    expect(t.capture({ history: "all" }).lines).toEqual(["editor"]);
    await t.show("\x1b[?1049l");
    expect(t.capture({ history: "all" }).lines).toEqual(numbers(0, 100));
  });

  test("says where the output has come to", async () => {
    await using t = await rig(10, 3);
    await t.show("ab");
    expect(t.capture().position).toBe("0.2");
    await t.show("\r\n0123456789");
    expect(t.capture().position).toBe("1.10");
    await t.show("x");
    expect(t.capture().position).toBe("1.11");
    await t.show(`\r\n${numbers(0, 50).join("\r\n")}`);
    expect(t.capture().position).toBe("51.7");
  });
});

describe("styled text", () => {
  test("shows the same cells when it is printed again, but for links and underline colours", () => {
    fuzzRounds("styled capture", 200, 500, (random) => {
      const before = silentEmulator(60, 6);
      before.parse(corpus(pick(random, ["log", "redraw", "unicode", "tabs"]), 800, random.integer(2 ** 32)));
      const after = silentEmulator(60, 6);
      const rows = Array.from(
        { length: 6 }, (_, y) => styledText(encodeXtermRow(before.screenRow(y), 60, () => undefined)),
      );
      write(after, rows.map((row, y) => `\x1b[${y + 1};1H${row}`).join(""));
      // an empty cell and a blank look alike, as do a link and none
      const same = (cells: string[][]) => cells.map(
        (row) => row.map(
          (cell) => cell.replace(/^"" 1/, '" " 1').replace(
            /^(".*" [12]) (\S+) (\S+) \S+ (\S*) (\d).*$/s, "$1 $2 $3 $4 $5",
          ),
        ),
      );
      const difference = cellDifference(same(emulatorCells(after)), same(emulatorCells(before)));
      if (difference) throw new Error(difference);
    });
  });

  test("ends plain and leaves out blanks at the end", () => {
    const emulator = silentEmulator(20, 1);
    write(emulator, "a\x1b[1;31mb\x1b[0m  ");
    expect(
      styledText(encodeXtermRow(emulator.screenRow(0), 20, () => undefined)).trimEnd(),
    ).toBe("a\x1b[0;1;31mb\x1b[0m");
  });
});

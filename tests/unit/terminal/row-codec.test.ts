import { describe, expect, test } from "bun:test";
import { ByteWriter } from "../../../src/base/bytes.ts";
import { LinkTable } from "../../../src/client/mirror/link-table.ts";
import { Grid, PLAIN, paletteColor, rgbColor, ATTR, type Style } from "../../../src/terminal/grid.ts";
import { encodeGridRow, encodeXtermRow, readRow, readRowIntoGrid } from "../../../src/terminal/row-codec.ts";
import { cellDifference, emulatorCells, gridCells, silentEmulator, write } from "../../support/cells.ts";
import { cpuMs } from "../../support/cpu-time.ts";
import { codeThrownBy } from "../../support/thrown.ts";
import { fuzzRounds } from "../../support/fuzz.ts";
import { charsOf } from "../../support/grid-chars.ts";

const noLink = () => undefined;
const noLinkNumber = () => 0;

/** Shows text on a terminal, takes the rows through the codec into a grid, and compares every cell. */
function throughCodec(text: string, cols = 20, rows = 3): { grid: Grid; bytes: Uint8Array[] } {
  const emulator = silentEmulator(cols, rows);
  write(emulator, text);
  const links = new LinkTable();
  const grid = new Grid(cols, rows);
  const bytes = Array.from(
    { length: rows }, (_, y) => encodeXtermRow(emulator.screenRow(y), cols, (id) => emulator.linkText(id)),
  );
  bytes.forEach((row, y) => readRowIntoGrid(row, grid, y, links.intern));
  expect(cellDifference(gridCells(grid, links.text), emulatorCells(emulator))).toBeUndefined();
  // and once more from the grid
  const again = new Grid(cols, rows);
  bytes.forEach((_, y) => readRowIntoGrid(encodeGridRow(grid, y, links.text), again, y, links.intern));
  expect(cellDifference(gridCells(again, links.text), gridCells(grid, links.text))).toBeUndefined();
  expect([...again.wrapped]).toEqual([...grid.wrapped]);
  return { grid, bytes };
}

describe("a row comes through bytes as it is", () => {
  test.each([
    ["nothing", ""], ["ASCII", "hello world"], [
      "every column", "x".repeat(60),
    ], ["Latin and Cyrillic", "éßжњ"], ["wide characters", "日本語 한국"],
    ["a wide character at the edge", `${"x".repeat(19)}日`], [
      "a wide character exactly at the edge", `${"x".repeat(18)}日`,
    ], ["combining marks", "e\u0301a\u0308o\u0302\u0323"],
    ["an emoji", "😀😀"], ["a family", "👨‍👩‍👧 x"], ["a skin tone", "👍🏽!"], ["a flag", "🇩🇪🇫🇷"], [
      "an emoji made by a selector", "❤️ x",
    ], ["a marked blank", " \u0301x"],
    ["empty cells between", "\x1b[5Cx\x1b[5Cy"], ["a coloured blank end", "\x1b[44m\x1b[K"], [
      "a coloured row and text", "ab\x1b[41m\x1b[Kcd",
    ],
    ["all attributes", "\x1b[1;2;3;4;5;7;8;9;53mx"], [
      "one after the other",
      "\x1b[1ma\x1b[22;2mb\x1b[22;3mc\x1b[23;4md\x1b[24;5me\x1b[25;7mf\x1b[27;8mg\x1b[28;9mh\x1b[29;53mi\x1b[55mj",
    ],
    ["underlines", "\x1b[4ma\x1b[4:2mb\x1b[4:3mc\x1b[4:4md\x1b[4:5me\x1b[21mf\x1b[4:0mg"], [
      "colours of the palette", "\x1b[31;42ma\x1b[91;102mb\x1b[38;5;200;48;5;17mc\x1b[39;49md",
    ],
    [
      "black, which is not the default", "\x1b[30;40ma\x1b[38;5;0;48;5;0mb\x1b[38;2;0;0;0;48;2;0;0;0mc",
    ], ["true colours", "\x1b[38;2;1;2;3;48;2;255;254;253ma"],
    [
      "coloured underlines", "\x1b[4;58;5;9ma\x1b[58;2;1;2;3mb\x1b[58:2::4:5:6mc\x1b[59md\x1b[24me",
    ], ["a change of the underline's colour only", "\x1b[4:3;58;5;1ma\x1b[58;5;2mb"],
    ["a link", "\x1b]8;id=x;https://e.org/\x1b\\link\x1b]8;;\x1b\\ none"], [
      "two links side by side", "\x1b]8;;http://a\x1b\\a\x1b]8;;http://b\x1b\\b\x1b]8;;\x1b\\",
    ],
    [
      "a link with style", "\x1b[1;4;31m\x1b]8;;http://a\x1b\\a\x1b[0mb\x1b]8;;\x1b\\c",
    ], ["styled wide and joined", "\x1b[7m日\x1b[31m👨‍👩‍👧\x1b[0me\u0301"],
    ["plain between styles", "\x1b[1ma\x1b[0mb\x1b[1mc"], ["half a wide character overwritten", "日本\x1b[2Gx"], [
      "erased in the middle", "\x1b[42mabcdef\x1b[0m\x1b[3G\x1b[2X",
    ],
  ])("%s", (_what, text) => {
    throughCodec(text);
  });

  test("and says whether it continues the one above", () => {
    const { grid, bytes } = throughCodec("x".repeat(45));
    expect([...grid.wrapped]).toEqual([0, 1, 1]);
    expect(readRow(bytes[1]!, noLinkNumber, () => {})).toBeTrue();
  });
});

describe("the bytes", () => {
  const bytesOf = (text: string, cols = 20) => throughCodec(text, cols, 1).bytes[0]!;

  test("of an empty row are one", () => {
    expect(bytesOf("")).toEqual(new Uint8Array([0]));
  });

  test("of plain text are the text and a few more", () => {
    expect(bytesOf("hello")).toEqual(new Uint8Array([0, 5 * 16, 5, ...Buffer.from("hello")]));
    expect(bytesOf("y".repeat(20)).length).toBeLessThan(20 + 6);
  });

  test("leave out empty cells at the end, but not coloured ones", () => {
    expect(bytesOf("ab   ").length).toBe(3 + 5);
    expect(bytesOf("ab\x1b[K").length).toBe(3 + 2);
    expect(bytesOf("\x1b[44m\x1b[K").length).toBeGreaterThan(4);
  });

  test("name a style once for a run of it", () => {
    const one = bytesOf("\x1b[38;2;1;2;3mx").length;
    expect(bytesOf(`\x1b[38;2;1;2;3m${"x".repeat(15)}`).length).toBe(one + 14 + 1);
  });

  test("are the same for the same row, however it came to be", () => {
    expect(bytesOf("\x1b[31mab\x1b[0m")).toEqual(bytesOf("\x1b[2Gx\r\x1b[31mab"));
  });
});

describe("a grid", () => {
  test("shorter than the row drops what lies beyond, and a wide character that is cut", () => {
    const { bytes } = throughCodec("abc日def");
    const grid = new Grid(4, 1);
    readRowIntoGrid(bytes[0]!, grid, 0, noLinkNumber);
    expect(grid.text(0)).toBe("abc ");
    expect([...grid.widths]).toEqual([1, 1, 1, 1]);
  });

  test("longer than the row is emptied behind it", () => {
    const { bytes } = throughCodec("ab");
    const grid = new Grid(30, 1);
    for (let x = 0; x < 30; x++) grid.set(x, 0, "z", 1, { ...PLAIN, bg: rgbColor(1) });
    readRowIntoGrid(bytes[0]!, grid, 0, noLinkNumber);
    expect(grid.text(0)).toBe(`ab${" ".repeat(28)}`);
    expect(grid.styleAt(29, 0)).toEqual(PLAIN);
  });

  test("keeps links by their text: unknown ones and forbidden ones are none", () => {
    const grid = new Grid(2, 1);
    const style: Style = { fg: paletteColor(1), bg: 0, ul: 0, attr: ATTR.bold | (7 << ATTR.linkShift) };
    grid.set(0, 0, "a", 1, style);
    const bytes = encodeGridRow(grid, 0, (id) => (id === 7 ? ";http://x" : undefined));
    const links = new LinkTable();
    readRowIntoGrid(bytes, grid, 0, links.intern);
    expect(links.text(grid.styleAt(0, 0).attr >>> ATTR.linkShift)).toBe(";http://x");
    readRowIntoGrid(encodeGridRow(grid, 0, noLink), grid, 0, links.intern);
    expect(grid.styleAt(0, 0).attr).toBe(ATTR.bold);
  });
});

/** A row as a hostile daemon might write it. */
function forged(write: (out: ByteWriter) => void): Uint8Array {
  const out = new ByteWriter();
  out.varint(0);
  write(out);
  return out.copy();
}

describe("a row of a daemon that means harm", () => {
  test("puts no control character into a cell: the painter writes cells as they are", () => {
    const evil = [
      "\x1b]52;c;aGk=\x07", "\x1b[2J", "\n", "\r", "\x00", "\x7f", "\u009b2J", "a\x1bb", "\u0085", "x\u200b\x08",
    ];
    for (const text of evil) {
      const narrow = forged((out) => {
        out.varint([...text].length * 16);
        out.string(text);
      });
      const grapheme = forged((out) => {
        out.varint(16 + 8);
        out.varint(new TextEncoder().encode(text).length * 2);
        out.bytes(new TextEncoder().encode(text));
      });
      for (const bytes of [narrow, grapheme]) {
        const grid = new Grid(40, 1);
        readRowIntoGrid(bytes, grid, 0, noLinkNumber);
        expect([
          JSON.stringify(text), /[\u0000-\u001f\u007f-\u009f]/.test(charsOf(grid).join("")),
        ]).toEqual([JSON.stringify(text), false]);
      }
    }
  });

  test("spills over no cell beside it: text of more than two columns in one cell is none", () => {
    const bytes = forged((out) => {
      for (const text of ["AAAA", "e\u0301", "日本", "x".repeat(100), "😀😀", "👨‍👩‍👧"]) {
        out.varint(16 + 8);
        out.varint(new TextEncoder().encode(text).length * 2);
        out.bytes(new TextEncoder().encode(text));
      }
    });
    const grid = new Grid(8, 1);
    readRowIntoGrid(bytes, grid, 0, noLinkNumber);
    expect(charsOf(grid)).toEqual(["\ufffd", "e\u0301", "\ufffd", "\ufffd", "\ufffd", "👨‍👩‍👧", "", ""]);
    const endless = forged((out) => {
      out.varint(16 + 8);
      out.varint(2 ** 32 - 2);
      out.u8(65);
    });
    expect(codeThrownBy(() => readRow(endless, noLinkNumber, () => {}))).toBe("protocol");
  });

  test("costs no more than a row: millions of empty cells are refused", () => {
    const bomb = forged((out) => {
      for (let n = 0; n < 20_000; n++) out.varint((1 << 20) * 16 + 12);
    });
    expect(cpuMs(() => {
      expect(codeThrownBy(() => readRowIntoGrid(bomb, new Grid(80, 1), 0, noLinkNumber))).toBe("protocol");
      expect(codeThrownBy(() => readRow(bomb, noLinkNumber, () => {}))).toBe("protocol");
    })).toBeLessThan(200);
  });

  test("is refused where it ends too early or says what there is not", () => {
    const bad = [
      new Uint8Array(), forged((out) => out.varint(16)), forged((out) => out.varint(16 + 3)), forged((out) => {
        out.varint(16 + 2);
        out.u8(1);
        out.u8(7);
      }), forged((out) => {
        out.varint(16 + 8);
        out.varint(1000);
      }), forged((out) => out.varint((1 << 21) * 16 + 12)),
    ];
    for (const bytes of bad) expect(codeThrownBy(() => readRow(bytes, noLinkNumber, () => {}))).toBe("protocol");
  });

  test("of any bytes is read or refused", () => {
    const links = new LinkTable();
    fuzzRounds("row codec", 20_000, 400, (random) => {
      const grid = new Grid(1 + random.integer(30), 1);
      const code = codeThrownBy(() => readRowIntoGrid(random.bytes(random.integer(30)), grid, 0, links.intern));
      expect([undefined, "protocol"]).toContain(code);
      expect(/[\u0000-\u001f\u007f-\u009f]/.test(charsOf(grid).join(""))).toBeFalse();
      for (let x = 0; x < grid.cols; x++) if (grid.widths[x] === 2) expect(grid.widths[x + 1]).toBe(0);
    });
  });
});

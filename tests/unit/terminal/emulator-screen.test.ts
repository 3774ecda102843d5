import { describe, expect, test } from "bun:test";
import { initialModes } from "../../../src/terminal/modes.ts";
import { CELL } from "../../../src/terminal/xterm/internals.ts";
import { cpuMs } from "../../support/cpu-time.ts";
import { LoggedEmulator, rowText } from "../../support/emulator-log.ts";

function cells(terminal: LoggedEmulator, y: number): [string, number][] {
  const row = terminal.emulator.screenRow(y);
  const out: [string, number][] = [];
  for (let x = 0; x < row.length; x++) {
    const content = row._data[x * CELL.words]!;
    const text = content & CELL.combined ? row._combined[x]! : String.fromCodePoint(content & CELL.codePointMask || 32);
    out.push([content >>> CELL.widthShift === 0 ? "" : text, content >>> CELL.widthShift]);
  }
  while (out.length > 0 && out.at(-1)![0] === " ") out.pop();
  return out;
}

describe("graphemes of Unicode 15", () => {
  test.each([
    ["a family", "👨‍👩‍👧", 2], ["a flag", "🇩🇪", 2], ["a heart as an emoji", "❤️", 2], ["a heart as text", "❤", 1],
      ["a skin tone", "👍🏽", 2],
    ["an accent", "e\u0301", 1], ["a Han character", "漢", 2], ["a syllable from its letters", "\u1112\u1161\u11ab", 2],
      ["a full-width letter", "ｗ", 2],
  ])("%s is one cell", (_, text, width) => {
    const terminal = new LoggedEmulator();
    terminal.send(`${text}x`);
    expect(cells(terminal, 0)).toEqual([[text, width], ...(width === 2 ? [["", 0] as [string, number]] : []),
      ["x", 1]]);
  });

  test("two flags are two cells", () => {
    const terminal = new LoggedEmulator();
    terminal.send("🇩🇪🇫🇷");
    expect(cells(terminal, 0).map(([text]) => text)).toEqual(["🇩🇪", "", "🇫🇷", ""]);
  });

  test("a wide character that does not fit goes to the next row", () => {
    const terminal = new LoggedEmulator(5, 3);
    terminal.send("abcd漢");
    expect([terminal.row(0), terminal.row(1), terminal.emulator.screenRow(1).isWrapped]).toEqual(["abcd", "漢", true]);
  });

  test("a cell takes only so many combining marks", () => {
    const terminal = new LoggedEmulator();
    terminal.send(`a${"\u0301".repeat(100_000)}b`);
    expect(terminal.emulator.screenRow(0)._combined[0]!.length).toBeLessThanOrEqual(64);
    expect(cells(terminal, 0).at(-1)).toEqual(["b", 1]);
  });
});

describe("modes", () => {
  test("are at first what a new terminal has", () => {
    expect(new LoggedEmulator().emulator.modes()).toEqual(initialModes());
  });

  test("are set by programs", () => {
    const terminal = new LoggedEmulator();
    terminal.send("\x1b[?1;5;1002;1004;1006;1049;2004h\x1b=\x1b[?25;1007l\x1b[20h\x1b[3 q\x1b[>9u\x1b[>4;1m");
    expect(terminal.emulator.modes()).toEqual({
      applicationCursor: true, applicationKeypad: true, bracketedPaste: true, mouseTracking: "drag",
        mouseEncoding: "sgr", focusEvents: true,
      alternateScroll: false, alternateScreen: true, kittyFlags: 9, modifyOtherKeys: 1, cursorVisible: false,
        cursorShape: 3, reverseVideo: true,
      newline: true,
    });
  });

  test("RIS brings them all back", () => {
    const terminal = new LoggedEmulator();
    terminal.send("\x1b[?1;5;1002;1004;1006;1049;2004h\x1b=\x1b[?25;1007l\x1b[20h\x1b[3 q\x1b[>9u");
    terminal.send("\x1b[>4;1m\x1b]4;1;#fff\x07\x1bc");
    expect(terminal.emulator.modes()).toEqual(initialModes());
    expect(terminal.ask("\x1b]4;1;?\x07\x1b[?12$p")).toEqual(["\x1b]4;1;rgb:cdcd/0000/0000\x07", "\x1b[?12;2$y"]);
  });

  test.each([["9", "x10"], ["1000", "normal"], ["1002", "drag"], ["1003", "any"]] as const)("mouse mode %s is %s",
    (mode, tracking) => {
    const terminal = new LoggedEmulator();
    terminal.send(`\x1b[?${mode}h`);
    expect(terminal.emulator.modes().mouseTracking).toBe(tracking);
    terminal.send(`\x1b[?${mode}l`);
    expect(terminal.emulator.modes().mouseTracking).toBe("none");
  });

  test("the last mouse encoding set is in force, and only its own reset ends it", () => {
    const terminal = new LoggedEmulator();
    const encoding = (text: string): string => {
      terminal.send(text);
      return terminal.emulator.modes().mouseEncoding;
    };
    expect([encoding("\x1b[?1005h"), encoding("\x1b[?1006h"), encoding("\x1b[?1005l"), encoding("\x1b[?1015h"),
      encoding("\x1b[?1015l"), encoding("\x1b[?1016h")])
      .toEqual(["utf8", "sgr", "sgr", "urxvt", "bytes", "pixels"]);
  });

  test.each([[0, 0], [1, 1], [2, 2], [3, 3], [4, 4], [5, 5], [6, 6]])("cursor shape %i", (given, shape) => {
    const terminal = new LoggedEmulator();
    terminal.send(`\x1b[${given} q`);
    expect(terminal.emulator.modes().cursorShape).toBe(shape as 0);
  });
});

describe("synchronized updates", () => {
  test("end at their place in the stream", () => {
    const rows: string[] = [];
    const terminal = new LoggedEmulator();
    terminal.parts.events.synchronizedEnd = () => void rows.push(terminal.row(0));
    terminal.send("\x1b[?2026hone\x1b[?2026l two\x1b[?2026h three");
    expect(rows).toEqual(["one"]);
    expect(terminal.emulator.synchronized).toBe(true);
    terminal.emulator.endSynchronized();
    expect([terminal.emulator.synchronized, rows]).toEqual([false, ["one", "one two three"]]);
    terminal.emulator.endSynchronized();
    expect(rows).toHaveLength(2);
  });

  test("end with a reset of the terminal, and not without a beginning", () => {
    for (const reset of ["\x1bc", "\x1b[!p"]) {
      expect(new LoggedEmulator().send(`\x1b[?2026h${reset}`)).toContain("synchronized end");
      expect(new LoggedEmulator().send(`\x1b[?2026l${reset}`)).not.toContain("synchronized end");
    }
  });
});

describe("the cursor", () => {
  test("waits behind the last column until the next character", () => {
    const terminal = new LoggedEmulator(5, 3);
    terminal.send("abcde");
    expect(terminal.emulator.cursor()).toEqual({ x: 4, y: 0, pendingWrap: true });
    terminal.send("f");
    expect(terminal.emulator.cursor()).toEqual({ x: 1, y: 1, pendingWrap: false });
  });

  test("comes back to the same row of the screen after DECRC, whatever scrolled in between", () => {
    for (const scrollback of [0, 3, 100]) {
      const terminal = new LoggedEmulator(20, 5, scrollback);
      terminal.send("\x1b[3;4H\x1b7\x1b[5;1H\n\n\n\n\x1b8");
      expect(terminal.emulator.cursor()).toMatchObject({ x: 3, y: 2 });
    }
  });

  test("takes its underline along through DECSC and DECRC, but not its link", () => {
    const terminal = new LoggedEmulator();
    terminal.send("\x1b[4:3;58:5:9m\x1b7\x1b[m\x1b]8;;http://x\x07\x1b8a");
    const row = terminal.emulator.screenRow(0);
    expect([row._extendedAttrs[0]!.underlineStyle, row._extendedAttrs[0]!.underlineColor & 0xff]).toEqual([3, 9]);
    expect(terminal.emulator.linkText(row._extendedAttrs[0]!.urlId)).toBe(";http://x");
  });
});

describe("links (OSC 8)", () => {
  const linkAt = (terminal: LoggedEmulator, x: number, y = 0): string | undefined => {
    const row = terminal.emulator.screenRow(y);
    if ((row._data[x * 3 + 2]! & CELL.hasExtended) === 0) return undefined;
    return terminal.emulator.linkText(row._extendedAttrs[x]!.urlId);
  };

  test("are carried by the cells between begin and end", () => {
    const terminal = new LoggedEmulator();
    terminal.send("a\x1b]8;id=1;http://x/;y\x1b\\b\x1b[1;4mc\x1b[md\x1b]8;;\x07e");
    expect([0, 1, 2, 3, 4].map((x) => linkAt(terminal, x))).toEqual([undefined, ...Array(3).fill("id=1;http://x/;y"),
      undefined]);
    expect(terminal.emulator.screenRow(0)._extendedAttrs[2]!.underlineStyle).toBe(1);
  });

  test("20,000 of them are quick, and forgotten when they are off the screen", () => {
    const terminal = new LoggedEmulator(80, 24, 100);
    const link = (i: number): string => `\x1b]8;;https://example.org/${i}\x07link ${i}\x1b]8;;\x07\r\n`;
    const text = Array.from({ length: 20_000 }, (_, i) => link(i)).join("");
    expect(cpuMs(() => terminal.send(text))).toBeLessThan(3000);
    expect(terminal.parts.links.size).toBeLessThanOrEqual(8192);
    expect(linkAt(terminal, 0, 22)).toBe(";https://example.org/19999");
    expect(linkAt(terminal, 0, 0)).toBe(";https://example.org/19977");
  });

  test("that are still to be seen keep their text", () => {
    const terminal = new LoggedEmulator(80, 24, 100);
    terminal.send("\x1b[2;24r\x1b]8;;http://kept\x07K\x1b]8;;\x07\x1b[24;1H");
    for (let i = 0; i < 20_000; i++) terminal.send(`\x1b]8;;http://${i}\x07x\r\n`);
    expect(linkAt(terminal, 0)).toBe(";http://kept");
  });

  test("that are being written keep their text, though no cell has it yet", () => {
    const terminal = new LoggedEmulator(80, 24, 0);
    terminal.send("\x1b]8;;http://mine\x07");
    for (let i = 0; i < 9000; i++) terminal.parts.links.intern(`;http://${i}`);
    terminal.send("x");
    expect(linkAt(terminal, 0)).toBe(";http://mine");
  });

  test("more than the table holds at once are printed as plain text", () => {
    const terminal = new LoggedEmulator(1000, 20, 0);
    for (let i = 0; i < 12_000; i++) terminal.send(`\x1b]8;;http://${i}\x07x`);
    expect(terminal.emulator.errors).toBe(0);
    expect(linkAt(terminal, 0)).toBe(";http://0");
    expect(linkAt(terminal, 999, 11)).toBeUndefined();
    expect(rowText(terminal.emulator.screenRow(11))).toBe("x".repeat(1000));
  });
});

describe("what a program may ask for is bounded", () => {
  test.each(["L", "M", "S", "T", "@", "P", "X", "I", "Z", "A", "B", "C", "D", "E", "F", "G", "d", "a", "e", "b", " @",
    " A", "'}", "'~", "t", "J", "K", "r", "g"])(
    "CSI 2147483647 %s",
    (final) => {
      const terminal = new LoggedEmulator();
      expect(cpuMs(() => terminal.send(`some text\x1b[5;5Hx\x1b[2147483647${final}y`))).toBeLessThan(3000);
      expect(terminal.emulator.errors).toBe(0);
    },
  );
});

test("SU keeps the rows that leave the top of the screen", () => {
  const terminal = new LoggedEmulator(10, 3, 10);
  terminal.send("a\r\nb\r\nc\x1b[2S");
  expect([terminal.emulator.scrollbackLength, rowText(terminal.emulator.scrollbackRow(0)),
    rowText(terminal.emulator.scrollbackRow(1)), terminal.row(0)]).toEqual([2, "a", "b", "c"]);
});

test("erasing up to the end of a row ends the line there", () => {
  const terminal = new LoggedEmulator(5, 4, 0);
  terminal.send("abcdefg\x1b[1;5H\x1b[1J");
  expect(terminal.emulator.screenRow(1).isWrapped).toBe(false);
  terminal.send("\x1b[4;5H\x1b[1J");
  expect(terminal.emulator.errors).toBe(0);
});

test("DECALN fills the screen and nothing else", () => {
  const terminal = new LoggedEmulator(4, 3, 10);
  terminal.send("a\r\nb\r\nc\r\nd\x1b[2;3r\x1b[?6h\x1b#8");
  expect([0, 1, 2].map((y) => terminal.row(y))).toEqual(["EEEE", "EEEE", "EEEE"]);
  expect(rowText(terminal.emulator.scrollbackRow(0))).toBe("a");
});

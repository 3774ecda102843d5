import { describe, expect, test } from "bun:test";
import packageJson from "../../../package.json";
import { LoggedEmulator } from "../../support/emulator-log.ts";

const ST = "\x1b\\";

function ask(text: string, setUp = ""): string[] {
  const terminal = new LoggedEmulator();
  terminal.send(setUp);
  return terminal.ask(text);
}

describe("identity", () => {
  test.each([
    ["DA1", "\x1b[c", "\x1b[?62;22;52c"],
    ["DA1 with a zero", "\x1b[0c", "\x1b[?62;22;52c"],
    ["DA2", "\x1b[>c", "\x1b[>1;277;0c"],
    ["DA3", "\x1b[=c", `\x1bP!|00000000${ST}`],
    ["XTVERSION", "\x1b[>q", `\x1bP>|fugue(${packageJson.version})${ST}`],
    ["DSR 5", "\x1b[5n", "\x1b[0n"],
  ])("%s is answered", (_, question, answer) => {
    expect(ask(question)).toEqual([answer]);
  });

  test("unknown questions get no answer", () => {
    const questions = ["\x1b[1c", "\x1b[>2c", "\x1b[7n", "\x1b[?15n", "\x1b[21t", "\x1b]4;256;?\x07",
      "\x1b]1337;x=?\x07"];
    for (const question of questions) expect(ask(question)).toEqual([]);
  });

  test("questions about an unknown client get an empty answer, so that answers can be counted", () => {
    for (const question of ["\x1b[14t", "\x1b[16t", "\x1b]10;?\x07", "\x1b]11;?\x07", "\x1b]12;?\x07", "\x1b[?996n"]) {
      expect(ask(question)).toEqual([""]);
    }
  });
});

describe("cursor position", () => {
  test("counts from 1", () => {
    expect(ask("\x1b[3;7H\x1b[6n")).toEqual(["\x1b[3;7R"]);
    expect(ask("\x1b[3;7H\x1b[?6n")).toEqual(["\x1b[?3;7R"]);
  });

  test("is the last column while a wrap is pending", () => {
    expect(ask(`${"x".repeat(80)}\x1b[6n`)).toEqual(["\x1b[1;80R"]);
  });

  test("counts from the scroll region in origin mode", () => {
    expect(ask("\x1b[5;10r\x1b[?6h\x1b[2;1H\x1b[6n")).toEqual(["\x1b[2;1R"]);
  });

  test("is answered at its place in the stream", () => {
    const terminal = new LoggedEmulator();
    expect(terminal.ask("ab\x1b[6ncd\x1b[6n\r\n\x1b[6n")).toEqual(["\x1b[1;3R", "\x1b[1;5R", "\x1b[2;1R"]);
  });
});

describe("DECRQM", () => {
  const state = (mode: string, setUp = ""): number => {
    const answer = ask(`\x1b[${mode}$p`, setUp)[0]!;
    return Number(/;(\d)\$y$/.exec(answer)![1]);
  };

  test.each([
    [1, 2], [5, 2], [6, 2], [7, 1], [8, 3], [9, 2], [12, 2], [25, 1], [45, 2], [47, 2], [66, 2], [67, 4], [1000, 2],
      [1002, 2], [1003, 2],
    [1004, 2], [1005, 2], [1006, 2], [1007, 1], [1015, 2], [1016, 2], [1048, 1], [1049, 2], [2004, 2], [2026, 2],
      [2027, 3], [2031, 2], [2048, 2],
    [3, 0], [69, 0], [9999, 0],
  ])("private mode %i is %i at first", (mode, expected) => {
    expect(state(`?${mode}`)).toBe(expected);
  });

  test("tells what DECSET and DECRST have done", () => {
    for (const mode of [1, 5, 6, 9, 12, 25, 45, 47, 66, 1000, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016, 1049,
      2004, 2026, 2031, 2048]) {
      expect([mode, state(`?${mode}`, `\x1b[?${mode}h`)]).toEqual([mode, 1]);
      expect([mode, state(`?${mode}`, `\x1b[?${mode}h\x1b[?${mode}l`)]).toEqual([mode, 2]);
    }
  });

  test("knows the ANSI modes", () => {
    expect([state("4"), state("4", "\x1b[4h"), state("20", "\x1b[20h"), state("12"), state("2"),
      state("99")]).toEqual([2, 1, 1, 3, 4, 0]);
  });

  test("names the mode and its kind", () => {
    expect(ask("\x1b[?2026$p")).toEqual(["\x1b[?2026;2$y"]);
    expect(ask("\x1b[4$p")).toEqual(["\x1b[4;2$y"]);
  });
});

describe("DECRQSS", () => {
  test.each([
    ["SGR", "\x1b[0;1;3;4:3;38;5;9;48;2;1;2;3;58:5:7;53m", "m", "0;1;3;4:3;53;38:5:9;48:2::1:2:3;58:5:7m"],
    ["basic colours", "\x1b[31;102m", "m", "0;31;102m"],
    ["a plain pen", "\x1b[1m\x1b[m", "m", "0m"],
    ["scroll region", "\x1b[3;9r", "r", "3;9r"],
    ["columns", "", "s", "1;80s"],
    ["cursor shape", "\x1b[5 q", " q", "5 q"],
    ["default cursor shape", "\x1b[5 q\x1b[0 q", " q", "0 q"],
    ["protection", '\x1b[1"q', '"q', '1"q'],
    ["conformance level", "", '"p', '62;1"p'],
    ["lines", "", "t", "24t"],
    ["modifyOtherKeys", "\x1b[>4;2m", ">4m", ">4;2m"],
  ])("reports %s as it is", (_, setUp, request, answer) => {
    expect(ask(`\x1bP$q${request}${ST}`, setUp)).toEqual([`\x1bP1$r${answer}${ST}`]);
  });

  test("what it reports of the pen sets the same pen again", () => {
    const terminal = new LoggedEmulator();
    terminal.send("\x1b[1;2;4:4;7;9;38;2;9;8;7;100;58;2;1;2;3m");
    const report = terminal.ask(`\x1bP$qm${ST}`)[0]!;
    const pen = report.slice(5, -2);
    const other = new LoggedEmulator();
    other.send(`\x1b[35;3m\x1b[${pen}`);
    expect(other.ask(`\x1bP$qm${ST}`)).toEqual([report]);
  });

  test("says so if it does not know the setting", () => {
    expect(ask(`\x1bP$qz${ST}`)).toEqual([`\x1bP0$r${ST}`]);
  });
});

describe("XTGETTCAP", () => {
  const hex = (text: string): string => Buffer.from(text).toString("hex");

  test("answers each known capability with its value in hexadecimal", () => {
    expect(ask(`\x1bP+q${hex("TN")};${hex("Co")}${ST}`)).toEqual([
      `\x1bP1+r${hex("TN")}=${hex("xterm-256color").toUpperCase()}${ST}`,
      `\x1bP1+r${hex("Co")}=${hex("256").toUpperCase()}${ST}`,
    ]);
    expect(ask(`\x1bP+q${hex("RGB")}${ST}`)).toEqual([`\x1bP1+r${hex("RGB")}=${hex("8/8/8").toUpperCase()}${ST}`]);
    expect(ask(`\x1bP+q${hex("Su")}${ST}`)).toEqual([`\x1bP1+r${hex("Su")}${ST}`]);
  });

  test("says no to unknown ones and stays silent at what is no name", () => {
    expect(ask(`\x1bP+q${hex("nope")}${ST}`)).toEqual([`\x1bP0+r${hex("nope")}${ST}`]);
    expect(ask(`\x1bP+qxyz;4${ST}`)).toEqual([]);
    expect(ask(`\x1bP+q${hex("constructor")}${ST}`)).toEqual([`\x1bP0+r${hex("constructor")}${ST}`]);
  });
});

describe("colours", () => {
  test("of the palette are answered in the way they were asked, with what the program set", () => {
    expect(ask("\x1b]4;1;?\x07")).toEqual(["\x1b]4;1;rgb:cdcd/0000/0000\x07"]);
    expect(ask(`\x1b]4;231;?${ST}`)).toEqual([`\x1b]4;231;rgb:ffff/ffff/ffff${ST}`]);
    expect(ask("\x1b]4;16;?;244;?\x07")).toEqual(["\x1b]4;16;rgb:0000/0000/0000\x07",
      "\x1b]4;244;rgb:8080/8080/8080\x07"]);
    expect(ask("\x1b]4;1;?\x07", "\x1b]4;1;#123456\x07")).toEqual(["\x1b]4;1;rgb:1212/3434/5656\x07"]);
    expect(ask("\x1b]4;1;?\x07", "\x1b]4;1;#123456\x07\x1b]104;1\x07")).toEqual(["\x1b]4;1;rgb:cdcd/0000/0000\x07"]);
  });

  test("of the client's terminal are answered once they are known, the program's own first", () => {
    const terminal = new LoggedEmulator();
    terminal.emulator.setColors({ foreground: 0xeeeeee, background: 0x102030 });
    expect(terminal.ask("\x1b]10;?\x07")).toEqual(["\x1b]10;rgb:eeee/eeee/eeee\x07"]);
    expect(terminal.ask("\x1b]10;?;?\x07")).toEqual(["\x1b]10;rgb:eeee/eeee/eeee\x07",
      "\x1b]11;rgb:1010/2020/3030\x07"]);
    expect(terminal.ask("\x1b]12;?\x07")).toEqual([""]);
    expect(terminal.ask("\x1b]11;rgb:ff/80/00\x07\x1b]11;?\x07")).toEqual(["\x1b]11;rgb:ffff/8080/0000\x07"]);
    expect(terminal.ask("\x1b]111\x07\x1b]11;?\x07")).toEqual(["\x1b]11;rgb:1010/2020/3030\x07"]);
  });

  test("make the colour scheme, which is told when asked and when it changes", () => {
    const terminal = new LoggedEmulator();
    terminal.emulator.setColors({ background: 0x000000 });
    expect(terminal.ask("\x1b[?996n")).toEqual(["\x1b[?997;1n"]);
    expect(terminal.emulator.setColors({ background: 0xffffff })).toBeUndefined();
    terminal.send("\x1b[?2031h");
    expect(terminal.emulator.setColors({ background: 0xeeeeee })).toBeUndefined();
    expect(terminal.emulator.setColors({ background: 0x111111 })).toEqual(new TextEncoder().encode("\x1b[?997;1n"));
    expect(terminal.emulator.setColors({})).toBeUndefined();
  });
});

describe("window", () => {
  test("sizes in cells are answered, those in pixels when they are known", () => {
    const terminal = new LoggedEmulator(100, 40);
    expect(terminal.ask("\x1b[18t\x1b[19t\x1b[14t\x1b[16t")).toEqual(["\x1b[8;40;100t", "\x1b[9;40;100t", "", ""]);
    terminal.emulator.setCellPixels({ width: 8, height: 16 });
    expect(terminal.ask("\x1b[14t\x1b[16t")).toEqual(["\x1b[4;640;800t", "\x1b[6;16;8t"]);
  });

  test("a program that asked for it is told of every new size", () => {
    const terminal = new LoggedEmulator(100, 40);
    expect(terminal.ask("\x1b[?2048h")).toEqual(["\x1b[48;40;100;0;0t"]);
    terminal.emulator.resize(90, 30);
    expect(terminal.log.at(-1)).toBe("reply \x1b[48;30;90;0;0t");
    terminal.send("\x1b[?2048l");
    terminal.emulator.resize(80, 30);
    expect(terminal.log.at(-1)).toBe("reply \x1b[48;30;90;0;0t");
  });
});

describe("keyboard", () => {
  test("kitty flags are pushed, popped, set and asked for", () => {
    const terminal = new LoggedEmulator();
    const flags = (text: string): string[] => terminal.ask(`${text}\x1b[?u`);
    expect(flags("")).toEqual(["\x1b[?0u"]);
    expect(flags("\x1b[>1u")).toEqual(["\x1b[?1u"]);
    expect(flags("\x1b[>5u")).toEqual(["\x1b[?5u"]);
    expect(flags("\x1b[=2;2u")).toEqual(["\x1b[?7u"]);
    expect(flags("\x1b[=4;3u")).toEqual(["\x1b[?3u"]);
    expect(flags("\x1b[=8u")).toEqual(["\x1b[?8u"]);
    expect(flags("\x1b[<u")).toEqual(["\x1b[?1u"]);
    expect(flags("\x1b[<9u")).toEqual(["\x1b[?0u"]);
    expect(flags("\x1b[>999u")).toEqual(["\x1b[?7u"]);
  });

  test("each screen has its own kitty flags", () => {
    const terminal = new LoggedEmulator();
    expect(terminal.ask("\x1b[>1u\x1b[?1049h\x1b[?u\x1b[>8u\x1b[?u\x1b[?1049l\x1b[?u")).toEqual(["\x1b[?0u", "\x1b[?8u",
      "\x1b[?1u"]);
    expect(terminal.emulator.modes().kittyFlags).toBe(1);
  });

  test("a program that never pops does not grow the stack for ever", () => {
    const terminal = new LoggedEmulator();
    terminal.send("\x1b[>1u".repeat(5000));
    expect(terminal.parts.keyboard.normal.below.length).toBeLessThanOrEqual(16);
    expect(terminal.ask("\x1b[<2147483647u\x1b[?u")).toEqual(["\x1b[?0u"]);
  });

  test("modifyOtherKeys is set, reset and asked for", () => {
    const terminal = new LoggedEmulator();
    expect(terminal.ask("\x1b[>4;2m\x1b[?4m\x1b[>4;1m\x1b[?4m\x1b[>4m\x1b[?4m\x1b[>4;2m\x1b[>4n\x1b[?4m")).toEqual([
      "\x1b[>4;2m", "\x1b[>4;1m", "\x1b[>4;0m", "\x1b[>4;0m",
    ]);
    terminal.send("\x1b[>4;2m");
    expect(terminal.emulator.modes().modifyOtherKeys).toBe(2);
  });
});

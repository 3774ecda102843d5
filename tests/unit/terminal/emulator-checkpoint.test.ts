import { expect, test } from "bun:test";
import { seededRandom } from "../../../src/base/random.ts";
import { FugueError } from "../../../src/base/errors.ts";
import { Emulator } from "../../../src/terminal/emulator.ts";
import { logEvents, LoggedEmulator, rowText } from "../../support/emulator-log.ts";
import { corpus } from "../../support/terminal-corpus.ts";
import { describeState, firstDifference } from "../../support/terminal-state.ts";

/** Sets about everything that can be set. */
const EVERYTHING = [
  "\x1b]2;title\x07\x1b]1;icon\x07\x1b[22t\x1b]2;other\x07\x1b]7;file:///tmp\x07",
  "\x1b]9;4;1;30\x07\x1b]4;7;#010203\x07\x1b]10;#fff\x07",
  "\x1b]99;i=a:d=0:u=2;half\x07\x07\x07",
  "one\r\ntwo\r\nthree\r\nfour\r\n\r\n\r\n\r\n\r\nfive ",
  "\x1b[1;38;2;1;2;3;48;5;200mstyled\x1b[4:3;58:5:9mcurly\x1b]8;id=7;http://link\x07linked\r\n",
  "漢字 👨‍👩‍👧 e\u0301 \x1b[1\"qprotected\x1b[3;8r\x1b[?6h\x1b[2;2H\x1b7\x1b(0\x0e\x1b)A\x1bH\x1b[5G\x1b[g",
  "\x1b[?1;5;1003;1006;1004;2004;2026;2031;2048;45h",
  "\x1b=\x1b[20h\x1b[4h\x1b[?25;7;1007l\x1b[6 q\x1b[?12h\x1b[>5u\x1b[>1u\x1b[>4;2m",
  "\x1b[?47h\x1b[>3uon the alternate screen\x1b[4;1H\x1b[s",
].join("");

function everything(): LoggedEmulator {
  const terminal = new LoggedEmulator(40, 9, 4);
  terminal.emulator.setColors({ background: 0x202020, cursor: 0xff0000 });
  terminal.emulator.setCellPixels({ width: 9, height: 18 });
  terminal.send(EVERYTHING);
  return terminal;
}

test("everything that can be set comes back", () => {
  const terminal = everything();
  const before = describeState(terminal.emulator);
  terminal.restart();
  expect(firstDifference(describeState(terminal.emulator), before)).toBe("");
  expect(terminal.emulator.takeDirty()).toEqual({ from: 0, to: 8 });
});

test("restoring tells nobody anything", () => {
  const terminal = everything();
  const said = terminal.log.length;
  terminal.restart();
  expect(terminal.log.length).toBe(said);
});

test("what was put in again and again is the same bytes", () => {
  const terminal = everything();
  const first = terminal.emulator.checkpoint();
  terminal.restart();
  expect(terminal.emulator.checkpoint()).toEqual(first);
});

test("rows beyond the hot scrollback that were put back survive", () => {
  const terminal = new LoggedEmulator(10, 3, 2);
  terminal.emulator.prependScrollback(Array.from({ length: 7 }, () => terminal.emulator.createLine(10)));
  terminal.restart();
  expect(terminal.emulator.scrollbackLength).toBe(7);
});

test("a usual screen is a few kilobytes", () => {
  const terminal = new LoggedEmulator(80, 24, 0);
  terminal.emulator.parse(corpus("log", 20_000, 1));
  expect(terminal.emulator.checkpoint().length).toBeLessThan(6000);
});

test("a format of a later release is refused as such", () => {
  const bytes = everything().emulator.checkpoint();
  bytes[0] = 99;
  const error = caught(() => Emulator.restore(bytes, logEvents([])));
  expect(error).toBeInstanceOf(FugueError);
  expect((error as FugueError).code).toBe("version");
});

test("malformed bytes are an error or another state, never a crash or a hang", () => {
  const good = everything().emulator.checkpoint();
  const random = seededRandom(11);
  for (let n = 0; n < 400; n++) {
    const bytes = n % 4 === 0 ? good.slice(0, random.integer(good.length)) : good.slice();
    for (let flips = random.integer(4); flips > 0 &&
      bytes.length > 1; flips--) bytes[1 + random.integer(bytes.length - 1)] = random.integer(256);
    const error = caught(() => {
      const emulator = Emulator.restore(bytes, logEvents([]));
      emulator.parse(new TextEncoder().encode("still \x1b[2Jalive\r\n\n\n\n\n"));
      emulator.dispose();
    });
    if (error !== undefined && !(error instanceof FugueError)) throw error;
  }
});

test("the text of the scrollback and of the screen behind the alternate one is there", () => {
  const terminal = everything();
  terminal.restart();
  terminal.send("\x1b[?2026l\x1b[?47l");
  const rows = Array.from({ length: terminal.emulator.scrollbackLength },
    (_, i) => rowText(terminal.emulator.scrollbackRow(i)));
  for (let y = 0; y < 9; y++) rows.push(terminal.row(y));
  expect(terminal.emulator.scrollbackLength).toBeGreaterThan(0);
  expect(rows.filter(Boolean)).toEqual(["one", "two", "three", "four", "five styledcurlylinked",
    "漢字 👨‍👩‍👧 e\u0301 protected"]);
});

function caught(run: () => void): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

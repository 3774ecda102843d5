/** The checkpoint format: a daemon must be able to read what any release before it wrote. */
import { expect, test } from "bun:test";
import { Emulator } from "../../src/terminal/emulator.ts";
import { logEvents, LoggedEmulator, rowText } from "../support/emulator-log.ts";
import { describeState, firstDifference } from "../support/terminal-state.ts";

/** Version 1. Never changes: a new format gets a golden of its own beside this one. */
const VERSION_1 = [
  "011404030005000a000000016100000a010162000012010263201a008180804800037265640a010120220000c88180100470696e6b00002a",
  "00808080800180808080018384847800056375726c790a010120220000808080800100093b687474703a2f2f78046c696e6b00000b0103e6",
  "bca20a0101200c018080800512f09f91a8e2808df09f91a9e2808df09f91a70d01000a0101200c01808080030365cc810003020102030300",
  "00000000030008100000000003000000000000000300081000000000850120030203020005010000000020016003e29786016103e2969201",
  "6203e29089016303e2908c016403e2908d016503e2908a016602c2b0016702c2b1016803e290a4016903e2908b016a03e29498016b03e294",
  "90016c03e2948c016d03e29494016e03e294bc016f03e28eba017003e28ebb017103e29480017203e28ebc017303e28ebd017403e2949c01",
  "7503e294a4017603e294b4017703e294ac017803e29482017903e289a4017a03e289a5017b02cf80017c03e289a0017d02c2a3017e02c2b7",
  "000120016003e29786016103e29692016203e29089016303e2908c016403e2908d016503e2908a016602c2b0016702c2b1016803e290a401",
  "6903e2908b016a03e29498016b03e29490016c03e2948c016d03e29494016e03e294bc016f03e28eba017003e28ebb017103e29480017203",
  "e28ebc017303e28ebd017403e2949c017503e294a4017603e294b4017703e294ac017803e29482017903e289a4017a03e289a5017b02cf80",
  "017c03e289a0017d02c2a3017e02c2b7057469746c65000000042f746d700000000000000000b1c04000000000",
].join("");

function example(): LoggedEmulator {
  const terminal = new LoggedEmulator(20, 4, 3);
  terminal.emulator.setColors({ background: 0x102030 });
  terminal.send("\x1b]2;title\x07\x1b]7;file:///tmp\x07a\r\nb\r\nc \x1b[1;31mred\x1b[0m \x1b[48;5;200mpink\x1b[m\r\n");
  terminal.send("\x1b[4:3;58;2;1;2;3mcurly\x1b[m \x1b]8;;http://x\x07link\x1b]8;;\x07\r\n漢 👨‍👩‍👧 e\u0301");
  terminal.send("\x1b[2;3r\x1b[3;4H\x1b7\x1b(0\x1b[?1;1002;1006;2004h\x1b[>5u\x1b[5 q");
  return terminal;
}

test("a terminal is written as it always was", () => {
  expect(Buffer.from(example().emulator.checkpoint()).toString("hex")).toBe(VERSION_1);
});

test("what was written in version 1 is read", () => {
  const emulator = Emulator.restore(new Uint8Array(Buffer.from(VERSION_1, "hex")), logEvents([]));
  expect(firstDifference(describeState(emulator), describeState(example().emulator))).toBe("");
  expect([emulator.cols, emulator.rows, emulator.scrollbackLength, emulator.title, emulator.cwd]).toEqual([20, 4, 1,
    "title", "/tmp"]);
  expect([0, 1, 2, 3].map((y) => rowText(emulator.screenRow(y)))).toEqual(["b", "c red pink", "curly link",
    "漢 👨‍👩‍👧 e\u0301"]);
  expect(emulator.modes()).toMatchObject({ applicationCursor: true, mouseTracking: "drag", mouseEncoding: "sgr",
    kittyFlags: 5, cursorShape: 5 });
});

/** Keys for programs that asked for the kitty keyboard protocol, at each level. */
import { describe, expect, test } from "bun:test";
import { parseKey } from "../../../../src/base/keys.ts";
import type { KeyInput } from "../../../../src/protocol/input.ts";
import { encodeInput } from "../../../../src/server/panes/input-encoding.ts";
import { initialModes } from "../../../../src/terminal/modes.ts";
import type { TerminalModes } from "../../../../src/terminal/modes.ts";

type Modes = Partial<TerminalModes>;

function send(kittyFlags: number, name: string, rest: Partial<KeyInput> = {}, modes: Modes = {}): string {
  const event: KeyInput = { kind: "key", key: parseKey(name), ...rest };
  return Buffer.from(encodeInput(event, { ...initialModes(), kittyFlags, ...modes })).toString("utf8");
}

function typed(kittyFlags: number, text: string): string {
  return Buffer.from(encodeInput({ kind: "text", text }, { ...initialModes(), kittyFlags })).toString("utf8");
}

function check(flags: number, cases: Record<string, string>): void {
  for (const [name, bytes] of Object.entries(cases)) {
    test(`${name} sends ${JSON.stringify(bytes)}`, () => expect(send(flags, name)).toBe(bytes));
  }
}

describe("disambiguate", () => {
  check(1, {
    a: "a", A: "A", "S-1": "!", Space: " ", é: "é", "C-a": "\x1b[97;5u", "C-S-a": "\x1b[97;6u", "M-a": "\x1b[97;3u",
    "M-A": "\x1b[97;4u", "C-Space": "\x1b[32;5u", "C-[": "\x1b[91;5u", "D-c": "\x1b[99;9u", "H-c": "\x1b[99;17u",
    "C-é": "\x1b[233;5u", Escape: "\x1b[27u", "M-Escape": "\x1b[27;3u", Enter: "\r", "S-Enter": "\x1b[13;2u",
    "C-Enter": "\x1b[13;5u", Tab: "\t", "S-Tab": "\x1b[9;2u", Backspace: "\x7f", "C-Backspace": "\x1b[127;5u",
    Up: "\x1b[A", "C-Up": "\x1b[1;5A", Home: "\x1b[H", F1: "\x1b[P", F3: "\x1b[13~", "C-F3": "\x1b[13;5~",
    F4: "\x1b[S", F12: "\x1b[24~", F13: "\x1b[57376u", F35: "\x1b[57398u", Menu: "\x1b[57363u", Delete: "\x1b[3~",
    KP5: "5", "C-KP5": "\x1b[57404;5u", KPEnter: "\x1b[57414u", KPLeft: "\x1b[57417u", KPBegin: "\x1b[E",
    Pause: "\x1b[57362u", MediaPlay: "\x1b[57428u", LeftShift: "", CapsLock: "",
  });

  test("the cursor key mode does not matter, newline mode does", () => {
    expect(send(1, "Up", {}, { applicationCursor: true })).toBe("\x1b[A");
    expect(send(1, "Enter", {}, { newline: true })).toBe("\r\n");
  });

  test("repeats are presses and releases nothing", () => {
    expect(send(1, "C-a", { event: 2 })).toBe("\x1b[97;5u");
    expect(send(1, "C-a", { event: 3 })).toBe("");
  });

  test("it goes before modifyOtherKeys", () => {
    expect(send(1, "C-a", {}, { modifyOtherKeys: 2 })).toBe("\x1b[97;5u");
  });
});

describe("event types", () => {
  test("repeats and releases are marked", () => {
    expect(send(3, "Up", { event: 2 })).toBe("\x1b[1;1:2A");
    expect(send(3, "C-Up", { event: 3 })).toBe("\x1b[1;5:3A");
    expect(send(3, "C-a", { event: 2 })).toBe("\x1b[97;5:2u");
    expect(send(3, "F5", { event: 3 })).toBe("\x1b[15;1:3~");
    expect(send(3, "Escape", { event: 3 })).toBe("\x1b[27;1:3u");
  });

  test("text stays text when it repeats, and is released as a key", () => {
    expect(send(3, "a", { event: 2 })).toBe("a");
    expect(send(3, "a", { event: 3 })).toBe("\x1b[97;1:3u");
    expect(send(3, "A", { event: 3 })).toBe("\x1b[97;2:3u");
  });

  test("Enter, Tab and Backspace have no release", () => {
    for (const name of ["Enter", "Tab", "Backspace"]) expect(send(3, name, { event: 3 })).toBe("");
    expect(send(3, "Enter", { event: 2 })).toBe("\r");
    expect(send(11, "Enter", { event: 3 })).toBe("\x1b[13;1:3u");
  });

  test("alone they leave presses that have a form as they are", () => {
    expect(send(2, "C-a")).toBe("\x01");
    expect(send(2, "M-a")).toBe("\x1ba");
    expect(send(2, "C-a", { event: 3 })).toBe("\x1b[97;5:3u");
    expect(send(2, "D-c")).toBe("\x1b[99;9u");
    expect(send(2, "Escape")).toBe("\x1b");
    expect(send(2, "Escape", { event: 3 })).toBe("\x1b[27;1:3u");
    expect(send(2, "KP5")).toBe("5");
    expect(send(2, "KPEnter")).toBe("\r");
    expect(send(2, "KPEnter", { event: 3 })).toBe("");
    expect(send(2, "S-KPEnter")).toBe("\x1b[13;2u");
    expect(send(2, "KPLeft")).toBe("\x1b[D");
  });
});

describe("alternates", () => {
  test("are added to what is an escape code anyway", () => {
    expect(send(5, "C-S-a")).toBe("\x1b[97:65;6u");
    expect(send(5, "M-S-1", { shifted: 33 })).toBe("\x1b[49:33;4u");
    expect(send(5, "M-S-1")).toBe("\x1b[49;4u");
    expect(send(5, "C-с", { base: 99 })).toBe("\x1b[1089::99;5u");
    expect(send(5, "C-S-с", { base: 99 })).toBe("\x1b[1089:1057:99;6u");
    expect(send(5, "C-Up", { base: 99 })).toBe("\x1b[1;5A");
    expect(send(5, "a", { base: 99 })).toBe("a");
    expect(send(1, "C-с", { base: 99 })).toBe("\x1b[1089;5u");
  });

  test("alone they change nothing", () => {
    expect(send(4, "C-S-a")).toBe("\x01");
    expect(send(20, "Up", {}, { applicationCursor: true })).toBe("\x1bOA");
  });
});

describe("all keys as escape codes", () => {
  check(8, {
    a: "\x1b[97u", A: "\x1b[97;2u", "!": "\x1b[33u", Space: "\x1b[32u", Enter: "\x1b[13u", Tab: "\x1b[9u",
    Backspace: "\x1b[127u", Escape: "\x1b[27u", KP5: "\x1b[57404u", LeftShift: "\x1b[57441u", "C-a": "\x1b[97;5u",
    CapsLock: "\x1b[57358u", Up: "\x1b[A", é: "\x1b[233u",
  });

  test("text is typed as keys", () => {
    expect(typed(8, "aB 👍")).toBe("\x1b[97u\x1b[98;2u\x1b[32u\x1b[128077u");
  });

  test("newline mode does not touch escape codes", () => {
    expect(send(8, "Enter", {}, { newline: true })).toBe("\x1b[13u");
  });
});

describe("associated text", () => {
  check(24, {
    a: "\x1b[97;;97u", A: "\x1b[97;2;65u", "C-a": "\x1b[97;5u", "M-a": "\x1b[97;3u", Space: "\x1b[32;;32u",
    Enter: "\x1b[13u", KP5: "\x1b[57404;;53u", "S-1": "\x1b[49;2;33u", Up: "\x1b[A",
  });

  test("is what the terminal reported, or what was typed", () => {
    expect(send(24, "a", { text: "å" })).toBe("\x1b[97;;229u");
    expect(send(24, "a", { text: "e\u0301" })).toBe("\x1b[97;;101:769u");
    expect(typed(24, "Aé")).toBe("\x1b[97;2;65u\x1b[233;;233u");
    expect(send(31, "a", { event: 2 })).toBe("\x1b[97;1:2;97u");
    expect(send(31, "a", { event: 3 })).toBe("\x1b[97;1:3u");
  });
});

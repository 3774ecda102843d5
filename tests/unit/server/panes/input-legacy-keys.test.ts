/** Keys for programs that know only xterm's forms, and with modifyOtherKeys. */
import { describe, expect, test } from "bun:test";
import { parseKey } from "../../../../src/base/keys.ts";
import type { KeyInput } from "../../../../src/protocol/input.ts";
import { encodeInput } from "../../../../src/server/panes/input-encoding.ts";
import { initialModes } from "../../../../src/terminal/modes.ts";
import type { TerminalModes } from "../../../../src/terminal/modes.ts";

function send(name: string, modes: Partial<TerminalModes> = {}, rest: Partial<KeyInput> = {}): string {
  const bytes = encodeInput({ kind: "key", key: parseKey(name), ...rest }, { ...initialModes(), ...modes });
  return Buffer.from(bytes).toString("utf8");
}

function check(modes: Partial<TerminalModes>, cases: Record<string, string>): void {
  for (const [name, bytes] of Object.entries(cases)) {
    test(`${name} sends ${JSON.stringify(bytes)}`, () => expect(send(name, modes)).toBe(bytes));
  }
}

describe("characters", () => {
  check({}, {
    a: "a", A: "A", é: "é", Space: " ", "C-a": "\x01", "C-z": "\x1a", "C-S-a": "\x01", "C-Space": "\x00",
    "C-@": "\x00", "C-[": "\x1b", "C-\\": "\x1c", "C-]": "\x1d", "C-^": "\x1e", "C-_": "\x1f", "C-/": "\x1f",
    "C-2": "\x00", "C-3": "\x1b", "C-6": "\x1e", "C-7": "\x1f", "C-8": "\x7f", "C-?": "\x7f", "C--": "\x1f",
    "C-1": "1", "C-9": "9", "C-;": ";", "C-.": ".", "C-é": "é", "C-~": "\x1e", "C-`": "\x00",
    "M-a": "\x1ba", "M-A": "\x1bA", "M-é": "\x1bé", "M-Space": "\x1b ", "C-M-a": "\x1b\x01", "C-M-Space": "\x1b\x00",
    "S-1": "!", "M-S-1": "\x1b!", "C-S-2": "\x00", "C-S--": "\x1f", "C-S-/": "\x7f", "S-Space": " ",
    "D-c": "", "H-c": "", "C-D-c": "",
  });

  test("what Shift makes of a key is the keyboard's business where it is told", () => {
    expect(send("M-S-1", {}, { shifted: "+".charCodeAt(0) })).toBe("\x1b+");
    expect(send("C-S-q", {}, { shifted: 0x51 })).toBe("\x11");
    expect(send("M-S-1", {}, { shifted: 0x110000 })).toBe("\x1b!");
  });

  test("the key of another alphabet is the one in its place with Ctrl and Alt, and itself otherwise", () => {
    expect(send("C-с", {}, { base: 99 })).toBe("\x03");
    expect(send("M-с", {}, { base: 99 })).toBe("\x1bc");
    expect(send("M-С", {}, { base: 99 })).toBe("\x1bC");
    expect(send("с", {}, { base: 99 })).toBe("с");
  });

  test("the text that the terminal reported goes before the key", () => {
    expect(send("a", {}, { text: "å" })).toBe("å");
    expect(send("a", {}, { text: "\x1b[A" })).toBe("a");
  });

  test("a repeat is sent like a press, a release never", () => {
    expect(send("a", {}, { event: 2 })).toBe("a");
    expect(send("a", {}, { event: 3 })).toBe("");
    expect(send("Up", {}, { event: 3 })).toBe("");
  });
});

describe("named keys", () => {
  check({}, {
    Enter: "\r", "S-Enter": "\r", "C-Enter": "\r", "M-Enter": "\x1b\r", Tab: "\t", "C-Tab": "\t", "S-Tab": "\x1b[Z",
    "M-Tab": "\x1b\t", "M-S-Tab": "\x1b\x1b[Z", Backspace: "\x7f", "C-Backspace": "\b", "M-Backspace": "\x1b\x7f",
    "C-M-Backspace": "\x1b\b", Escape: "\x1b", "M-Escape": "\x1b\x1b", "C-Escape": "\x1b",
    Up: "\x1b[A", "S-Up": "\x1b[1;2A", "C-M-Down": "\x1b[1;7B", Home: "\x1b[H", End: "\x1b[F", "C-End": "\x1b[1;5F",
    "D-Left": "\x1b[1;9D", KPBegin: "\x1b[E", Insert: "\x1b[2~", "C-Delete": "\x1b[3;5~", PageUp: "\x1b[5~",
    "S-PageDown": "\x1b[6;2~", F1: "\x1bOP", "C-F1": "\x1b[1;5P", F3: "\x1bOR", "S-F3": "\x1b[1;2R", F5: "\x1b[15~",
    "M-F12": "\x1b[24;3~", F13: "\x1b[25~", F20: "\x1b[34~", F21: "\x1b[42~", Menu: "\x1b[29~",
    KP5: "5", "M-KP5": "\x1b5", "C-KP5": "5", KPEnter: "\r", KPAdd: "+", KPLeft: "\x1b[D", "C-KPDelete": "\x1b[3;5~",
    Pause: "", MediaPlay: "", LeftShift: "", CapsLock: "",
  });

  test("a name that nobody knows sends nothing", () => {
    const bytes = encodeInput({ kind: "key", key: { name: "Bogus", mods: 0 } }, initialModes());
    expect(bytes.length).toBe(0);
  });
});

describe("application cursor keys", () => {
  check({ applicationCursor: true }, {
    Up: "\x1bOA", Left: "\x1bOD", Home: "\x1bOH", End: "\x1bOF", KPBegin: "\x1bOE", KPUp: "\x1bOA",
    "C-Up": "\x1b[1;5A", Insert: "\x1b[2~", F1: "\x1bOP",
  });
});

describe("application keypad", () => {
  check({ applicationKeypad: true }, {
    KP0: "\x1bOp", KP9: "\x1bOy", KPEnter: "\x1bOM", KPAdd: "\x1bOk", KPEqual: "\x1bOX", KPSeparator: "\x1bOl",
    "C-KPMultiply": "\x1bO5j", Up: "\x1b[A", Enter: "\r",
  });
});

describe("newline mode", () => {
  check({ newline: true }, { Enter: "\r\n", "M-Enter": "\x1b\r\n", KPEnter: "\r\n", "C-m": "\r" });
});

describe("modifyOtherKeys 1", () => {
  check({ modifyOtherKeys: 1 }, {
    a: "a", "C-a": "\x01", "C-S-a": "\x01", "M-a": "\x1ba", "M-A": "\x1bA", "C-M-a": "\x1b\x01", "C-Space": "\x00",
    "C-/": "\x1f", "C-;": "\x1b[27;5;59~", "C-.": "\x1b[27;5;46~", "C-1": "\x1b[27;5;49~", "C-M-;": "\x1b[27;7;59~",
    "C--": "\x1b[27;5;45~", "C-S-1": "\x1b[27;6;33~", "C-é": "\x1b[27;5;233~", "S-Space": " ",
    Enter: "\r", "S-Enter": "\x1b[27;2;13~", "C-Enter": "\x1b[27;5;13~", "M-Enter": "\x1b\r", "S-Tab": "\x1b[Z",
    "C-Tab": "\x1b[27;5;9~", "C-S-Tab": "\x1b[27;6;9~", "C-Backspace": "\b", "C-Up": "\x1b[1;5A", "D-c": "",
  });
});

describe("modifyOtherKeys 2", () => {
  check({ modifyOtherKeys: 2 }, {
    a: "a", A: "A", "C-a": "\x1b[27;5;97~", "C-S-a": "\x1b[27;6;65~", "M-a": "\x1b[27;3;97~", "M-A": "\x1b[27;4;65~",
    "C-Space": "\x1b[27;5;32~", "S-Space": "\x1b[27;2;32~", "S-1": "!", "C-é": "\x1b[27;5;233~",
    Enter: "\r", "S-Enter": "\x1b[27;2;13~", "M-Enter": "\x1b[27;3;13~", Tab: "\t", "S-Tab": "\x1b[Z",
    "C-S-Tab": "\x1b[27;6;9~", Backspace: "\x7f", "C-Backspace": "\b", "M-Backspace": "\x1b[27;3;127~",
    Escape: "\x1b", "M-Escape": "\x1b[27;3;27~", "C-Up": "\x1b[1;5A", "C-F1": "\x1b[1;5P", KP5: "5",
  });
});

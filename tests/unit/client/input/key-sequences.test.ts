/** Keys as terminals write them, decoded: legacy forms, rxvt's, modifyOtherKeys and the kitty protocol. */
import { describe, expect, test } from "bun:test";
import { formatKey } from "../../../../src/base/keys.ts";
import { InputDecoder } from "../../../../src/client/input/decoder.ts";
import type { InputEvent } from "../../../../src/protocol/input.ts";

function decode(bytes: string): InputEvent[] {
  return new InputDecoder().push(Buffer.from(bytes, "utf8"));
}

/** The events in short: keys by name (with `:2` for a repeat), text in quotes. */
function brief(bytes: string): string {
  return decode(bytes).map((event) => {
    if (event.kind === "key") return formatKey(event.key) + (event.event ? `:${event.event}` : "");
    return event.kind === "text" ? JSON.stringify(event.text) : event.kind;
  }).join(" ");
}

function check(cases: Record<string, string>): void {
  for (const [bytes, keys] of Object.entries(cases)) {
    test(`${JSON.stringify(bytes)} is ${keys || "nothing"}`, () => expect(brief(bytes)).toBe(keys));
  }
}

describe("control characters", () => {
  check({
    "\x00": "C-Space", "\x01": "C-a", "\x08": "C-h", "\t": "Tab", "\n": "C-j", "\r": "Enter", "\x1a": "C-z",
    "\x1c": "C-\\", "\x1d": "C-]", "\x1e": "C-^", "\x1f": "C-_", "\x7f": "Backspace",
  });
});

describe("Alt as a prefix", () => {
  check({
    "\x1bx": "M-x", "\x1bX": "M-X", "\x1b ": "M-Space", "\x1b\r": "M-Enter", "\x1b\x01": "C-M-a",
    "\x1b\x7f": "M-Backspace", "\x1b\x00": "C-M-Space", "\x1bé": "M-é", "\x1b👍": "M-👍", "\x1b\x1bx": 'M-Escape "x"',
    "\x1b\x1b[A": "M-Up", "\x1b\x1bOP": "M-F1", "\x1b\x1b[1;5A": "C-M-Up", "\x1b\x1b[1;3A": "Escape M-Up",
    "\x1b]x": 'M-] "x"', "\x1bPx": 'M-P "x"', "\x1b_x": 'M-_ "x"', "\x1bOz": 'M-O "z"', "\x1b[\r": "M-[ Enter",
    "\x1b[\x1b[A": "M-[ Up", "\x1b^": "M-^", "\x1bN": "M-N",
  });
});

describe("xterm's keys", () => {
  check({
    "\x1b[A": "Up", "\x1bOA": "Up", "\x1b[1;2B": "S-Down", "\x1b[1;5C": "C-Right", "\x1b[1;8D": "C-M-S-Left",
    "\x1b[H": "Home", "\x1bOF": "End", "\x1b[E": "KPBegin", "\x1b[5A": "C-Up", "\x1bO5A": "C-Up", "\x1bO1;5A": "C-Up",
    "\x1bOP": "F1", "\x1b[1;2Q": "S-F2", "\x1bOR": "F3", "\x1b[1;5R": "C-F3", "\x1bOS": "F4", "\x1b[15~": "F5",
    "\x1b[17;3~": "M-F6", "\x1b[24~": "F12", "\x1b[25~": "F13", "\x1b[34~": "F20", "\x1b[29~": "Menu",
    "\x1b[42~": "F21", "\x1b[11~": "F1", "\x1b[1~": "Home", "\x1b[4~": "End", "\x1b[7~": "Home", "\x1b[8~": "End",
    "\x1b[2~": "Insert", "\x1b[3;5~": "C-Delete", "\x1b[5~": "PageUp", "\x1b[6;2~": "S-PageDown", "\x1b[Z": "S-Tab",
    "\x1b[1;5Z": "C-S-Tab", "\x1b[1;9A": "D-Up",
  });
});

describe("application keypad", () => {
  check({
    "\x1bOp": "KP0", "\x1bOy": "KP9", "\x1bOM": "KPEnter", "\x1bOj": "KPMultiply", "\x1bOk": "KPAdd",
    "\x1bOm": "KPSubtract", "\x1bOn": "KPDecimal", "\x1bOo": "KPDivide", "\x1bOX": "KPEqual", "\x1bO5k": "C-KPAdd",
  });
});

describe("rxvt's and the Linux console's keys", () => {
  check({
    "\x1b[a": "S-Up", "\x1bOd": "C-Left", "\x1b[3$": "S-Delete", "\x1b[3^": "C-Delete", "\x1b[3@": "C-S-Delete",
    "\x1b[11^": "C-F1", "\x1b[23$x": 'S-F11 "x"', "\x1b[[A": "F1", "\x1b[[E": "F5",
  });
});

describe("modifyOtherKeys", () => {
  check({
    "\x1b[27;5;97~": "C-a", "\x1b[27;6;65~": "C-S-a", "\x1b[27;3;65~": "M-A", "\x1b[27;2;13~": "S-Enter",
    "\x1b[27;5;9~": "C-Tab", "\x1b[27;5;46~": "C-.", "\x1b[27;5;32~": "C-Space", "\x1b[27;5;127~": "C-Backspace",
    "\x1b[27;2;8~": "S-Backspace", "\x1b[27;3;27~": "M-Escape", "\x1b[27;5;1114112~": "",
  });
});

describe("kitty keyboard protocol", () => {
  check({
    "\x1b[97u": "a", "\x1b[97;5u": "C-a", "\x1b[97;6u": "C-S-a", "\x1b[97;2u": "A", "\x1b[97;4u": "M-A",
    "\x1b[27u": "Escape", "\x1b[13;2u": "S-Enter", "\x1b[9;5u": "C-Tab", "\x1b[127;3u": "M-Backspace",
    "\x1b[32;5u": "C-Space", "\x1b[97;9u": "D-a", "\x1b[97;17u": "H-a", "\x1b[97;33u": "T-a",
    "\x1b[97;133u": "C-a", "\x1b[97;65u": "a", "\x1b[97;1:2u": "a:2", "\x1b[97;5:3u": "C-a:3", "\x1b[97;1:1u": "a",
    "\x1b[1;1:3A": "Up:3", "\x1b[1;5:2D": "C-Left:2", "\x1b[3;1:3~": "Delete:3", "\x1b[13~": "F3", "\x1b[P": "F1",
    "\x1b[1;1:3R": "F3:3", "\x1b[57399u": "KP0", "\x1b[57414;5u": "C-KPEnter", "\x1b[57417u": "KPLeft",
    "\x1b[57427~": "KPBegin", "\x1b[57376u": "F13", "\x1b[57398u": "F35", "\x1b[57358u": "CapsLock",
    "\x1b[57430u": "MediaPlayPause", "\x1b[57441;2u": "S-LeftShift", "\x1b[57441;1:3u": "LeftShift:3",
    "\x1b[57454u": "IsoLevel5Shift", "\x1b[57455u": "", "\x1b[63743u": "", "\x1b[55296u": "", "\x1b[128u": "",
    "\x1b[0;;229u": '"å"', "\x1b[0;;101:769u": JSON.stringify("e\u0301"),
    "\x1b[0;1:3;229u": "", "\x1b[0u": "", "\x1b[u": "",
    "\x1b[1089;5u": "C-с", "\x1b[99999999999;5u": "",
  });

  test("alternate keys and text are passed on", () => {
    expect(decode("\x1b[97:65;2;65u")).toEqual([{ kind: "key", key: { name: "A", mods: 0 }, shifted: 65, text: "A" }]);
    expect(decode("\x1b[49:33;4u")).toEqual([{ kind: "key", key: { name: "1", mods: 3 }, shifted: 33 }]);
    expect(decode("\x1b[1089::99;5u")).toEqual([{ kind: "key", key: { name: "с", mods: 4 }, base: 99 }]);
    expect(decode("\x1b[97;;229u")).toEqual([{ kind: "key", key: { name: "a", mods: 0 }, text: "å" }]);
  });

  test("control characters, surrogates and numbers beyond Unicode are no text and no alternates", () => {
    expect(decode("\x1b[97:7:1114112;2;27:98:55296u"))
      .toEqual([{ kind: "key", key: { name: "A", mods: 0 }, text: "b" }]);
  });
});

describe("focus and unknown sequences", () => {
  test("focus in and out", () => {
    expect(decode("\x1b[I\x1b[O")).toEqual([{ kind: "focus", focused: true }, { kind: "focus", focused: false }]);
  });

  check({
    "\x1b[99~x": '"x"', "\x1b[1;2;3Xx": '"x"', "\x1b[=5ux": '"x"', "\x1b[?1;2zx": '"x"', "\x1b[ qx": '"x"',
    "\x1b[<0;-1;5Mx": '"x"', "\x1b[201~x": '"x"', "\x1b[65;30;97;1;0;1_x": '"x"', "\x1b[12\rx": 'Enter "x"',
    "\x1b[1;5\x1b[A": "Up", "\x1b[1;5éx": '"éx"',
  });
});

import { describe, expect, test } from "bun:test";
import { MOD, parseKey } from "../../../../src/base/keys.ts";
import { answerOf, encodeKey, encodeMouse, textOfKey } from "../../../../src/client/ui/virtual-keys.ts";

describe("keys as bytes", () => {
  test("are what xterm sends", () => {
    const cases: Record<string, string> = {
      Up: "\x1b[A", "C-Up": "\x1b[1;5A", "S-Right": "\x1b[1;2C", Home: "\x1b[H",
      PageDown: "\x1b[6~", "M-Delete": "\x1b[3;3~", Enter: "\r", KPEnter: "\r", Tab: "\t", "S-Tab": "\x1b[Z",
      Escape: "\x1b", Backspace: "\x7f", "C-n": "\x0e", "M-f": "\x1bf", G: "G",
    };
    for (const [name, bytes] of Object.entries(cases)) expect([name, encodeKey(parseKey(name))]).toEqual([name, bytes]);
  });

  test("that overlays have no use for are nothing", () => {
    for (const name of ["F5", "C-Enter", "é", "MediaPlay", "C-1"]) {
      expect([name, encodeKey(parseKey(name))]).toEqual([name, undefined]);
    }
  });

  test("mouse reports are SGR; motion and further buttons are nothing", () => {
    const at = { kind: "mouse", mods: 0, x: 2, y: 300 } as const;
    expect(encodeMouse({ ...at, action: "press", button: 0 })).toBe("\x1b[<0;3;301M");
    expect(encodeMouse({ ...at, action: "release", button: 2 })).toBe("\x1b[<2;3;301m");
    expect(encodeMouse({ ...at, action: "press", button: 5 })).toBe("\x1b[<65;3;301M");
    expect(encodeMouse({ ...at, action: "press", button: 6 })).toBeUndefined();
    expect(encodeMouse({ ...at, action: "move", button: 0 })).toBeUndefined();
    expect(encodeMouse({ ...at, action: "press", button: 0, x: -1 })).toBeUndefined();
  });
});

describe("text of a key", () => {
  test("is its character, where the terminal reports all keys as escapes", () => {
    expect(textOfKey({ kind: "key", key: { name: "a", mods: 0 } })).toBe("a");
    expect(textOfKey({ kind: "key", key: { name: "a", mods: MOD.shift } })).toBe("A");
    expect(textOfKey({ kind: "key", key: { name: "1", mods: MOD.shift }, shifted: 0x21 })).toBe("!");
    expect(textOfKey({ kind: "key", key: { name: "Space", mods: 0 } })).toBe(" ");
    expect(textOfKey({ kind: "key", key: { name: "a", mods: 0 }, text: "å" })).toBe("å");
  });

  test("is nothing for releases, commands and named keys", () => {
    expect(textOfKey({ kind: "key", key: { name: "a", mods: 0 }, event: 3 })).toBeUndefined();
    expect(textOfKey({ kind: "key", key: { name: "a", mods: MOD.ctrl } })).toBeUndefined();
    expect(textOfKey({ kind: "key", key: { name: "Up", mods: 0 } })).toBeUndefined();
  });

  test("any key answers a question, but not a modifier, a paste or the mouse", () => {
    expect(answerOf({ kind: "text", text: "y" })).toBe("y");
    expect(answerOf({ kind: "key", key: { name: "Escape", mods: 0 } })).toBe("");
    expect(answerOf({ kind: "key", key: { name: "LeftShift", mods: 1 } })).toBeUndefined();
    expect(answerOf({ kind: "paste", text: "y", first: true, more: false })).toBeUndefined();
  });
});

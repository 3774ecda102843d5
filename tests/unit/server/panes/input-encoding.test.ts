/** Text, pastes, focus and the wheel on their way to a program. */
import { describe, expect, test } from "bun:test";
import type { InputEvent } from "../../../../src/protocol/input.ts";
import { encodeInput } from "../../../../src/server/panes/input-encoding.ts";
import { initialModes } from "../../../../src/terminal/modes.ts";
import type { TerminalModes } from "../../../../src/terminal/modes.ts";

function send(event: InputEvent, modes: Partial<TerminalModes> = {}): string {
  return Buffer.from(encodeInput(event, { ...initialModes(), ...modes })).toString("utf8");
}

describe("text", () => {
  test("goes as UTF-8", () => {
    expect(send({ kind: "text", text: "grüße 👍" })).toBe("grüße 👍");
    expect(send({ kind: "text", text: "x" }, { kittyFlags: 7, modifyOtherKeys: 2 })).toBe("x");
  });

  test("a control character in it is the key that sends it", () => {
    expect(send({ kind: "text", text: "ls\r\x03" })).toBe("ls\r\x03");
    expect(send({ kind: "text", text: "ls\r\x03\x1b" }, { kittyFlags: 1 })).toBe("ls\r\x1b[99;5u\x1b[27u");
    expect(send({ kind: "text", text: "a\r" }, { newline: true })).toBe("a\r\n");
    expect(send({ kind: "text", text: "\n" }, { modifyOtherKeys: 2 })).toBe("\x1b[27;5;106~");
  });
});

describe("paste", () => {
  const paste = (text: string, first = true, more = false): InputEvent => ({ kind: "paste", text, first, more });

  test("is bracketed where the program asked, over all its pieces", () => {
    const modes = { bracketedPaste: true };
    expect(send(paste("a\nb\tc\r\nd"), modes)).toBe("\x1b[200~a\nb\tc\r\nd\x1b[201~");
    expect(send(paste("one", true, true), modes)).toBe("\x1b[200~one");
    expect(send(paste("two", false, true), modes)).toBe("two");
    expect(send(paste("", false, false), modes)).toBe("\x1b[201~");
  });

  test("otherwise newlines are Enter", () => {
    expect(send(paste("a\nb\r\nc\rd\n\ne"))).toBe("a\rb\rc\rd\r\re");
    expect(send(paste("a\nb"), { newline: true })).toBe("a\r\nb");
  });

  test("cannot leave its brackets or press keys", () => {
    const nasty = "x\x1b[201~rm -rf /\r\x1b[20\x1b[201~1~\u009b201~\x00\x03\x04\b\x7f\x1a\x1b]52;c;QQ==\x07y\u0085";
    const clean = "xrm -rf /\r[201~]52;c;QQ==y";
    expect(send(paste(nasty), { bracketedPaste: true })).toBe(`\x1b[200~${clean}\x1b[201~`);
    expect(send(paste(nasty))).toBe(clean);
  });
});

describe("focus", () => {
  test("is told only to programs that asked", () => {
    expect(send({ kind: "focus", focused: true })).toBe("");
    expect(send({ kind: "focus", focused: true }, { focusEvents: true })).toBe("\x1b[I");
    expect(send({ kind: "focus", focused: false }, { focusEvents: true })).toBe("\x1b[O");
  });
});

describe("the wheel on the alternate screen", () => {
  const wheel = (button: 4 | 5 | 6, action: "press" | "release" = "press"): InputEvent => {
    return { kind: "mouse", action, button, mods: 0, x: 3, y: 4 };
  };

  test("is three arrow keys while the program does not track the mouse", () => {
    expect(send(wheel(4), { alternateScreen: true })).toBe("\x1b[A\x1b[A\x1b[A");
    expect(send(wheel(5), { alternateScreen: true, applicationCursor: true })).toBe("\x1bOB\x1bOB\x1bOB");
    expect(send(wheel(5), { alternateScreen: true, kittyFlags: 9 })).toBe("\x1b[B\x1b[B\x1b[B");
  });

  test("is nothing sideways, on the main screen, or if switched off", () => {
    expect(send(wheel(6), { alternateScreen: true })).toBe("");
    expect(send(wheel(4, "release"), { alternateScreen: true })).toBe("");
    expect(send(wheel(4))).toBe("");
    expect(send(wheel(4), { alternateScreen: true, alternateScroll: false })).toBe("");
  });

  test("is a mouse event where the mouse is tracked", () => {
    const modes = { alternateScreen: true, mouseTracking: "normal", mouseEncoding: "sgr" } as const;
    expect(send(wheel(4), modes)).toBe("\x1b[<64;4;5M");
  });
});

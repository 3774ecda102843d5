/** Mouse reports decoded. */
import { describe, expect, test } from "bun:test";
import { MOD } from "../../../../src/base/keys.ts";
import { InputDecoder } from "../../../../src/client/input/decoder.ts";
import type { MouseInput } from "../../../../src/protocol/input.ts";

function decode(text: string, decoder = new InputDecoder()): unknown[] {
  return decoder.push(Buffer.from(text, "latin1"));
}

function mouse(action: MouseInput["action"], button: number, x: number, y: number, mods = 0): unknown {
  return { kind: "mouse", action, button, mods, x, y };
}

describe("SGR reports", () => {
  test("presses, releases and motion", () => {
    expect(decode("\x1b[<0;1;1M\x1b[<0;80;24m\x1b[<2;5;6M")).toEqual([
      mouse("press", 0, 0, 0), mouse("release", 0, 79, 23), mouse("press", 2, 4, 5),
    ]);
    expect(decode("\x1b[<32;10;3M\x1b[<35;11;3M")).toEqual([mouse("move", 0, 9, 2), mouse("move", 3, 10, 2)]);
  });

  test("the wheel in all directions and extra buttons", () => {
    expect(decode("\x1b[<64;1;1M\x1b[<65;1;1M\x1b[<66;1;1M\x1b[<67;1;1M\x1b[<128;1;1M\x1b[<131;1;1m")).toEqual([
      mouse("press", 4, 0, 0), mouse("press", 5, 0, 0), mouse("press", 6, 0, 0), mouse("press", 7, 0, 0),
      mouse("press", 8, 0, 0), mouse("release", 11, 0, 0),
    ]);
  });

  test("modifiers", () => {
    expect(decode("\x1b[<28;1;1M")).toEqual([mouse("press", 0, 0, 0, MOD.shift | MOD.alt | MOD.ctrl)]);
    expect(decode("\x1b[<80;1;1M")).toEqual([mouse("press", 4, 0, 0, MOD.ctrl)]);
  });

  test("wheel releases and malformed reports are dropped", () => {
    expect(decode("\x1b[<64;1;1m\x1b[<0;1M\x1b[<M\x1b[<999;1;1M\x1b[<0;1;1;1M")).toEqual([]);
  });

  test("positions stay within a screen", () => {
    expect(decode("\x1b[<0;0;99999999999M")).toEqual([mouse("press", 0, 0, 65_535)]);
  });
});

describe("older reports", () => {
  test("bytes, with a release of the button that was pressed", () => {
    expect(decode("\x1b[M\x22\x21\x21\x1b[M#+,\x1b[M\x60\xff\xff")).toEqual([
      mouse("press", 2, 0, 0), mouse("release", 2, 10, 11), mouse("press", 4, 222, 222),
    ]);
  });

  test("bytes wait until all three are there, whatever they are", () => {
    const decoder = new InputDecoder();
    expect(decode("\x1b[M", decoder)).toEqual([]);
    expect(decode("\x20\x80", decoder)).toEqual([]);
    expect(decode("\x81a", decoder)).toEqual([mouse("press", 0, 95, 96), { kind: "text", text: "a" }]);
  });

  test("urxvt's decimal form", () => {
    expect(decode("\x1b[32;300;200M\x1b[35;300;200M\x1b[67;1;1M")).toEqual([
      mouse("press", 0, 299, 199), mouse("release", 0, 299, 199), mouse("move", 3, 0, 0),
    ]);
  });
});

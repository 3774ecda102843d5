/** Mouse events in each tracking mode and encoding. */
import { describe, expect, test } from "bun:test";
import { MOD } from "../../../../src/base/keys.ts";
import type { MouseButton, MouseInput } from "../../../../src/protocol/input.ts";
import { encodeInput } from "../../../../src/server/panes/input-encoding.ts";
import { initialModes } from "../../../../src/terminal/modes.ts";
import type { MouseEncoding, MouseTracking } from "../../../../src/terminal/modes.ts";

function mouse(action: MouseInput["action"], button: MouseButton, x = 0, y = 0, mods = 0): MouseInput {
  return { kind: "mouse", action, button, mods, x, y };
}

function send(event: MouseInput, tracking: MouseTracking, encoding: MouseEncoding, cell?: [number, number]): string {
  const modes = { ...initialModes(), mouseTracking: tracking, mouseEncoding: encoding };
  const size = cell && { width: cell[0], height: cell[1] };
  return Buffer.from(encodeInput(event, modes, size)).toString("latin1");
}

describe("which events are wanted", () => {
  const events: [string, MouseInput][] = [
    ["press", mouse("press", 0)], ["release", mouse("release", 0)], ["drag", mouse("move", 0)],
    ["motion", mouse("move", 3)], ["wheel", mouse("press", 4)], ["wheel release", mouse("release", 4)],
    ["extra button", mouse("press", 8)],
  ];
  const wanted: Record<MouseTracking, string[]> = {
    none: [],
    x10: ["press"],
    normal: ["press", "release", "wheel", "extra button"],
    drag: ["press", "release", "drag", "wheel", "extra button"],
    any: ["press", "release", "drag", "motion", "wheel", "extra button"],
  };
  for (const [tracking, names] of Object.entries(wanted)) {
    test(`${tracking}: ${names.join(", ") || "none"}`, () => {
      const sent = events.filter(([, event]) => send(event, tracking as MouseTracking, "sgr") !== "");
      expect(sent.map(([name]) => name)).toEqual(names);
    });
  }
});

describe("encodings", () => {
  test("bytes", () => {
    expect(send(mouse("press", 0, 0, 0), "normal", "bytes")).toBe("\x1b[M !!");
    expect(send(mouse("press", 2, 10, 11), "normal", "bytes")).toBe("\x1b[M\x22+,");
    expect(send(mouse("release", 2, 10, 11), "normal", "bytes")).toBe("\x1b[M#+,");
    expect(send(mouse("move", 1, 1, 1), "drag", "bytes")).toBe("\x1b[MA\x22\x22");
    expect(send(mouse("press", 5), "normal", "bytes")).toBe("\x1b[Ma!!");
    expect(send(mouse("press", 0, 222, 222), "normal", "bytes")).toBe("\x1b[M \xff\xff");
  });

  test("bytes out of reach: no press on a wrong cell, but the drag ends", () => {
    expect(send(mouse("press", 0, 223, 0), "normal", "bytes")).toBe("");
    expect(send(mouse("move", 0, 300, 5), "drag", "bytes")).toBe("\x1b[M@\xff&");
    expect(send(mouse("release", 0, 5, 300), "normal", "bytes")).toBe("\x1b[M#&\xff");
    expect(send(mouse("press", 0, 2015, 0), "normal", "utf8")).toBe("");
  });

  test("x10 tells no modifiers", () => {
    expect(send(mouse("press", 2, 0, 0, MOD.ctrl), "x10", "bytes")).toBe("\x1b[M\x22!!");
  });

  test("utf8", () => {
    expect(send(mouse("press", 0, 94, 95), "normal", "utf8")).toBe("\x1b[M \x7f\xc2\x80");
    expect(send(mouse("press", 0, 2014, 0), "normal", "utf8")).toBe("\x1b[M \xdf\xbf!");
    expect(send(mouse("press", 8), "normal", "utf8")).toBe("\x1b[M\xc2\xa0!!");
  });

  test("sgr", () => {
    expect(send(mouse("press", 0, 299, 199), "normal", "sgr")).toBe("\x1b[<0;300;200M");
    expect(send(mouse("release", 2, 0, 0), "normal", "sgr")).toBe("\x1b[<2;1;1m");
    expect(send(mouse("move", 3, 0, 0), "any", "sgr")).toBe("\x1b[<35;1;1M");
    expect(send(mouse("press", 7), "normal", "sgr")).toBe("\x1b[<67;1;1M");
    expect(send(mouse("release", 11), "normal", "sgr")).toBe("\x1b[<131;1;1m");
    const mods = MOD.shift | MOD.alt | MOD.ctrl | MOD.super;
    expect(send(mouse("press", 0, 0, 0, mods), "normal", "sgr")).toBe("\x1b[<28;1;1M");
  });

  test("urxvt", () => {
    expect(send(mouse("press", 0, 299, 199), "normal", "urxvt")).toBe("\x1b[32;300;200M");
    expect(send(mouse("release", 0, 299, 199), "normal", "urxvt")).toBe("\x1b[35;300;200M");
    expect(send(mouse("move", 0, 0, 0), "drag", "urxvt")).toBe("\x1b[64;1;1M");
  });

  test("pixels point at the middle of the cell", () => {
    expect(send(mouse("press", 0, 2, 3), "normal", "pixels", [10, 20])).toBe("\x1b[<0;26;71M");
    expect(send(mouse("press", 0, 2, 3), "normal", "pixels")).toBe("\x1b[<0;3;4M");
  });
});

import { describe, expect, test } from "bun:test";
import { formatColor, Palette, parseColor } from "../../../../src/terminal/xterm/palette.ts";

describe("colours as programs write them", () => {
  test.each([
    ["rgb:ff/80/00", 0xff8000], ["rgb:f/8/0", 0xff8800], ["rgb:ffff/8080/0000", 0xff8000],
      ["rgb:fff/800/000", 0xff8000],
    ["RGB:Ff/80/00", 0xff8000], ["rgba:ff/80/00/ff", 0xff8000], ["#fa0", 0xf0a000], ["#ffaa00", 0xffaa00],
      ["#ffffaaaa0000", 0xffaa00], ["#fffaaa000", 0xffaa00],
  ])("%s is read", (text, value) => {
    expect(parseColor(text)).toBe(value);
  });

  test.each(["", "?", "red", "#ff", "#fffff", "rgb:ff/80", "rgb:fffff/0/0", "rgb:g/0/0", "#gggggg",
    "rgb:ff/80/00;"])("%p is none", (text) => {
    expect(parseColor(text)).toBeUndefined();
  });

  test("are written with sixteen bits a channel", () => {
    expect(formatColor(0x0180ff)).toBe("rgb:0101/8080/ffff");
    expect(parseColor(formatColor(0x123456))).toBe(0x123456);
  });
});

test("the palette begins with xterm's colours", () => {
  const palette = new Palette();
  expect([0, 1, 7, 8, 15, 16, 21, 196, 231, 232, 255].map((index) => palette.entry(index))).toEqual([
    0x000000, 0xcd0000, 0xe5e5e5, 0x7f7f7f, 0xffffff, 0x000000, 0x0000ff, 0xff0000, 0xffffff, 0x080808, 0xeeeeee,
  ]);
});

test("a background is dark or light once it is known", () => {
  const palette = new Palette();
  expect(palette.dark).toBeUndefined();
  palette.client = { background: 0x1e1e2e };
  expect(palette.dark).toBe(true);
  palette.program = { background: 0xfdf6e3 };
  expect(palette.dark).toBe(false);
  palette.reset();
  expect(palette.dark).toBe(true);
});

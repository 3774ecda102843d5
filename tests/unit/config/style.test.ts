import { describe, expect, test } from "bun:test";
import {
  applyStyle, formatColour, formatStyle, mergeStyles, parseColour, parseStyle,
} from "../../../src/config/style.ts";

const PALETTE = 1 << 24;
const RGB = 2 << 24;

describe("colours", () => {
  test.each([
    ["default", 0],
    ["terminal", 0],
    ["red", PALETTE | 1],
    ["BrightRed", PALETTE | 9],
    ["colour208", PALETTE | 208],
    ["color7", PALETTE | 7],
    ["#1e1e2e", RGB | 0x1e1e2e],
    ["#fA0", RGB | 0xffaa00],
  ])("%s is read", (text, word) => {
    expect(parseColour(text)).toBe(word);
  });

  const NONE = ["", "redd", "colour256", "colour", "#12345", "#gggggg", "brightcolour1", "constructor"];
  test.each(NONE)("%p is no colour", (text) => {
    expect(() => parseColour(text)).toThrow("is not a colour");
  });

  test("a misspelled name is corrected", () => {
    expect(() => parseColour("yelow")).toThrow(expect.objectContaining({ hint: "did you mean 'yellow'?" }));
  });

  test("every palette entry and the corners of the colour cube are written as they are read", () => {
    const words = [0, RGB, RGB | 0xffffff, RGB | 0x0000ff, ...Array.from({ length: 256 }, (_, i) => PALETTE | i)];
    expect(words.map((word) => parseColour(formatColour(word)))).toEqual(words);
  });
});

describe("styles", () => {
  test("colours and attributes are separated by commas or blanks", () => {
    const style = parseStyle("fg=colour208, bg=#1e1e2e bold,us=red");
    expect(style).toEqual({ reset: false, fg: PALETTE | 208, bg: RGB | 0x1e1e2e, ul: PALETTE | 1, set: 1, clear: 1 });
  });

  test.each([
    ["bold", 1], ["bright", 1], ["dim", 2], ["italics", 4], ["italic", 4], ["blink", 8], ["reverse", 16], [
      "hidden", 32,
    ],
    ["strikethrough", 64], ["overline", 128], ["underscore", 0x100], ["double-underscore", 0x200],
    ["curly-underscore", 0x300], ["dotted-underscore", 0x400], ["dashed-underscore", 0x500],
  ])("%s sets the bits of a cell's attribute word", (name, bits) => {
    expect(parseStyle(name).set).toBe(bits);
    const cleared = applyStyle({ fg: 0, bg: 0, ul: 0, attr: 0x7ff }, parseStyle(`no${name}`)).attr;
    expect(cleared).toBe(0x7ff & ~(bits > 255 ? 0x700 : bits));
  });

  test("one underline takes the place of another", () => {
    const curly = parseStyle("underscore,curly-underscore");
    expect(applyStyle({ fg: 0, bg: 0, ul: 0, attr: 0x500 }, curly).attr).toBe(0x300);
  });

  test("the later of two contradictory parts wins", () => {
    expect(parseStyle("bold,nobold").set).toBe(0);
    expect(parseStyle("nobold,bold").set).toBe(1);
    expect(parseStyle("fg=red,default")).toEqual({ reset: true, clear: 0, set: 0 });
  });

  test("what a style does not mention stays, and links are never touched", () => {
    const cell = { fg: 5, bg: 6, ul: 7, attr: (3 << 12) | 4 };
    expect(applyStyle(cell, parseStyle("bg=red,bold"))).toEqual({ fg: 5, bg: PALETTE | 1, ul: 7, attr: (3 << 12) | 5 });
    expect(applyStyle(cell, parseStyle("none")).attr).toBe(3 << 12);
  });

  test.each([
    ["fg=redd", "is not a colour"],
    ["blod", "is not part of a style"],
    ["x=red", "is not part of a style"],
  ])("%p is refused", (text, message) => {
    expect(() => parseStyle(text)).toThrow(message);
  });

  test("a style of more than 1,024 characters is refused", () => {
    expect(() => parseStyle("bold ".repeat(300))).toThrow("too long");
  });

  test.each([
    "", "fg=red", "default", "default,bg=blue,dim", "none", "none,bold", "nobold,nounderscore",
    "dashed-underscore,us=#102030", "nodim,reverse",
  ])("%p is written as it is read", (text) => {
    const style = parseStyle(text);
    expect(parseStyle(formatStyle(style))).toEqual(style);
  });

  test("two changes merge into one that does the same", () => {
    const texts = ["fg=red,bold", "nobold,curly-underscore", "default,bg=blue", "none", "us=green,underscore", ""];
    const cell = { fg: 1, bg: 2, ul: 3, attr: 0x5ff };
    for (const a of texts.map(parseStyle)) {
      for (const b of texts.map(parseStyle)) {
        expect(applyStyle(cell, mergeStyles(a, b))).toEqual(applyStyle(applyStyle(cell, a), b));
      }
    }
  });
});

import { expect, test } from "bun:test";
import { createCore } from "../../../../src/terminal/xterm/core.ts";

const { core, widths, terminal } = createCore(80, 24, 0);
const provider = core.unicodeService._activeProvider;
/** One character of each way in which characters join. */
const SAMPLES = [0x61, 0x600, 0x300, 0x1f1e6, 0x903, 0x1100, 0x1160, 0x11a8, 0xac00, 0xac01, 0x200d, 0x1f600, 0x6f22,
  0xfe0f, 0x1f3fb, 0xa9];
/** Emoji, kana and ideographic description characters. */
const NEWLY_WIDE = /\p{Emoji_Presentation}|\p{Script=Katakana}|\p{Script=Hiragana}|[\u2ffc-\u2fff\u31ef]/u;

test("every character has the width that xterm's provider gives it, but for wide ones that it does not know yet",
  () => {
  const wrong: number[] = [];
  for (let code = 0x20; code < 0x110000; code += code < 0x20000 ? 1 : 97) {
    if (widths.info(code) >> 4 === ((provider.charProperties(code, 0) >> 1) & 3)) continue;
    if (widths.info(code) >> 4 !== 2 || !NEWLY_WIDE.test(String.fromCodePoint(code))) wrong.push(code);
  }
  expect(wrong).toEqual([]);
});

test("every emoji is wide", () => {
  const narrow: string[] = [];
  for (let code = 0x2000; code < 0x20000; code++) {
    const emoji = /\p{Emoji_Presentation}/u.test(String.fromCodePoint(code)) &&
      !/\p{Regional_Indicator}/u.test(String.fromCodePoint(code));
    if (emoji && widths.info(code) >> 4 !== 2) narrow.push(code.toString(16));
  }
  expect(narrow).toEqual([]);
});

test("ASCII is narrow and joins nothing but prepended marks", () => {
  for (let code = 0x20; code < 0x7f; code++) expect(widths.info(code)).toBe(1 << 4);
});

test("characters join as xterm's provider joins them", () => {
  for (const before of SAMPLES) {
    for (const after of SAMPLES) {
      const state = provider.charProperties(before, 0);
      const joined = (provider.charProperties(after, state) & 1) === 1;
      expect([before, after, widths.joins(state, widths.info(after))]).toEqual([before, after, joined]);
    }
  }
  expect(widths.joins(0, widths.info(0x300))).toBe(false);
});

test("the tables outlive the terminal they were made with", () => {
  terminal.dispose();
  expect(widths.info(0x20ac) >> 4).toBe(1);
  expect(widths.info(0x1fae0) >> 4).toBe(2);
  expect((widths.joined(0x200d, provider.charProperties(0x1f468, 0)) >> 1) & 3).toBe(2);
});

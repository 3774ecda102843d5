import { describe, expect, test } from "bun:test";
import {
  nearest16, nearest256, paletteRgb, sgr, type ColorDepth, type PaintAbilities,
} from "../../../../src/client/tty/sgr.ts";
import { ATTR, PLAIN, paletteColor, rgbColor, type Style } from "../../../../src/terminal/grid.ts";
import { emulatorCells, silentEmulator, write } from "../../../support/cells.ts";
import { fuzzRounds, pick } from "../../../support/fuzz.ts";

const FULL: PaintAbilities = { colors: "truecolor", underlines: true, hyperlinks: true, synchronized: false };
const can = (colors: ColorDepth, underlines = true): PaintAbilities => ({ ...FULL, colors, underlines });

const COLORS = [
  0, paletteColor(0), paletteColor(1), paletteColor(7), paletteColor(8), paletteColor(15), paletteColor(16),
  paletteColor(255), rgbColor(0), rgbColor(0x010203), rgbColor(0xffffff),
];
const FLAGS = ["bold", "dim", "italic", "blink", "inverse", "invisible", "strike", "overline"];
const underline = (style: number) => style << ATTR.underlineShift;

function color(word: number): string {
  if (word === 0) return "-";
  return word >>> 24 === 2 ? `#${(word & 0xffffff).toString(16).padStart(6, "0")}` : String(word & 0xff);
}

/** A style as the cells of tests/support/cells.ts say it. */
function described(style: Style): string {
  const flags = FLAGS.filter((_, bit) => style.attr & (1 << bit)).join("+");
  const line = (style.attr & ATTR.underlineMask) >> ATTR.underlineShift;
  return `"x" 1 ${color(style.fg)} ${color(style.bg)} ${line ? color(style.ul) : "-"} ${flags} ${line} `;
}

const emulator = silentEmulator(4, 1);

/** How a character looks after the sequences. */
function shown(sequences: string): string {
  write(emulator, `\x1b[m\x1b[H${sequences}x`);
  return emulatorCells(emulator)[0]![0]!;
}

const everyAttr = [0, ...FLAGS.map(
  (_, bit) => 1 << bit,
), 0xff, ATTR.bold | ATTR.dim, ATTR.bold | ATTR.italic | ATTR.inverse,
  ...[1, 2, 3, 4, 5].map(underline), underline(3) | ATTR.bold];

function styles(): Style[] {
  const out: Style[] = everyAttr.map((attr) => ({ ...PLAIN, attr }));
  for (const fg of COLORS)
    out.push(
      { ...PLAIN, fg }, { ...PLAIN, bg: fg }, { fg, bg: paletteColor(3), ul: fg, attr: underline(3) | ATTR.bold },
    );
  return out;
}

describe("the sequence from one style to another", () => {
  test("leaves the terminal in the other style, for all pairs", () => {
    const all = styles();
    let checked = 0;
    for (const from of all) {
      for (const to of all) {
        const text = sgr(PLAIN, from, FULL) + sgr(from, to, FULL);
        const actual = shown(text);
        if (actual !== described(to))
          throw new Error(
            `${JSON.stringify([from, to])} by ${JSON.stringify(text)} is ${actual} instead of ${described(to)}`,
          );
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(2000);
  });

  test("leaves it so after many of them in a row", () => {
    fuzzRounds("sgr", 200, 400, (random) => {
      const one = (): Style => ({
        fg: pick(random, COLORS), bg: pick(random, COLORS), ul: pick(random, COLORS),
        attr: random.integer(256) | underline(random.integer(6)),
      });
      let style: Style = PLAIN;
      let text = "";
      for (let n = 0; n < 30; n++) {
        const next = one();
        text += sgr(style, next, FULL);
        style = next;
        const actual = shown(text);
        if (actual !== described(style))
          throw new Error(`${JSON.stringify(text)} is ${actual} instead of ${described(style)}`);
      }
    });
  });

  test("is nothing between equals, and links are no part of it", () => {
    for (const style of styles())
      expect(sgr(style, { ...style, attr: style.attr | (9 << ATTR.linkShift) }, FULL)).toBe("");
  });

  test("is short where little changes", () => {
    expect(sgr(PLAIN, { ...PLAIN, attr: ATTR.bold }, FULL)).toBe("\x1b[1m");
    expect(sgr({ ...PLAIN, attr: ATTR.bold }, PLAIN, FULL)).toBe("\x1b[m");
    expect(sgr({ ...PLAIN, fg: paletteColor(1) }, { ...PLAIN, fg: paletteColor(9) }, FULL)).toBe("\x1b[91m");
    expect(sgr({ ...PLAIN, fg: paletteColor(1) }, PLAIN, FULL)).toBe("\x1b[39m");
  });
});

describe("a terminal that can do less", () => {
  const orange = rgbColor(0xff8700);

  test("of 256 colours gets the nearest", () => {
    expect(sgr(PLAIN, { ...PLAIN, fg: orange }, can("256"))).toBe("\x1b[38;5;208m");
    expect(sgr(PLAIN, { ...PLAIN, bg: rgbColor(0x010101) }, can("256"))).toBe("\x1b[48;5;16m");
    expect(sgr(PLAIN, { fg: 0, bg: 0, ul: orange, attr: underline(1) }, can("256"))).toBe("\x1b[4;58:5:208m");
  });

  test("of 16 colours gets the nearest, also of the palette's others", () => {
    expect(sgr(PLAIN, { ...PLAIN, fg: rgbColor(0xff0000) }, can("16"))).toBe("\x1b[91m");
    expect(sgr(PLAIN, { ...PLAIN, fg: paletteColor(196), bg: paletteColor(4) }, can("16"))).toBe("\x1b[91;44m");
    for (let i = 0; i < 16; i++)
      expect(sgr(PLAIN, { ...PLAIN, bg: paletteColor(i) }, can("16"))).toBe(`\x1b[${i < 8 ? 40 + i : 92 + i}m`);
  });

  test("of no colours gets none, only attributes", () => {
    for (const style of styles()) {
      const text = sgr(PLAIN, { ...style, fg: orange, ul: orange }, can("none"));
      expect([text, /3[0-8]|4[0-8]|9\d|10\d|58/.test(text.replace(/4:\d/g, ""))]).toEqual([text, false]);
    }
  });

  test("of one kind of underline gets that", () => {
    for (const style of [1, 2, 3, 4, 5])
      expect(sgr(PLAIN, { ...PLAIN, ul: orange, attr: underline(style) }, can("truecolor", false))).toBe("\x1b[4m");
  });
});

describe("nearest colours", () => {
  const distance = (a: number, b: number) => [16, 8, 0].reduce(
    (n, shift) => n + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2, 0,
  );

  test("of the 256 are as near as any of the cube and the greys", () => {
    fuzzRounds("nearest", 3000, 300, (random, n) => {
      const rgb = n < 256 ? n * 0x010101 : random.integer(1 << 24);
      const best = Math.min(...Array.from({ length: 240 }, (_, i) => distance(paletteRgb(i + 16), rgb)));
      const index = nearest256(rgb);
      expect(index).toBeGreaterThanOrEqual(16);
      expect(index).toBeLessThan(256);
      expect([rgb.toString(16), distance(paletteRgb(index), rgb)]).toEqual([rgb.toString(16), best]);
    });
  });

  test("of the 16 are as near as any, and each of them is its own", () => {
    for (let i = 0; i < 16; i++) expect(paletteRgb(nearest16(paletteRgb(i)))).toBe(paletteRgb(i));
    expect([nearest16(0), nearest16(0xfffffe), nearest16(0xfe0101)]).toEqual([0, 15, 9]);
  });

  test("of the palette are xterm's", () => {
    expect([
      paletteRgb(16), paletteRgb(21), paletteRgb(208), paletteRgb(231), paletteRgb(232), paletteRgb(255),
    ]).toEqual([0, 0x0000ff, 0xff8700, 0xffffff, 0x080808, 0xeeeeee]);
  });
});

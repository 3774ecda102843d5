/** Styles as SGR sequences for what the outer terminal can do (ECMA-48 8.3.117, and xterm's and kitty's extensions). */
import { ATTR, COLOR, type Style } from "../../terminal/grid.ts";

/** How many colours the outer terminal shows. */
export type ColorDepth = "truecolor" | "256" | "16" | "none";

/** What the painter may use. */
export interface PaintAbilities {
  readonly colors: ColorDepth;
  /** Curly, dotted and coloured underlines (SGR 4:n and 58). */
  readonly underlines: boolean;
  readonly hyperlinks: boolean;
  /** DECSET 2026. */
  readonly synchronized: boolean;
}

const CUBE = [0, 95, 135, 175, 215, 255];
/** The first sixteen palette colours as xterm shows them, for the nearest match. */
const BASIC = [
  0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
  0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
];

function squared(a: number, b: number): number {
  const dr = (a >> 16) - (b >> 16);
  const dg = ((a >> 8) & 255) - ((b >> 8) & 255);
  const db = (a & 255) - (b & 255);
  return dr * dr + dg * dg + db * db;
}

function cubeIndex(value: number): number {
  return value < 48 ? 0 : value < 115 ? 1 : Math.floor((value - 35) / 40);
}

/** The nearest of the 256 palette entries (cube and greys) to 0xRRGGBB. */
export function nearest256(rgb: number): number {
  const [r, g, b] = [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
  const [ri, gi, bi] = [cubeIndex(r), cubeIndex(g), cubeIndex(b)];
  const cube = (CUBE[ri]! << 16) | (CUBE[gi]! << 8) | CUBE[bi]!;
  const level = Math.min(23, Math.max(0, Math.round(((r + g + b) / 3 - 8) / 10)));
  const grey = (8 + level * 10) * 0x010101;
  return squared(grey, rgb) < squared(cube, rgb) ? 232 + level : 16 + 36 * ri + 6 * gi + bi;
}

/** The nearest of the sixteen basic colours to 0xRRGGBB. */
export function nearest16(rgb: number): number {
  let best = 0;
  for (let i = 1; i < 16; i++) if (squared(BASIC[i]!, rgb) < squared(BASIC[best]!, rgb)) best = i;
  return best;
}

/** 0xRRGGBB of a palette entry. */
export function paletteRgb(index: number): number {
  if (index < 16) return BASIC[index]!;
  if (index >= 232) return (8 + (index - 232) * 10) * 0x010101;
  const n = index - 16;
  return (CUBE[Math.floor(n / 36)]! << 16) | (CUBE[Math.floor(n / 6) % 6]! << 8) | CUBE[n % 6]!;
}

function basicCode(index: number, base: number): string {
  return String(index < 8 ? base + index : base + 60 + index - 8);
}

/** SGR parameters of a colour; `base` is 30 for the foreground, 40 for the background. */
function colorCode(color: number, base: 30 | 40, depth: ColorDepth): string {
  if (color === COLOR.default || depth === "none") return String(base + 9);
  const value = color & COLOR.valueMask;
  const isRgb = (color & COLOR.modeMask) === COLOR.rgb;
  if (isRgb && depth === "truecolor") return `${base + 8};2;${value >> 16};${(value >> 8) & 255};${value & 255}`;
  const index = isRgb ? (depth === "16" ? nearest16(value) : nearest256(value)) : value & 255;
  if (index < 16) return basicCode(index, base);
  return depth === "16" ? basicCode(nearest16(paletteRgb(index)), base) : `${base + 8};5;${index}`;
}

const FLAGS: [bit: number, code: string][] = [
  [ATTR.bold, "1"], [ATTR.dim, "2"], [ATTR.italic, "3"], [ATTR.blink, "5"], [ATTR.inverse, "7"], [ATTR.invisible, "8"],
  [ATTR.strike, "9"], [ATTR.overline, "53"],
];
const FLAG_MASK = ATTR.underlineMask | 0xff;

/** The SGR sequence that turns style `from` into `to`, or "" if they look the same. Links are not SGR. */
export function sgr(from: Style, to: Style, can: PaintAbilities): string {
  const codes: string[] = [];
  const before = from.attr & FLAG_MASK;
  const after = to.attr & FLAG_MASK;
  let base = from;
  if (before & ~after & 0xff || (before & ATTR.underlineMask && (before & ATTR.underlineMask) !== (after & ATTR.underlineMask))) {
    codes.push("0");
    base = { fg: 0, bg: 0, ul: 0, attr: 0 };
  }
  const added = after & ~(base.attr & FLAG_MASK);
  for (const [bit, code] of FLAGS) if (added & bit) codes.push(code);
  const style = (after & ATTR.underlineMask) >> ATTR.underlineShift;
  if (style !== 0 && (base.attr & ATTR.underlineMask) === 0) codes.push(style === 1 || !can.underlines ? "4" : `4:${style}`);
  if (to.fg !== base.fg) codes.push(colorCode(to.fg, 30, can.colors));
  if (to.bg !== base.bg) codes.push(colorCode(to.bg, 40, can.colors));
  if (to.ul !== base.ul && can.underlines && can.colors !== "none") codes.push(underlineColor(to.ul, can.colors));
  if (codes.length === 0) return "";
  return codes.length === 1 && codes[0] === "0" ? "\x1b[m" : `\x1b[${codes.join(";")}m`;
}

function underlineColor(color: number, depth: ColorDepth): string {
  const value = color & COLOR.valueMask;
  if (color === COLOR.default) return "59";
  if ((color & COLOR.modeMask) !== COLOR.rgb) return `58:5:${value & 255}`;
  return depth === "truecolor" ? `58:2::${value >> 16}:${(value >> 8) & 255}:${value & 255}` : `58:5:${nearest256(value)}`;
}

/** The colours that queries are answered with: the palette (OSC 4) and the three special colours (OSC 10, 11, 12). */

/** 0xRRGGBB values of the client's terminal. */
export interface TerminalColors {
  foreground?: number | undefined;
  background?: number | undefined;
  cursor?: number | undefined;
}

export const SPECIAL_COLORS = ["foreground", "background", "cursor"] as const;
export type SpecialColor = (typeof SPECIAL_COLORS)[number];

/** The first sixteen colours of xterm. */
const BASE = [
  0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
  0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
];
const CUBE_STEPS = [0, 95, 135, 175, 215, 255];

/** xterm's value of a palette entry: base colours, a 6x6x6 cube, 24 greys. */
function standardColor(index: number): number {
  if (index < 16) return BASE[index]!;
  if (index >= 232) return (8 + (index - 232) * 10) * 0x010101;
  const n = index - 16;
  return (CUBE_STEPS[Math.floor(n / 36)]! << 16) | (CUBE_STEPS[Math.floor(n / 6) % 6]! << 8) | CUBE_STEPS[n % 6]!;
}

export class Palette {
  /** Entries that the program changed. */
  readonly changed = new Map<number, number>();
  /** What the program set, over what the client's terminal has. */
  program: TerminalColors = {};
  client: TerminalColors = {};

  entry(index: number): number {
    return this.changed.get(index) ?? standardColor(index);
  }

  special(name: SpecialColor): number | undefined {
    return this.program[name] ?? this.client[name];
  }

  /** True for light on dark, undefined while the background is not known. */
  get dark(): boolean | undefined {
    const background = this.special("background");
    if (background === undefined) return undefined;
    const luma = 0.299 * (background >> 16) + 0.587 * ((background >> 8) & 0xff) + 0.114 * (background & 0xff);
    return luma < 128;
  }

  reset(): void {
    this.changed.clear();
    this.program = {};
  }
}

/** `rgb:rrrr/gggg/bbbb`, the form in which terminals answer. */
export function formatColor(rgb: number): string {
  const channel = (value: number): string => (value & 0xff).toString(16).padStart(2, "0").repeat(2);
  return `rgb:${channel(rgb >> 16)}/${channel(rgb >> 8)}/${channel(rgb)}`;
}

/** Reads `rgb:r/g/b` (1-4 digits a channel) and `#rgb` to `#rrrrggggbbbb` (XParseColor); names are not known. */
export function parseColor(spec: string): number | undefined {
  const slashed = /^rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})(?:\/[0-9a-f]{1,4})?$/i.exec(spec);
  if (slashed) return join(slashed.slice(1, 4).map(scaled));
  const hex = /^#((?:[0-9a-f]{3}){1,4})$/i.exec(spec)?.[1];
  if (hex === undefined) return undefined;
  const size = hex.length / 3;
  // in this form the digits are the most significant ones
  return join([0, 1, 2].map((i) => parseInt(hex.slice(i * size, (i + 1) * size).padEnd(2, "0").slice(0, 2), 16)));
}

/** One to four hexadecimal digits, all of them `f` for full, as 0-255. */
function scaled(digits: string): number {
  return Math.round((parseInt(digits, 16) * 255) / (16 ** digits.length - 1));
}

function join(channels: number[]): number {
  return (channels[0]! << 16) | (channels[1]! << 8) | channels[2]!;
}

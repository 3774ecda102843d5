/** A packed row as text with SGR sequences, for `capture --styled`. */
import { ATTR, COLOR, PLAIN, type Style } from "../../terminal/grid.ts";
import { isPlain, readRow, sameStyle } from "../../terminal/row-codec.ts";

const FLAGS: [bit: number, code: number][] = [
  [ATTR.bold, 1], [ATTR.dim, 2], [ATTR.italic, 3], [ATTR.blink, 5], [ATTR.inverse, 7], [ATTR.invisible, 8], [ATTR.strike, 9], [ATTR.overline, 53],
];

function color(word: number, base: 30 | 40): string {
  const value = word & COLOR.valueMask;
  if ((word & COLOR.modeMask) === COLOR.rgb) return `${base + 8};2;${value >> 16};${(value >> 8) & 255};${value & 255}`;
  if (value < 8) return String(base + value);
  return value < 16 ? String(base + 52 + value) : `${base + 8};5;${value}`;
}

function sequence(style: Style): string {
  if (isPlain(style)) return "\x1b[0m";
  const codes = ["0", ...FLAGS.filter(([bit]) => style.attr & bit).map(([, code]) => String(code))];
  const underline = (style.attr & ATTR.underlineMask) >> ATTR.underlineShift;
  if (underline) codes.push(underline === 1 ? "4" : `4:${underline}`);
  if (style.fg) codes.push(color(style.fg, 30));
  if (style.bg) codes.push(color(style.bg, 40));
  return `\x1b[${codes.join(";")}m`;
}

/** Text and attributes of a row; ends in plain style. */
export function styledText(bytes: Uint8Array): string {
  let text = "";
  let before = PLAIN;
  let blanks = "";
  readRow(bytes, () => 0, (char, _width, style) => {
    if (!sameStyle(style, before)) {
      text += blanks + sequence(style);
      blanks = "";
      before = style;
    }
    if (char === "" && isPlain(style)) blanks += " ";
    else {
      text += blanks + (char === "" ? " " : char);
      blanks = "";
    }
  });
  return isPlain(before) ? text : `${text}\x1b[0m`;
}

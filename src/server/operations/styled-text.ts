/** A packed row as text with SGR sequences, for `capture --styled`. */
import { ATTR, COLOR, PLAIN, type Style } from "../../terminal/grid.ts";
import { isPlain, readRow, sameStyle } from "../../terminal/row-codec.ts";

const FLAGS: [bit: number, code: number][] = [
  [ATTR.bold, 1], [ATTR.dim, 2], [ATTR.italic, 3], [ATTR.blink, 5], [ATTR.inverse, 7], [ATTR.invisible, 8], [ATTR.strike, 9], [ATTR.overline, 53],
];

/** The bits of an attribute word that SGR can say: all but the link. */
const LOOKS = (1 << ATTR.linkShift) - 1;

function color(word: number, base: 30 | 40): string {
  const value = word & COLOR.valueMask;
  if ((word & COLOR.modeMask) === COLOR.rgb) return `${base + 8};2;${value >> 16};${(value >> 8) & 255};${value & 255}`;
  if (value < 8) return String(base + value);
  return value < 16 ? String(base + 52 + value) : `${base + 8};5;${value}`;
}

function underlineColor(word: number): string {
  const value = word & COLOR.valueMask;
  if ((word & COLOR.modeMask) !== COLOR.rgb) return `58:5:${value & 255}`;
  return `58:2::${value >> 16}:${(value >> 8) & 255}:${value & 255}`;
}

function sequence(style: Style): string {
  const codes = ["0", ...FLAGS.filter(([bit]) => style.attr & bit).map(([, code]) => String(code))];
  const underline = (style.attr & ATTR.underlineMask) >> ATTR.underlineShift;
  if (underline) codes.push(underline === 1 ? "4" : `4:${underline}`);
  if (style.fg) codes.push(color(style.fg, 30));
  if (style.bg) codes.push(color(style.bg, 40));
  if (style.ul) codes.push(underlineColor(style.ul));
  return `\x1b[${codes.join(";")}m`;
}

/** Text, attributes and links (OSC 8) of a row; ends in plain style. */
export function styledText(bytes: Uint8Array): string {
  const links = [";"];
  let text = "";
  let before = PLAIN;
  let blanks = "";
  const change = (style: Style) => {
    const link = style.attr >>> ATTR.linkShift;
    if (!sameStyle({ ...style, attr: style.attr & LOOKS }, { ...before, attr: before.attr & LOOKS })) text += sequence(style);
    if (link !== before.attr >>> ATTR.linkShift) text += `\x1b]8;${links[link]}\x1b\\`;
    before = style;
  };
  readRow(bytes, (link) => links.push(link) - 1, (char, _width, style) => {
    if (!sameStyle(style, before)) {
      text += blanks;
      blanks = "";
      change(style);
    }
    if (char === "" && isPlain(style)) blanks += " ";
    else {
      text += blanks + (char === "" ? " " : char);
      blanks = "";
    }
  });
  change(PLAIN);
  return text;
}

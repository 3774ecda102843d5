/**
 * Colours and styles as people write them (`fg=colour208,bg=#1e1e2e,bold`): tmux's syntax, section STYLES of tmux(1).
 * Colour words and attribute bits are those of a terminal cell: colour 0 is the default, (1<<24)|index a palette entry,
 * (2<<24)|0xRRGGBB a direct colour; attribute bits 0-7, and the underline style at bits 8-10.
 */
import { FugueError } from "../base/errors.ts";
import { quoteShort } from "./problem.ts";
import { suggestion } from "./suggest.ts";

const PALETTE = 1 << 24;
const RGB = 2 << 24;
const UNDERLINE_MASK = 7 << 8;
const LONGEST_STYLE = 1024;

const COLOUR_NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

/** Attribute bits by name; underline styles are 1 single, 2 double, 3 curly, 4 dotted, 5 dashed. */
const ATTRIBUTES: Readonly<Record<string, number>> = {
  bold: 1,
  dim: 2,
  italics: 4,
  blink: 8,
  reverse: 16,
  hidden: 32,
  strikethrough: 64,
  overline: 128,
  underscore: 1 << 8,
  "double-underscore": 2 << 8,
  "curly-underscore": 3 << 8,
  "dotted-underscore": 4 << 8,
  "dashed-underscore": 5 << 8,
};
const ALIASES: Readonly<Record<string, string>> = {
  bright: "bold",
  italic: "italics",
  inverse: "reverse",
  invisible: "hidden",
  strike: "strikethrough",
  underline: "underscore",
};
const ATTRIBUTE_NAMES = [...Object.keys(ATTRIBUTES), ...Object.keys(ALIASES)];
const EVERY_ATTRIBUTE = 255 | UNDERLINE_MASK;

/** A change of style: what it does not mention stays as it is below. */
export interface StyleSpec {
  /** True if everything below is dropped first (`default`). */
  readonly reset: boolean;
  readonly fg?: number;
  readonly bg?: number;
  /** Underline colour. */
  readonly ul?: number;
  /** Attribute bits that are cleared, then those that are set. */
  readonly clear: number;
  readonly set: number;
}

/** The change that changes nothing. */
export const NO_STYLE: StyleSpec = { reset: false, clear: 0, set: 0 };

/** How a cell looks, in the words of the header comment. */
export interface CellStyle {
  readonly fg: number;
  readonly bg: number;
  readonly ul: number;
  readonly attr: number;
}

/**
 * The colour word of `default`, `terminal`, a name (`red`, `brightred`), `colour0`-`colour255`, `#rgb` or `#rrggbb`.
 * @throws FugueError `usage`
 */
export function parseColour(text: string): number {
  const name = text.toLowerCase();
  if (name === "default" || name === "terminal") return 0;
  const hex = /^#([0-9a-f]{6}|[0-9a-f]{3})$/.exec(name)?.[1];
  if (hex) return RGB | parseInt(hex.length === 6 ? hex : hex.replace(/./g, "$&$&"), 16);
  const index = /^colou?r(\d{1,3})$/.exec(name)?.[1];
  if (index !== undefined && Number(index) <= 255) return PALETTE | Number(index);
  const bright = name.startsWith("bright");
  const at = (COLOUR_NAMES as readonly string[]).indexOf(bright ? name.slice(6) : name);
  if (at >= 0) return PALETTE | (at + (bright ? 8 : 0));
  const hint = "colours are names such as red or brightred, colour0 to colour255, #rrggbb, or default";
  throw new FugueError("usage", `${quoteShort(text)} is not a colour`, suggestion(text, COLOUR_NAMES, hint));
}

/** The text that parseColour reads back as `colour`. */
export function formatColour(colour: number): string {
  if (colour === 0) return "default";
  if ((colour & RGB) !== 0) return `#${(colour & 0xffffff).toString(16).padStart(6, "0")}`;
  const index = colour & 0xff;
  if (index < 8) return COLOUR_NAMES[index]!;
  return index < 16 ? `bright${COLOUR_NAMES[index - 8]}` : `colour${index}`;
}

/**
 * Reads a style: colours `fg=`, `bg=`, `us=`, attributes, their negation (`nobold`), `none` (no attributes), `default`
 * (drop everything); separated by commas or blanks, the later wins. Bounded to 1,024 characters.
 * @throws FugueError `usage`
 */
export function parseStyle(text: string): StyleSpec {
  if (text.length > LONGEST_STYLE) {
    throw new FugueError("usage", "the style is too long", `${LONGEST_STYLE} characters at most`);
  }
  let style = NO_STYLE;
  for (const part of text.split(/[\s,]+/)) if (part !== "") style = withPart(style, part);
  return style;
}

function withPart(style: StyleSpec, part: string): StyleSpec {
  const colour = /^(fg|bg|us)=(.*)$/i.exec(part);
  if (colour) return { ...style, [COLOUR_FIELDS[colour[1]!.toLowerCase()]!]: parseColour(colour[2]!) };
  const name = part.toLowerCase();
  if (name === "default") return { reset: true, clear: 0, set: 0 };
  if (name === "none") return { ...style, clear: EVERY_ATTRIBUTE, set: 0 };
  const bits = attributeBits(name);
  if (bits !== undefined) {
    const field = bits > 255 ? UNDERLINE_MASK : bits;
    return { ...style, clear: style.clear | field, set: (style.set & ~field) | bits };
  }
  const negated = name.startsWith("no") ? attributeBits(name.slice(2)) : undefined;
  if (negated !== undefined) {
    const field = negated > 255 ? UNDERLINE_MASK : negated;
    return { ...style, clear: style.clear | field, set: style.set & ~field };
  }
  const hint = "styles are fg=COLOUR, bg=COLOUR, us=COLOUR, default, none, and attributes such as bold or nobold";
  throw new FugueError("usage", `${quoteShort(part)} is not part of a style`, suggestion(part, ATTRIBUTE_NAMES, hint));
}

const COLOUR_FIELDS: Readonly<Record<string, "fg" | "bg" | "ul">> = { fg: "fg", bg: "bg", us: "ul" };

function attributeBits(name: string): number | undefined {
  const known = Object.hasOwn(ALIASES, name) ? ALIASES[name]! : name;
  return Object.hasOwn(ATTRIBUTES, known) ? ATTRIBUTES[known] : undefined;
}

/** The text that parseStyle reads back as an equal style. */
export function formatStyle(style: StyleSpec): string {
  const parts = style.reset ? ["default"] : [];
  if (style.fg !== undefined) parts.push(`fg=${formatColour(style.fg)}`);
  if (style.bg !== undefined) parts.push(`bg=${formatColour(style.bg)}`);
  if (style.ul !== undefined) parts.push(`us=${formatColour(style.ul)}`);
  const all = style.clear === EVERY_ATTRIBUTE;
  if (all) parts.push("none");
  for (const [name, bits] of Object.entries(ATTRIBUTES)) {
    const field = bits > 255 ? UNDERLINE_MASK : bits;
    if ((style.set & field) === bits) parts.push(name);
    else if (!all && (style.clear & field) !== 0 && (style.set & field) === 0 && (bits <= 255 || bits === 256)) {
      parts.push(`no${name}`);
    }
  }
  return parts.join(",");
}

/** `base` after the change `spec`; a reset goes back to the terminal's defaults. */
export function applyStyle(base: CellStyle, spec: StyleSpec): CellStyle {
  const from = spec.reset ? { fg: 0, bg: 0, ul: 0, attr: 0 } : base;
  return {
    fg: spec.fg ?? from.fg,
    bg: spec.bg ?? from.bg,
    ul: spec.ul ?? from.ul,
    attr: (from.attr & ~spec.clear) | spec.set,
  };
}

/** The one change that does what `first` and then `then` do. */
export function mergeStyles(first: StyleSpec, then: StyleSpec): StyleSpec {
  if (then.reset) return then;
  return {
    ...first,
    ...then,
    reset: first.reset,
    clear: first.clear | then.clear,
    set: (first.set & ~then.clear) | then.set,
  };
}

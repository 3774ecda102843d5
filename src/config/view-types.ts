/** The kinds of values that settings of the view have: colours, styles, formats and keys. */
import { formatKey, parseKey } from "../base/keys.ts";
import type { Key } from "../base/keys.ts";
import { parseFormat } from "./format.ts";
import type { Format } from "./format.ts";
import { formatColour, formatStyle, parseColour, parseStyle } from "./style.ts";
import type { StyleSpec } from "./style.ts";
import { textual, type ValueType } from "./value-types.ts";

export const COLOUR: ValueType<number> = textual(
  "colour", "a colour such as \"red\", \"colour208\" or \"#1e1e2e\"", parseColour, formatColour,
);

export const STYLE: ValueType<StyleSpec> = textual(
  "style", "a style such as \"fg=red,bg=default,bold\"", parseStyle, formatStyle,
);

export const FORMAT: ValueType<Format> = textual(
  "format", "a format such as \"[#S] #W\"", parseFormat, (f) => f.source,
);

export const KEY: ValueType<Key> = textual("key", "a key such as \"C-b\"", parseKey, formatKey);

/** A key, or `none`. */
export const OPTIONAL_KEY: ValueType<Key | null> = textual(
  "key",
  "a key such as \"C-b\", or \"none\"",
  (value) => (value === "" || value.toLowerCase() === "none" ? null : parseKey(value)),
  (key) => (key === null ? "none" : formatKey(key)),
);

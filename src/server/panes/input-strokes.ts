/** A key press in the terms that encodings are written in: the unshifted character, and what Shift makes of it. */
import { canonicalKey, lowerCase, MOD, onlyCodePoint, upperCase } from "../../base/keys.ts";
import type { KeyInput } from "../../protocol/input.ts";

/** One press, repeat or release of a key. */
export interface Stroke {
  /** The unshifted character of a character key (lower case; a blank for Space), or "". */
  readonly character: string;
  /** The NamedKey of any other key, or "". */
  readonly name: string;
  /** Sum of MOD bits, with Shift for an upper-case letter. */
  readonly mods: number;
  /** What Shift makes of the character, where Shift is held and that is known. */
  readonly shifted?: string;
  /** The character in the key's place on a US keyboard, where the client's terminal told it. */
  readonly base?: string;
  /** The text this key produced, where the client's terminal told it. */
  readonly text?: string;
  /** 1 press, 2 repeat, 3 release. */
  readonly event: 1 | 2 | 3;
}

/** Modifiers for which no encoding but kitty's has a place on character keys. */
export const RARE_MODS = MOD.super | MOD.hyper | MOD.meta;

const ALL_MODS = MOD.shift | MOD.alt | MOD.ctrl | RARE_MODS;

/** The character of a code point, if it may be typed: not a control, not a surrogate, not beyond Unicode. */
function characterOf(code: number | undefined): string | undefined {
  if (code === undefined || !Number.isInteger(code) || code < 0x20 || code > 0x10ffff) return undefined;
  if ((code >= 0x7f && code < 0xa0) || (code >= 0xd800 && code < 0xe000)) return undefined;
  return String.fromCodePoint(code);
}

/** A key event as a stroke. Names that nothing knows stay names: no encoding has a form for them. */
export function strokeOf(input: KeyInput): Stroke {
  const key = canonicalKey({ name: input.key.name, mods: input.key.mods & ALL_MODS });
  const event = input.event ?? 1;
  if (key.name !== "Space" && onlyCodePoint(key.name) === undefined) {
    return { character: "", name: key.name, mods: key.mods, event };
  }
  const written = key.name === "Space" ? " " : key.name;
  const character = lowerCase(written);
  const mods = character === written ? key.mods : key.mods | MOD.shift;
  const upper = upperCase(character);
  const known = characterOf(input.shifted) ?? (upper === character ? undefined : upper);
  const shifted = mods & MOD.shift ? known : undefined;
  const base = characterOf(input.base);
  const isText = input.text !== undefined && input.text !== "" && !/[\x00-\x1f\x7f-\x9f]/.test(input.text);
  return {
    character, name: "", mods, event,
    ...(shifted === undefined ? {} : { shifted }),
    ...(base === undefined ? {} : { base }),
    ...(isText ? { text: input.text } : {}),
  };
}

/** What Shift makes of the keys of a US keyboard: the last resort where the client's terminal does not say. */
const US_KEYS = "`1234567890-=[]\\;',./";
const US_SHIFTED = '~!@#$%^&*()_+{}|:"<>?';

/** The character a stroke types, Shift considered; of a keyboard that we do not know, a US one is assumed. */
export function typedCharacter(stroke: Stroke): string {
  if (!(stroke.mods & MOD.shift)) return stroke.character;
  if (stroke.shifted !== undefined) return stroke.shifted;
  const place = US_KEYS.indexOf(stroke.character);
  return place < 0 ? stroke.character : US_SHIFTED[place]!;
}

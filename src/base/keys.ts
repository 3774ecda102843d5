/** Keys as people name them (`C-b`, `M-Up`, `S-F5`, `%`), in config, on the command line and in messages. */
import { FugueError } from "./errors.ts";

/** Modifier bits, as in the kitty keyboard protocol (https://sw.kovidgoyal.net/kitty/keyboard-protocol/). */
export const MOD = { shift: 1, alt: 2, ctrl: 4, super: 8, hyper: 16, meta: 32 } as const;

/** Names of keys that are not a character. The order is part of the wire format: append only. */
export const NAMED_KEYS = [
  "Enter", "Tab", "Backspace", "Escape", "Space", "Up", "Down", "Left", "Right", "Home", "End", "PageUp", "PageDown",
  "Insert", "Delete", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12", "F13", "F14", "F15",
  "F16", "F17", "F18", "F19", "F20", "F21", "F22", "F23", "F24", "KP0", "KP1", "KP2", "KP3", "KP4", "KP5", "KP6", "KP7",
  "KP8", "KP9", "KPDecimal", "KPDivide", "KPMultiply", "KPSubtract", "KPAdd", "KPEnter", "KPEqual", "KPBegin", "Menu",
  "PrintScreen", "Pause", "CapsLock", "ScrollLock", "NumLock", "F25", "F26", "F27", "F28", "F29", "F30", "F31", "F32",
  "F33", "F34", "F35", "KPSeparator", "KPLeft", "KPRight", "KPUp", "KPDown", "KPPageUp", "KPPageDown", "KPHome",
  "KPEnd", "KPInsert", "KPDelete", "MediaPlay", "MediaPause", "MediaPlayPause", "MediaReverse", "MediaStop",
  "MediaFastForward", "MediaRewind", "MediaNext", "MediaPrevious", "MediaRecord", "VolumeDown", "VolumeUp",
  "VolumeMute", "LeftShift", "LeftControl", "LeftAlt", "LeftSuper", "LeftHyper", "LeftMeta", "RightShift",
  "RightControl", "RightAlt", "RightSuper", "RightHyper", "RightMeta", "IsoLevel3Shift", "IsoLevel5Shift",
] as const;
export type NamedKey = (typeof NAMED_KEYS)[number];

/** One key press. */
export interface Key {
  /** A NamedKey, or one character as typed without Ctrl/Alt (`a`, `%`); with Shift, the shifted character (`A`). */
  readonly name: string;
  /**
   * Sum of MOD bits. Shift is not set for characters whose case or form shows it, unless a protocol reported it; see
   * canonicalKey.
   */
  readonly mods: number;
}

/** The first code point that the kitty keyboard protocol gives to a functional key. */
export const KITTY_FIRST_CODE = 57344;

/** The functional keys in the order of their kitty codes, from KITTY_FIRST_CODE on without a gap. */
export const KITTY_KEYS: readonly NamedKey[] = [
  "Escape", "Enter", "Tab", "Backspace", "Insert", "Delete", "Left", "Right", "Up", "Down", "PageUp", "PageDown",
  "Home", "End", "CapsLock", "ScrollLock", "NumLock", "PrintScreen", "Pause", "Menu", "F1", "F2", "F3", "F4", "F5",
  "F6", "F7", "F8", "F9", "F10", "F11", "F12", "F13", "F14", "F15", "F16", "F17", "F18", "F19", "F20", "F21", "F22",
  "F23", "F24", "F25", "F26", "F27", "F28", "F29", "F30", "F31", "F32", "F33", "F34", "F35", "KP0", "KP1", "KP2",
  "KP3", "KP4", "KP5", "KP6", "KP7", "KP8", "KP9", "KPDecimal", "KPDivide", "KPMultiply", "KPSubtract", "KPAdd",
  "KPEnter", "KPEqual", "KPSeparator", "KPLeft", "KPRight", "KPUp", "KPDown", "KPPageUp", "KPPageDown", "KPHome",
  "KPEnd", "KPInsert", "KPDelete", "KPBegin", "MediaPlay", "MediaPause", "MediaPlayPause", "MediaReverse",
  "MediaStop", "MediaFastForward", "MediaRewind", "MediaNext", "MediaPrevious", "MediaRecord", "VolumeDown",
  "VolumeUp", "VolumeMute", "LeftShift", "LeftControl", "LeftAlt", "LeftSuper", "LeftHyper", "LeftMeta", "RightShift",
  "RightControl", "RightAlt", "RightSuper", "RightHyper", "RightMeta", "IsoLevel3Shift", "IsoLevel5Shift",
];

const KITTY_CODES: ReadonlyMap<string, number> = new Map(KITTY_KEYS.map((name, i) => [name, KITTY_FIRST_CODE + i]));

/** The private-use code point of a functional key in the kitty protocol, or undefined (characters and Space). */
export function kittyCode(name: string): number | undefined {
  return KITTY_CODES.get(name);
}

/** Other names people use for keys, in lower case: tmux's key table first, then words common elsewhere. */
const ALIASES: Readonly<Record<string, NamedKey>> = {
  ppage: "PageUp", pgup: "PageUp", npage: "PageDown", pgdn: "PageDown", bspace: "Backspace", dc: "Delete",
  ic: "Insert", "kp.": "KPDecimal", "kp/": "KPDivide", "kp*": "KPMultiply", "kp-": "KPSubtract", "kp+": "KPAdd",
  "kp=": "KPEqual", "kp,": "KPSeparator", esc: "Escape", bs: "Backspace", del: "Delete", ins: "Insert",
  return: "Enter", prior: "PageUp", next: "PageDown", pgdown: "PageDown", print: "PrintScreen", break: "Pause",
};

const BY_LOWER_CASE: ReadonlyMap<string, NamedKey> = new Map<string, NamedKey>([
  ...NAMED_KEYS.map((name): [string, NamedKey] => [name.toLowerCase(), name]),
  ...Object.entries(ALIASES),
]);

/** Letters before a dash, in the order in which they are written. `A-` is read as `M-`. */
const PREFIXES: readonly (readonly [letter: string, bit: number])[] = [
  ["C", MOD.ctrl], ["M", MOD.alt], ["S", MOD.shift], ["D", MOD.super], ["H", MOD.hyper], ["T", MOD.meta],
];
const PREFIX_BITS: ReadonlyMap<string, number> = new Map([...PREFIXES, ["A", MOD.alt]]);

const LONGEST_NAME = 64;

/** The only character of `text`, as a code point, or undefined if it has none or several. */
export function onlyCodePoint(text: string): number | undefined {
  const point = text.codePointAt(0);
  if (point === undefined || text.length !== (point > 0xffff ? 2 : 1)) return undefined;
  return point;
}

/** The lower-case form of a letter, where it is one character that leads back; otherwise the character itself. */
export function lowerCase(character: string): string {
  const lower = character.toLowerCase();
  return onlyCodePoint(lower) !== undefined && lower.toUpperCase() === character ? lower : character;
}

/** The upper-case form of a letter, where it is one character that leads back; otherwise the character itself. */
export function upperCase(character: string): string {
  const upper = character.toUpperCase();
  return onlyCodePoint(upper) !== undefined && upper.toLowerCase() === character ? upper : character;
}

/**
 * The key that a terminal means by a control character: NUL is `C-Space`, 1-26 are `C-a` to `C-z` but for Tab and
 * Enter, 27 Escape, 28-31 Ctrl with `\ ] ^ _`, 127 Backspace.
 */
export function controlKey(code: number): Key {
  if (code === 0x09) return { name: "Tab", mods: 0 };
  if (code === 0x0d) return { name: "Enter", mods: 0 };
  if (code === 0x1b) return { name: "Escape", mods: 0 };
  if (code === 0x7f) return { name: "Backspace", mods: 0 };
  if (code === 0) return { name: "Space", mods: MOD.ctrl };
  return { name: String.fromCharCode(code < 27 ? code + 0x60 : code + 0x40), mods: MOD.ctrl };
}

/**
 * The one form among equal ones: with Ctrl a letter is lower case and Shift says whether it was held; without Ctrl
 * the letter's case says so. A blank is `Space`, a control character the key that sends it.
 */
export function canonicalKey(key: Key): Key {
  const code = onlyCodePoint(key.name);
  if (code === undefined) return key;
  if (code < 0x20 || code === 0x7f) {
    const plain = controlKey(code);
    return { name: plain.name, mods: plain.mods | key.mods };
  }
  if (code === 0x20) return { name: "Space", mods: key.mods };
  const lower = lowerCase(key.name);
  if (key.mods & MOD.ctrl) return lower === key.name ? key : { name: lower, mods: key.mods };
  if (!(key.mods & MOD.shift)) return key;
  const upper = upperCase(key.name);
  const isLetter = upper !== key.name || lower !== key.name;
  return isLetter ? { name: upper, mods: key.mods & ~MOD.shift } : key;
}

/** Whether two keys are the same press: `C-B` is `C-b`, `S-a` is `A`; `C-[` is not Escape. */
export function sameKey(a: Key, b: Key): boolean {
  const x = canonicalKey(a);
  const y = canonicalKey(b);
  return x.name === y.name && x.mods === y.mods;
}

/**
 * Reads a key in tmux's notation: `C-b`, `M-x`, `S-Up`, `C-M-a`, `^b`, one character, or a name in any case. `D-` is
 * Super, `H-` Hyper, `T-` Meta. The result is canonical (see canonicalKey).
 * @throws FugueError `usage`, whose hint gives the nearest name.
 */
export function parseKey(text: string): Key {
  if (text.length > LONGEST_NAME) throw unknownKey(`${text.slice(0, LONGEST_NAME)}…`, "");
  let rest = text.normalize("NFC");
  let mods = 0;
  if (rest.length > 1 && rest.startsWith("^")) {
    mods = MOD.ctrl;
    rest = rest.slice(1);
  }
  while (rest.length > 2 && rest[1] === "-") {
    const bit = PREFIX_BITS.get(rest[0]!.toUpperCase());
    if (bit === undefined) throw unknownModifier(text, rest[0]!);
    mods |= bit;
    rest = rest.slice(2);
  }
  const code = onlyCodePoint(rest);
  if (code !== undefined) {
    if ((code >= 0x80 && code < 0xa0) || (code >= 0xd800 && code < 0xe000)) throw unknownKey(text, "");
    return canonicalKey({ name: rest, mods });
  }
  const lower = rest.toLowerCase();
  if (lower === "btab") return { name: "Tab", mods: mods | MOD.shift };
  const name = BY_LOWER_CASE.get(lower);
  if (name === undefined) throw unknownKey(text, lower);
  return { name, mods };
}

/** Writes a key in the notation that parseKey reads; equal keys (see sameKey) are written alike. */
export function formatKey(key: Key): string {
  const { name, mods } = canonicalKey(key);
  let prefix = "";
  for (const [letter, bit] of PREFIXES) if (mods & bit) prefix += `${letter}-`;
  return prefix + name;
}

function unknownModifier(text: string, letter: string): FugueError {
  const hint = "modifiers are C- (Ctrl), M- (Alt), S- (Shift) and D- (Super)";
  return new FugueError("usage", `${JSON.stringify(text)} is not a key: no modifier is named ${letter}-`, hint);
}

function unknownKey(text: string, name: string): FugueError {
  const near = nearestName(name);
  const examples = "keys are written like C-b, M-x, S-Up, F5, PageUp or %";
  return new FugueError("usage", `${JSON.stringify(text)} is not a key`, near ? `did you mean ${near}?` : examples);
}

/** The canonical name of the key whose name or alias is nearest to `name`, if any is near enough to be a slip. */
function nearestName(name: string): string | undefined {
  let best: string | undefined;
  let least = Math.min(2, Math.floor(name.length / 2)) + 1;
  for (const [candidate, key] of BY_LOWER_CASE) {
    const steps = editDistance(name, candidate);
    if (steps < least) {
      least = steps;
      best = key;
    }
  }
  return best;
}

/** Levenshtein's distance of two short strings. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

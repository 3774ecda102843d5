/** Keys that terminals write as control sequences: xterm's, rxvt's, modifyOtherKeys and the kitty protocol. */
import { canonicalKey, KITTY_FIRST_CODE, KITTY_KEYS, MOD } from "../../base/keys.ts";
import type { KeyInput, TextInput } from "../../protocol/input.ts";
import { parameter } from "./sequences.ts";
import type { ControlSequence } from "./sequences.ts";

/** `CSI letter`, `CSI 1 ; mods letter`, `SS3 letter` (xterm ctlseqs, "PC-Style Function Keys"). */
const LETTER_KEYS: Readonly<Record<string, string>> = {
  A: "Up", B: "Down", C: "Right", D: "Left", E: "KPBegin", F: "End", H: "Home", P: "F1", Q: "F2", R: "F3", S: "F4",
};

/** rxvt's arrows: `CSI a` with Shift, `SS3 a` with Ctrl. */
const RXVT_ARROWS: Readonly<Record<string, string>> = { a: "Up", b: "Down", c: "Right", d: "Left" };

/** `SS3 letter` in application keypad mode (xterm ctlseqs, "VT220-Style Function Keys"). */
const KEYPAD_KEYS: Readonly<Record<string, string>> = {
  " ": "Space", I: "Tab", M: "KPEnter", X: "KPEqual", j: "KPMultiply", k: "KPAdd", l: "KPSeparator", m: "KPSubtract",
  n: "KPDecimal", o: "KPDivide", p: "KP0", q: "KP1", r: "KP2", s: "KP3", t: "KP4", u: "KP5", v: "KP6", w: "KP7",
  x: "KP8", y: "KP9",
};

/** `CSI number ~`. 29 is also F16 and 28 Help: the keys that keyboards have are preferred. */
const NUMBER_KEYS: ReadonlyMap<number, string> = new Map<number, string>([
  [1, "Home"], [2, "Insert"], [3, "Delete"], [4, "End"], [5, "PageUp"], [6, "PageDown"], [7, "Home"], [8, "End"],
  [11, "F1"], [12, "F2"], [13, "F3"], [14, "F4"], [15, "F5"], [17, "F6"], [18, "F7"], [19, "F8"], [20, "F9"],
  [21, "F10"], [23, "F11"], [24, "F12"], [25, "F13"], [26, "F14"], [28, "F15"], [29, "Menu"], [31, "F17"],
  [32, "F18"], [33, "F19"], [34, "F20"], [57427, "KPBegin"],
  ...Array.from({ length: 15 }, (_, i): [number, string] => [42 + i, `F${21 + i}`]),
]);

/** Final bytes of `CSI number final` and the modifiers they add; all but `~` are rxvt's. */
const NUMBER_FINALS: Readonly<Record<string, number>> = {
  "~": 0, "^": MOD.ctrl, "$": MOD.shift, "@": MOD.ctrl | MOD.shift,
};

/** The modifier bits of a parameter: 1 + their sum; Caps Lock and Num Lock (64, 128) are dropped. */
function modifiers(parameter: number): number {
  return Math.max(0, parameter - 1) & 0x3f;
}

function press(name: string, mods: number, event = 1): KeyInput {
  const key = canonicalKey({ name, mods });
  return event === 2 || event === 3 ? { kind: "key", key, event } : { kind: "key", key };
}

/** Whether a code point may stand for a key or in its text: not a control, not a surrogate, not beyond Unicode. */
function isCharacter(code: number | undefined): code is number {
  if (code === undefined || code < 0x20 || code > 0x10ffff) return false;
  return !(code >= 0x7f && code < 0xa0) && !(code >= 0xd800 && code < 0xe000);
}

/** The name of the key with this number in `CSI number u` and modifyOtherKeys, or undefined if we have none. */
function nameOfCode(code: number): string | undefined {
  // xterm reports Backspace as 8 or 127, after DECBKM.
  if (code === 8) return "Backspace";
  if (code >= KITTY_FIRST_CODE && code <= 0xf8ff) return KITTY_KEYS[code - KITTY_FIRST_CODE];
  // canonicalKey turns the control characters (9, 13, 27, 127) into the keys that send them.
  if ((code > 0 && code < 0x20) || code === 0x7f || isCharacter(code)) return String.fromCodePoint(code);
  return undefined;
}

/** `CSI code:shifted:base ; mods:event ; text u` (kitty keyboard protocol, "An overview"). */
function unicodeKey(sequence: ControlSequence): KeyInput | TextInput | undefined {
  const [codes, state, points] = sequence.params;
  const code = codes?.[0] ?? 0;
  const event = state?.[1] ?? 1;
  const text = String.fromCodePoint(...(points ?? []).filter(isCharacter));
  // Composed text that belongs to no key has code 0.
  if (code === 0) return text !== "" && event !== 3 ? { kind: "text", text } : undefined;
  const name = nameOfCode(code);
  if (name === undefined) return undefined;
  const shifted = codes?.[1];
  const base = codes?.[2];
  return {
    ...press(name, modifiers(state?.[0] ?? 1), event),
    ...(isCharacter(shifted) ? { shifted } : {}),
    ...(isCharacter(base) ? { base } : {}),
    ...(text !== "" ? { text } : {}),
  };
}

/** `CSI number ; mods:event ~` and rxvt's forms of it; `CSI 27 ; mods ; code ~` is modifyOtherKeys. */
function numberKey(sequence: ControlSequence, added: number): KeyInput | undefined {
  const number = parameter(sequence, 0, 0);
  const mods = modifiers(parameter(sequence, 1, 1)) | added;
  if (number === 27 && sequence.params.length === 3) {
    const name = nameOfCode(parameter(sequence, 2, 0));
    return name === undefined ? undefined : press(name, mods);
  }
  const name = NUMBER_KEYS.get(number);
  return name === undefined ? undefined : press(name, mods, sequence.params[1]?.[1]);
}

/** The key of a `CSI` sequence without marker, or undefined if it is none that we know. */
export function keyOfSequence(sequence: ControlSequence): KeyInput | TextInput | undefined {
  const { final, params } = sequence;
  if (sequence.intermediates !== "" || sequence.marker !== "") return undefined;
  if (final === "u") return unicodeKey(sequence);
  const added = NUMBER_FINALS[final];
  if (added !== undefined) return numberKey(sequence, added);
  // Old xterms (modifyCursorKeys 1) write `CSI 5 A` where newer ones write `CSI 1 ; 5 A`.
  const mods = modifiers(params.length === 1 ? parameter(sequence, 0, 1) : parameter(sequence, 1, 1));
  if (final === "Z") return press("Tab", mods | MOD.shift, params[1]?.[1]);
  const letter = LETTER_KEYS[final];
  if (letter !== undefined) return press(letter, mods, params[1]?.[1]);
  const arrow = RXVT_ARROWS[final];
  return arrow !== undefined && params.length === 0 ? press(arrow, MOD.shift) : undefined;
}

/** The key of an `SS3` sequence with its final byte and modifier parameter (1 if there is none), or undefined. */
export function keyOfSs3(final: string, parameter: number): KeyInput | undefined {
  const mods = modifiers(parameter);
  const name = LETTER_KEYS[final] ?? KEYPAD_KEYS[final];
  if (name !== undefined) return press(name, mods);
  const arrow = RXVT_ARROWS[final];
  return arrow !== undefined ? press(arrow, mods | MOD.ctrl) : undefined;
}

/** The Linux console's F1 to F5: `CSI [ A` to `CSI [ E`. */
export function keyOfLinuxConsole(byte: number): KeyInput | undefined {
  return byte >= 0x41 && byte <= 0x45 ? press(`F${byte - 0x40}`, 0) : undefined;
}

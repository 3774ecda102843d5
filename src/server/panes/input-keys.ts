/** Facts about functional keys that the encodings share: their numbers and letters, and what keypad keys stand for. */

/** `CSI letter`, or SS3 in application cursor mode (xterm ctlseqs, "PC-Style Function Keys"). */
export const CURSOR_LETTERS: Readonly<Record<string, string>> = {
  Up: "A", Down: "B", Right: "C", Left: "D", KPBegin: "E", End: "F", Home: "H",
};

/** `SS3 letter`. */
export const FUNCTION_LETTERS: Readonly<Record<string, string>> = { F1: "P", F2: "Q", F3: "R", F4: "S" };

/** `CSI number ~`; F21 and up are numbered as xterm does. */
export const KEY_NUMBERS: ReadonlyMap<string, number> = new Map<string, number>([
  ["Insert", 2], ["Delete", 3], ["PageUp", 5], ["PageDown", 6], ["F5", 15], ["F6", 17], ["F7", 18], ["F8", 19],
  ["F9", 20], ["F10", 21], ["F11", 23], ["F12", 24], ["F13", 25], ["F14", 26], ["F15", 28], ["F16", 29], ["Menu", 29],
  ["F17", 31], ["F18", 32], ["F19", 33], ["F20", 34],
  ...Array.from({ length: 15 }, (_, i): [string, number] => [`F${21 + i}`, 42 + i]),
]);

/** Keypad keys: the final byte in application keypad mode, and what they type otherwise. */
export const KEYPAD: ReadonlyMap<string, { readonly letter: string; readonly types: string }> = new Map([
  ...Array.from("0123456789", (digit, i) => {
    return [`KP${digit}`, { letter: String.fromCharCode(0x70 + i), types: digit }] as const;
  }),
  ["KPDecimal", { letter: "n", types: "." }], ["KPDivide", { letter: "o", types: "/" }],
  ["KPMultiply", { letter: "j", types: "*" }], ["KPSubtract", { letter: "m", types: "-" }],
  ["KPAdd", { letter: "k", types: "+" }], ["KPEnter", { letter: "M", types: "\r" }],
  ["KPEqual", { letter: "X", types: "=" }], ["KPSeparator", { letter: "l", types: "," }],
]);

/** Keypad keys without Num Lock, and the keys they are to programs that cannot tell them apart. */
const KEYPAD_MOVES = new Set([
  "KPLeft", "KPRight", "KPUp", "KPDown", "KPPageUp", "KPPageDown", "KPHome", "KPEnd", "KPInsert", "KPDelete",
]);

/** The name of the key that `name` is without a keypad. */
export function withoutKeypad(name: string): string {
  return KEYPAD_MOVES.has(name) ? name.slice(2) : name;
}

/** What Enter sends: CR, and LF after it in newline mode (LNM). */
export function enterText(modes: { readonly newline: boolean }): string {
  return modes.newline ? "\r\n" : "\r";
}

/** Input events as the bytes that a terminal sends: what blessed, at the other end of a virtual terminal, reads. */
import { canonicalKey, MOD, onlyCodePoint } from "../../base/keys.ts";
import type { Key } from "../../base/keys.ts";
import type { InputEvent, KeyInput, MouseInput } from "../../protocol/input.ts";

/** Final bytes of `CSI 1 ; m X`, and numbers of `CSI n ; m ~` (xterm, "PC-Style Function Keys"). */
const LETTERS: Readonly<Record<string, string>> = {
  Up: "A", Down: "B", Right: "C", Left: "D", End: "F", Home: "H",
  KPUp: "A", KPDown: "B", KPRight: "C", KPLeft: "D", KPEnd: "F", KPHome: "H",
};
const NUMBERS: Readonly<Record<string, number>> = {
  Insert: 2, Delete: 3, PageUp: 5, PageDown: 6, KPInsert: 2, KPDelete: 3, KPPageUp: 5, KPPageDown: 6,
};
const SIMPLE: Readonly<Record<string, string>> = {
  Enter: "\r", KPEnter: "\r", Tab: "\t", Backspace: "\x7f", Escape: "\x1b", Space: " ",
};

/** The text that a key types, or undefined if it types none. */
export function textOfKey(event: KeyInput): string | undefined {
  if (event.event === 3 || event.key.mods & ~MOD.shift) return undefined;
  if (event.text !== undefined && event.text !== "") return event.text;
  const { name, mods } = canonicalKey(event.key);
  if (name === "Space") return " ";
  if (onlyCodePoint(name) === undefined) return undefined;
  // Shift is left over where the terminal did not say what it makes of the key.
  return mods === 0 ? name : event.shifted === undefined ? name : String.fromCodePoint(event.shifted);
}

/** Shift and its like, which terminals report by themselves only if asked to. */
const MODIFIER_KEY = /^(Left|Right)(Shift|Control|Alt|Super|Hyper|Meta)$|^(Caps|Num|Scroll)Lock$|^IsoLevel/;

/**
 * What a person typed where any key is an answer: the text, or "" for a key that types none. Undefined for what is no
 * answer: pastes, the mouse, releases and modifiers.
 */
export function answerOf(event: InputEvent): string | undefined {
  if (event.kind === "text") return event.text;
  if (event.kind !== "key" || event.event === 3 || MODIFIER_KEY.test(event.key.name)) return undefined;
  return textOfKey(event) ?? "";
}

/** The bytes of a key press, or undefined for keys that overlays have no use for. */
export function encodeKey(key: Key): string | undefined {
  const { name, mods } = canonicalKey(key);
  const modifier = mods & (MOD.shift | MOD.alt | MOD.ctrl);
  const letter = LETTERS[name];
  if (letter !== undefined) return modifier === 0 ? `\x1b[${letter}` : `\x1b[1;${modifier + 1}${letter}`;
  const number = NUMBERS[name];
  if (number !== undefined) return modifier === 0 ? `\x1b[${number}~` : `\x1b[${number};${modifier + 1}~`;
  if (name === "Tab" && modifier === MOD.shift) return "\x1b[Z";
  const alt = modifier & MOD.alt ? "\x1b" : "";
  const simple = SIMPLE[name];
  if (simple !== undefined) return modifier & MOD.ctrl ? undefined : alt + simple;
  const point = onlyCodePoint(name);
  if (point === undefined || point < 0x21 || point > 0x7e) return undefined;
  if (!(modifier & MOD.ctrl)) return alt + name;
  return point >= 0x61 && point <= 0x7a ? alt + String.fromCharCode(point - 0x60) : undefined;
}

/** A press, a release or a turn of the wheel as an SGR report (mode 1006), or undefined for what overlays ignore. */
export function encodeMouse(event: MouseInput): string | undefined {
  if (event.action === "move" || event.x < 0 || event.y < 0) return undefined;
  const isWheel = event.button === 4 || event.button === 5;
  if (event.button > 2 && !isWheel) return undefined;
  const code = (isWheel ? 60 : 0) + event.button;
  return `\x1b[<${code};${event.x + 1};${event.y + 1}${event.action === "press" ? "M" : "m"}`;
}

/**
 * Keys as xterm writes them: the VT and PC-style forms, and modifyOtherKeys
 * (https://invisible-island.net/xterm/modified-keys.html).
 */
import { MOD } from "../../base/keys.ts";
import type { TerminalModes } from "../../terminal/modes.ts";
import { CURSOR_LETTERS, enterText, FUNCTION_LETTERS, KEY_NUMBERS, KEYPAD, withoutKeypad } from "./input-keys.ts";
import { RARE_MODS, typedCharacter } from "./input-strokes.ts";
import type { Stroke } from "./input-strokes.ts";

const ESC = "\x1b";

/** The C0 characters that X11 gives to Ctrl with keys outside of `@` to `~`. */
const CONTROLS: ReadonlyMap<string, number> = new Map([
  [" ", 0], ["2", 0], ["3", 0x1b], ["4", 0x1c], ["5", 0x1d], ["6", 0x1e], ["7", 0x1f], ["8", 0x7f], ["/", 0x1f],
]);

/** The control character that Ctrl makes of a character, or undefined where there is none. */
function controlCode(character: string): number | undefined {
  if (character >= "@" && character <= "~") return character.charCodeAt(0) & 0x1f;
  return CONTROLS.get(character);
}

/** What a stroke sends to a program that did not ask for the kitty protocol; "" if there is no form for it. */
export function legacyKey(stroke: Stroke, modes: TerminalModes): string {
  const level = modes.modifyOtherKeys;
  if (level !== 0) {
    const code = otherKeyCode(stroke, level);
    if (code !== undefined) return `${ESC}[27;${1 + (stroke.mods & ~RARE_MODS)};${code}~`;
  }
  return stroke.character === "" ? legacyNamedKey(stroke, modes) : legacyCharacter(stroke);
}

/**
 * A character key without modifyOtherKeys. Chords with Super, Hyper or Meta have no form, and type nothing: `D-c` that
 * the terminal did not use for copying must not type a `c`.
 */
export function legacyCharacter(stroke: Stroke): string {
  const { mods } = stroke;
  if (mods & RARE_MODS) return "";
  if (!(mods & (MOD.alt | MOD.ctrl))) return stroke.text ?? typedCharacter(stroke);
  const prefix = mods & MOD.alt ? ESC : "";
  const typed = typedCharacter(asciiStroke(stroke));
  if (!(mods & MOD.ctrl)) return prefix + typed;
  return prefix + controlled(typed);
}

/** With Ctrl or Alt, the key of another alphabet stands for the ASCII key in its place. */
function asciiStroke(stroke: Stroke): Stroke {
  if (stroke.character < "\x80" || stroke.base === undefined || stroke.base >= "\x80") return stroke;
  const { shifted: _, ...rest } = stroke;
  const upper = stroke.base.toUpperCase();
  return { ...rest, character: stroke.base, ...(upper === stroke.base ? {} : { shifted: upper }) };
}

/** Ctrl with a character. `-` and `?` are what tmux makes of them; what has no control character is sent as it is. */
function controlled(character: string): string {
  if (character === "?") return "\x7f";
  if (character === "-") return "\x1f";
  const code = controlCode(character);
  return code === undefined ? character : String.fromCharCode(code);
}

function legacyNamedKey(stroke: Stroke, modes: TerminalModes): string {
  const { mods } = stroke;
  const name = withoutKeypad(stroke.name);
  const prefix = mods & MOD.alt ? ESC : "";
  switch (name) {
    case "Enter":
      return prefix + enterText(modes);
    case "Tab":
      return prefix + (mods & MOD.shift ? `${ESC}[Z` : "\t");
    case "Backspace":
      return prefix + (mods & MOD.ctrl ? "\b" : "\x7f");
    case "Escape":
      return prefix + ESC;
  }
  const keypad = KEYPAD.get(name);
  if (keypad !== undefined) {
    if (modes.applicationKeypad) return `${ESC}O${mods ? 1 + mods : ""}${keypad.letter}`;
    return prefix + (keypad.types === "\r" ? enterText(modes) : keypad.types);
  }
  return functionKey(name, mods, modes.applicationCursor);
}

/** Cursor, editing and function keys; "" for keys that xterm has no sequence for. */
function functionKey(name: string, mods: number, applicationCursor: boolean): string {
  const cursor = CURSOR_LETTERS[name];
  const letter = cursor ?? FUNCTION_LETTERS[name];
  if (letter !== undefined) {
    if (mods) return `${ESC}[1;${1 + mods}${letter}`;
    return cursor !== undefined && !applicationCursor ? `${ESC}[${letter}` : `${ESC}O${letter}`;
  }
  const number = KEY_NUMBERS.get(name);
  if (number === undefined) return "";
  return mods ? `${ESC}[${number};${1 + mods}~` : `${ESC}[${number}~`;
}

/** The code under which modifyOtherKeys reports a stroke, or undefined if it is left as it is. */
function otherKeyCode(stroke: Stroke, level: 1 | 2): number | undefined {
  if (stroke.mods & RARE_MODS) return undefined;
  const { mods } = stroke;
  const isShiftOnly = mods === MOD.shift;
  if (stroke.character === "") return level === 2 ? namedCodeOf2(stroke.name, mods) : namedCodeOf1(stroke.name, mods);
  const typed = typedCharacter(stroke);
  const code = typed.codePointAt(0);
  if (level === 2) return mods && (!isShiftOnly || typed === " ") ? code : undefined;
  // Level 1 leaves alone what has a form already: Alt, Shift, and Ctrl with whatever makes a control character.
  return mods & MOD.ctrl && controlCode(typed) === undefined ? code : undefined;
}

function namedCodeOf1(name: string, mods: number): number | undefined {
  if (name === "Enter") return mods && mods !== MOD.alt ? 13 : undefined;
  return name === "Tab" && mods & MOD.ctrl ? 9 : undefined;
}

function namedCodeOf2(name: string, mods: number): number | undefined {
  switch (name) {
    case "Enter":
      return mods ? 13 : undefined;
    case "Tab":
      return mods & ~MOD.shift ? 9 : undefined;
    case "Backspace":
      return mods & ~MOD.ctrl ? 127 : undefined;
    case "Escape":
      return mods & ~MOD.shift ? 27 : undefined;
    default:
      return undefined;
  }
}

/** Keys in the kitty keyboard protocol (https://sw.kovidgoyal.net/kitty/keyboard-protocol/), at each of its levels. */
import { kittyCode, MOD } from "../../base/keys.ts";
import type { TerminalModes } from "../../terminal/modes.ts";
import { CURSOR_LETTERS, enterText, KEY_NUMBERS, KEYPAD, withoutKeypad } from "./input-keys.ts";
import { legacyCharacter } from "./input-legacy-keys.ts";
import { typedCharacter } from "./input-strokes.ts";
import type { Stroke } from "./input-strokes.ts";

/** The progressive enhancements. */
export const KITTY = { disambiguate: 1, eventTypes: 2, alternates: 4, allKeys: 8, text: 16 } as const;

/** Keys whose codes are not from the private use area. */
const CONTROL_CODES: Readonly<Record<string, number>> = { Escape: 27, Enter: 13, Tab: 9, Backspace: 127 };

/** The parts of `CSI code:shifted:base ; mods:event ; text final`. */
interface KittySequence {
  readonly code: number;
  readonly final: string;
  readonly shifted?: string;
  readonly base?: string;
  readonly mods: number;
  readonly event: 1 | 2 | 3;
  readonly text: string;
}

/** Whether these flags change how keys are written; alternates and text only add to the other ones. */
export function isKitty(flags: number): boolean {
  return (flags & (KITTY.disambiguate | KITTY.eventTypes | KITTY.allKeys)) !== 0;
}

/** What a stroke sends under flags for which isKitty holds; "" if the program did not ask to be told of it. */
export function kittyKey(stroke: Stroke, modes: TerminalModes): string {
  const flags = modes.kittyFlags;
  const event = flags & KITTY.eventTypes ? stroke.event : 1;
  return stroke.character === "" ? namedKey(stroke, event, modes) : characterKey(stroke, event, flags);
}

function characterKey(stroke: Stroke, event: 1 | 2 | 3, flags: number): string {
  const { mods } = stroke;
  const types = (mods & ~MOD.shift) === 0 ? typedCharacter(stroke) : "";
  const text = event === 3 ? "" : stroke.text ?? types;
  if (!(flags & KITTY.allKeys)) {
    if (text !== "") return text;
    if (!(flags & KITTY.disambiguate) && event === 1) {
      const legacy = legacyCharacter(stroke);
      if (legacy !== "") return legacy;
    }
  }
  const alternates = flags & KITTY.alternates ? { shifted: stroke.shifted, base: stroke.base } : {};
  const sent = flags & KITTY.allKeys && flags & KITTY.text ? text : "";
  return write({ code: stroke.character.codePointAt(0)!, final: "u", mods, event, text: sent, ...alternates });
}

function namedKey(stroke: Stroke, event: 1 | 2 | 3, modes: TerminalModes): string {
  const flags = modes.kittyFlags;
  const isAll = (flags & KITTY.allKeys) !== 0;
  const isExact = (flags & (KITTY.allKeys | KITTY.disambiguate)) !== 0;
  const name = isExact ? stroke.name : withoutKeypad(stroke.name);
  const { mods } = stroke;
  if (!isAll && isModifierKey(name)) return "";
  const types = KEYPAD.get(name)?.types ?? "";
  if (!isExact && types !== "" && types !== "\r") {
    return characterKey({ ...stroke, character: types, name: "" }, event, flags);
  }
  const text = event !== 3 && types !== "\r" && (mods & ~MOD.shift) === 0 ? types : "";
  if (!isAll && text !== "") return text;
  if (!isAll && mods === 0) {
    const plain = plainControl(name, isExact, modes);
    // These keep working in a shell that a dead program left with the protocol on, and so have no release.
    if (plain !== undefined && (name !== "Escape" || event === 1)) return event === 3 ? "" : plain;
  }
  const form = formOf(isExact || types !== "\r" ? name : "Enter");
  if (form === undefined) return "";
  return write({ ...form, mods, event, text: isAll && flags & KITTY.text ? text : "" });
}

/** The one character that a key without modifiers still sends while not all keys are reported, or undefined. */
function plainControl(name: string, isExact: boolean, modes: TerminalModes): string | undefined {
  if (name === "Enter" || (name === "KPEnter" && !isExact)) return enterText(modes);
  if (name === "Tab") return "\t";
  if (name === "Backspace") return "\x7f";
  return name === "Escape" && !isExact ? "\x1b" : undefined;
}

/** Modifier and lock keys, which are only reported when all keys are. */
function isModifierKey(name: string): boolean {
  const code = kittyCode(name) ?? 0;
  return code >= kittyCode("LeftShift")! || /^(Caps|Scroll|Num)Lock$/.test(name);
}

function formOf(name: string): { code: number; final: string } | undefined {
  const control = CONTROL_CODES[name];
  if (control !== undefined) return { code: control, final: "u" };
  const letter = CURSOR_LETTERS[name];
  if (letter !== undefined) return { code: 1, final: letter };
  // F3 has no letter here: `CSI R` is the cursor report.
  if (name === "F3") return { code: 13, final: "~" };
  if (/^F[124]$/.test(name)) return { code: 1, final: "OPQRS"[Number(name[1])]! };
  const number = KEY_NUMBERS.get(name);
  // Beyond F12 the numbers of old terminals are not used.
  if (number !== undefined && number <= 24) return { code: number, final: "~" };
  const code = kittyCode(name);
  return code === undefined ? undefined : { code, final: "u" };
}

function write(sequence: KittySequence): string {
  const { code, shifted, base, mods, event, text } = sequence;
  let keys = `${code}`;
  if (shifted !== undefined || base !== undefined) keys += `:${shifted?.codePointAt(0) ?? ""}`;
  if (base !== undefined) keys += `:${base.codePointAt(0)}`;
  let state = mods ? `${1 + mods}` : "";
  if (event !== 1) state = `${1 + mods}:${event}`;
  const points = Array.from(text, (character) => character.codePointAt(0)).join(":");
  if (keys === "1" && state === "" && points === "") return `\x1b[${sequence.final}`;
  const fields = points !== "" ? [keys, state, points] : state !== "" ? [keys, state] : [keys];
  return `\x1b[${fields.join(";")}${sequence.final}`;
}

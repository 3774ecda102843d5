/** Pasted text on its way to a program: made harmless, and bracketed if the program asked for it. */
import type { PasteInput } from "../../protocol/input.ts";
import type { TerminalModes } from "../../terminal/modes.ts";
import { enterText } from "./input-keys.ts";

const BEGIN = "\x1b[200~";
const END = "\x1b[201~";

/** Markers, also with the 8-bit CSI; they go first, so that no `[201~` stays behind when ESC goes. */
const MARKERS = /(?:\x1b\[|\x9b)20[01]~/g;
/** All controls but TAB, LF and CR: pasted, they would be keys (Ctrl-C, Backspace) or begin sequences. */
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;
const NEWLINES = /\r\n|\r|\n/g;

/**
 * The bytes of a paste, or of a piece of one. In bracketed mode newlines stay as they are; otherwise they become what
 * Enter sends. No control sequence can get through, and no end marker.
 */
export function encodePaste(paste: PasteInput, modes: TerminalModes): Uint8Array {
  const clean = paste.text.replace(MARKERS, "").replace(CONTROLS, "");
  if (!modes.bracketedPaste) return new TextEncoder().encode(clean.replace(NEWLINES, enterText(modes)));
  return new TextEncoder().encode(`${paste.first ? BEGIN : ""}${clean}${paste.more ? "" : END}`);
}

/** Mouse events as programs asked for them (xterm ctlseqs, "Mouse Tracking"). */
import { MOD } from "../../base/keys.ts";
import type { MouseInput } from "../../protocol/input.ts";
import type { MouseEncoding, TerminalModes } from "../../terminal/modes.ts";

/** Size of a cell in pixels, for DECSET 1016. */
export interface CellPixels {
  readonly width: number;
  readonly height: number;
}

/** Largest value of one position: 255 as a byte, 2047 as two bytes of UTF-8; 32 are added, and it counts from 1. */
const LAST_POSITION: Readonly<Partial<Record<MouseEncoding, number>>> = { bytes: 255 - 32, utf8: 2047 - 32 };

const WHEEL_UP = 4;
const WHEEL_DOWN = 5;
const NO_BUTTON = 3;

/** Rows the wheel scrolls on the alternate screen, as arrow keys. */
export const WHEEL_ROWS = 3;

/** Whether the program wants to be told of this event at all. */
function isWanted(event: MouseInput, modes: TerminalModes): boolean {
  const isWheel = event.button >= WHEEL_UP && event.button <= 7;
  if (isWheel && event.action !== "press") return false;
  switch (modes.mouseTracking) {
    case "none":
      return false;
    case "x10":
      return event.action === "press" && event.button < NO_BUTTON;
    case "normal":
      return event.action !== "move";
    case "drag":
      return event.action !== "move" || event.button !== NO_BUTTON;
    case "any":
      return true;
  }
}

/** Button, modifiers and motion in one number. */
function codeOf(event: MouseInput, modes: TerminalModes, hidesButton: boolean): number {
  if (modes.mouseTracking === "x10") return event.button;
  const button = hidesButton ? NO_BUTTON : event.button;
  const group = button >= 8 ? 128 : button >= WHEEL_UP ? 64 : 0;
  const { mods } = event;
  const held = (mods & MOD.shift ? 4 : 0) + (mods & MOD.alt ? 8 : 0) + (mods & MOD.ctrl ? 16 : 0);
  return group + (button & 3) + held + (event.action === "move" ? 32 : 0);
}

/** The bytes of a mouse event, none if the program does not want it. Cells are counted from 0 in the pane. */
export function encodeMouse(event: MouseInput, modes: TerminalModes, cell: CellPixels): Uint8Array {
  if (!isWanted(event, modes)) return new Uint8Array(0);
  const encoding = modes.mouseEncoding;
  const isRelease = event.action === "release";
  if (encoding === "sgr" || encoding === "pixels") {
    const x = encoding === "sgr" ? event.x : event.x * cell.width + (cell.width >> 1);
    const y = encoding === "sgr" ? event.y : event.y * cell.height + (cell.height >> 1);
    return text(`\x1b[<${codeOf(event, modes, false)};${x + 1};${y + 1}${isRelease ? "m" : "M"}`);
  }
  const code = codeOf(event, modes, isRelease);
  if (encoding === "urxvt") return text(`\x1b[${code + 32};${event.x + 1};${event.y + 1}M`);
  const last = LAST_POSITION[encoding] ?? 0;
  // A press out of reach must not click on another cell; a release must come, or the drag never ends.
  if (event.action === "press" && (event.x >= last || event.y >= last)) return new Uint8Array(0);
  const values = [code, Math.min(event.x + 1, last), Math.min(event.y + 1, last)].map((value) => value + 32);
  if (encoding === "bytes") return Uint8Array.of(0x1b, 0x5b, 0x4d, ...values);
  return text(`\x1b[M${String.fromCharCode(...values)}`);
}

/** The arrow that the wheel stands for on the alternate screen of a program without mouse tracking, or undefined. */
export function scrollArrow(event: MouseInput, modes: TerminalModes): "Up" | "Down" | undefined {
  if (modes.mouseTracking !== "none" || !modes.alternateScroll || !modes.alternateScreen) return undefined;
  if (event.action !== "press") return undefined;
  return event.button === WHEEL_UP ? "Up" : event.button === WHEEL_DOWN ? "Down" : undefined;
}

function text(sequence: string): Uint8Array {
  return new TextEncoder().encode(sequence);
}

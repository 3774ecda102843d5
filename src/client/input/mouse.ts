/** Mouse reports of the outer terminal (xterm ctlseqs, "Mouse Tracking"): SGR (1006), urxvt (1015), plain bytes. */
import { MOD } from "../../base/keys.ts";
import type { MouseButton, MouseInput } from "../../protocol/input.ts";
import { parameter } from "./sequences.ts";
import type { ControlSequence } from "./sequences.ts";

/** The largest cell number that is passed on: what a screen may have, and more. */
const LAST_CELL = 65_535;

function cell(position: number): number {
  return Math.min(Math.max(0, position - 1), LAST_CELL);
}

function modifiers(code: number): number {
  return (code & 4 ? MOD.shift : 0) | (code & 8 ? MOD.alt : 0) | (code & 16 ? MOD.ctrl : 0);
}

/** The button of a report's code: bits 0-1 count within a group, bit 6 is the wheel, bit 7 the extra buttons. */
function button(code: number): MouseButton {
  const low = code & 3;
  return (code & 128 ? 8 + low : code & 64 ? 4 + low : low) as MouseButton;
}

/** Decodes mouse reports. Remembers the pressed button, which the older encodings leave out of the release. */
export class MouseDecoder {
  private held: MouseButton = 0;

  /** `CSI < code ; x ; y M`, or `m` for a release. */
  sgr(sequence: ControlSequence): MouseInput | undefined {
    if (sequence.params.length !== 3) return undefined;
    return this.report(sequence, parameter(sequence, 0, 0), sequence.final === "m");
  }

  /** `CSI code ; x ; y M` with 32 added to the code. */
  urxvt(sequence: ControlSequence): MouseInput | undefined {
    const code = parameter(sequence, 0, 0) - 32;
    if (sequence.params.length !== 3 || code < 0) return undefined;
    return this.report(sequence, code, false);
  }

  /** `CSI M` and three bytes with 32 added to each: the code and the position, counted from 1. */
  bytes(code: number, x: number, y: number): MouseInput | undefined {
    if (code < 32) return undefined;
    // A position that does not fit has become 0 (xterm): the far edge of what fits.
    return this.event(code - 32, (x || 256) - 32, (y || 256) - 32, false);
  }

  private report(sequence: ControlSequence, code: number, released: boolean): MouseInput | undefined {
    return this.event(code, parameter(sequence, 1, 0), parameter(sequence, 2, 0), released);
  }

  private event(code: number, x: number, y: number, released: boolean): MouseInput | undefined {
    if (code > 255) return undefined;
    const pressed = button(code);
    const isWheel = pressed >= 4 && pressed <= 7;
    const place = { mods: modifiers(code), x: cell(x), y: cell(y) };
    if (code & 32) return isWheel ? undefined : { kind: "mouse", action: "move", button: pressed, ...place };
    // The wheel has no release; terminals that write one mean nothing by it.
    if (released) return isWheel ? undefined : { kind: "mouse", action: "release", button: pressed, ...place };
    if (pressed === 3) return { kind: "mouse", action: "release", button: this.held, ...place };
    if (!isWheel) this.held = pressed;
    return { kind: "mouse", action: "press", button: pressed, ...place };
  }
}

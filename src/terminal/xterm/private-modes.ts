/**
 * Modes: those that xterm.js keeps, those that we add, and the true answer to whether one is set (DECRQM). Numbers are
 * those of the control-sequence reference (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html).
 */
import type { MouseEncoding, MouseTracking, TerminalModes } from "../modes.ts";
import type { XtermCore, XtermParams, XtermPrivateModes } from "./internals.ts";
import { onAlternate, type Parts, reply } from "./parts.ts";

/** The modes that xterm.js does not keep, or not fully. */
export class ExtraModes {
  /** DECSCNM (5). */
  reverseVideo = false;
  /** 1005, 1006, 1015, 1016: the last one set; resetting another one changes nothing. */
  mouseEncoding: MouseEncoding = "bytes";
  /** 1007. */
  alternateScroll = true;
  /** 2031: tell when the colour scheme changes. */
  colorSchemeUpdates = false;
  /** 2048: tell when the size changes. */
  resizeReports = false;

  reset(): void {
    Object.assign(this, new ExtraModes());
  }
}

const ENCODINGS: Record<number, MouseEncoding> = { 1005: "utf8", 1006: "sgr", 1015: "urxvt", 1016: "pixels" };
const TRACKING: Record<string, MouseTracking> = { NONE: "none", X10: "x10", VT200: "normal", DRAG: "drag", ANY: "any" };
const SHAPES = { block: 2, underline: 4, bar: 6 } as const;

/** DECSCUSR's number of the cursor in force. */
export function cursorShape(modes: XtermPrivateModes): TerminalModes["cursorShape"] {
  if (modes.cursorStyle === undefined) return 0;
  return (SHAPES[modes.cursorStyle] - (modes.cursorBlink ? 1 : 0)) as TerminalModes["cursorShape"];
}

/** Everything about modes that the rest of fugue wants to know. */
export function readModes(parts: Parts): TerminalModes {
  const { core, modes, keyboard } = parts;
  const dec = core.coreService.decPrivateModes;
  const alternateScreen = onAlternate(core);
  return {
    applicationCursor: dec.applicationCursorKeys,
    applicationKeypad: dec.applicationKeypad,
    bracketedPaste: dec.bracketedPasteMode,
    mouseTracking: TRACKING[core.coreMouseService.activeProtocol] ?? "none",
    mouseEncoding: modes.mouseEncoding,
    focusEvents: dec.sendFocus,
    alternateScroll: modes.alternateScroll,
    alternateScreen,
    kittyFlags: keyboard.stack(alternateScreen).flags,
    modifyOtherKeys: keyboard.modifyOtherKeys,
    cursorVisible: !core.coreService.isCursorHidden,
    cursorShape: cursorShape(dec),
    reverseVideo: modes.reverseVideo,
    newline: core.optionsService.rawOptions.convertEol,
  };
}

/** Called after xterm.js has set or reset its own modes among these. */
export function setExtraModes(parts: Parts, params: XtermParams, on: boolean): void {
  const { modes } = parts;
  for (let i = 0; i < params.length; i++) {
    const mode = params.params[i]!;
    if (mode === 5) {
      if (modes.reverseVideo !== on) parts.screen.dirty.markAllDirty();
      modes.reverseVideo = on;
    } else if (mode === 1007) modes.alternateScroll = on;
    else if (mode === 2031) modes.colorSchemeUpdates = on;
    else if (mode === 2048) {
      modes.resizeReports = on;
      if (on) reportSize(parts);
    } else if (ENCODINGS[mode] !== undefined) {
      if (on) modes.mouseEncoding = ENCODINGS[mode]!;
      else if (modes.mouseEncoding === ENCODINGS[mode]) modes.mouseEncoding = "bytes";
    }
  }
}

/** The report of mode 2048: rows, columns and the size in pixels, 0 if that is not known. */
export function reportSize(parts: Parts): void {
  const { cols, rows } = parts.core;
  const { width, height } = parts.cellPixels ?? { width: 0, height: 0 };
  reply(parts, `\x1b[48;${rows};${cols};${rows * height};${cols * width}t`);
}

/** The report of mode 2031 and of CSI ? 996 n: 1 dark, 2 light. */
export function colorSchemeReport(dark: boolean): string {
  return `\x1b[?997;${dark ? 1 : 2}n`;
}

const SET = 1;
const RESET = 2;
const ALWAYS_SET = 3;
const ALWAYS_RESET = 4;
const UNKNOWN = 0;

function ansiState(core: XtermCore, mode: number): number {
  switch (mode) {
    case 2: return ALWAYS_RESET;
    case 4: return core.coreService.modes.insertMode ? SET : RESET;
    case 12: return ALWAYS_SET;
    case 20: return core.optionsService.rawOptions.convertEol ? SET : RESET;
    default: return UNKNOWN;
  }
}

function isSet(parts: Parts, mode: number): boolean | undefined {
  const { core, modes } = parts;
  const dec = core.coreService.decPrivateModes;
  const tracking = core.coreMouseService.activeProtocol;
  switch (mode) {
    case 1: return dec.applicationCursorKeys;
    case 5: return modes.reverseVideo;
    case 6: return dec.origin;
    case 7: return dec.wraparound;
    case 9: return tracking === "X10";
    case 12: return core.optionsService.rawOptions.cursorBlink;
    case 25: return !core.coreService.isCursorHidden;
    case 45: return dec.reverseWraparound;
    case 47: case 1047: case 1049: return onAlternate(core);
    case 66: return dec.applicationKeypad;
    case 1000: return tracking === "VT200";
    case 1002: return tracking === "DRAG";
    case 1003: return tracking === "ANY";
    case 1004: return dec.sendFocus;
    case 1005: case 1006: case 1015: case 1016: return modes.mouseEncoding === ENCODINGS[mode];
    case 1007: return modes.alternateScroll;
    case 2004: return dec.bracketedPasteMode;
    case 2026: return dec.synchronizedOutput;
    case 2031: return modes.colorSchemeUpdates;
    case 2048: return modes.resizeReports;
    default: return undefined;
  }
}

function privateState(parts: Parts, mode: number): number {
  // auto-repeat and saving the cursor always work; so do grapheme clusters (2027); Backspace never sends BS (67)
  if (mode === 8 || mode === 2027) return ALWAYS_SET;
  if (mode === 67) return ALWAYS_RESET;
  if (mode === 1048) return SET;
  const set = isSet(parts, mode);
  return set === undefined ? UNKNOWN : set ? SET : RESET;
}

/** DECRQM: CSI Ps $ p and CSI ? Ps $ p. */
export function replyMode(parts: Parts, mode: number, ansi: boolean): void {
  const state = ansi ? ansiState(parts.core, mode) : privateState(parts, mode);
  reply(parts, `\x1b[${ansi ? "" : "?"}${mode};${state}$y`);
}

/** The modes of a terminal that something outside the emulator has to know. */

/** Which mouse events the program asked for: DECSET 9, 1000, 1002, 1003. */
export type MouseTracking = "none" | "x10" | "normal" | "drag" | "any";
/** How mouse events are written: the original bytes, DECSET 1005, 1006, 1015, 1016. */
export type MouseEncoding = "bytes" | "utf8" | "sgr" | "urxvt" | "pixels";
/** DECSCUSR shapes: 0 the terminal's default, 1/2 block, 3/4 underline, 5/6 bar; odd blinks. */
export type CursorShape = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export interface TerminalModes {
  /** DECCKM (DECSET 1). */
  applicationCursor: boolean;
  /** DECKPAM / DECNKM (DECSET 66). */
  applicationKeypad: boolean;
  /** DECSET 2004. */
  bracketedPaste: boolean;
  mouseTracking: MouseTracking;
  mouseEncoding: MouseEncoding;
  /** DECSET 1004. */
  focusEvents: boolean;
  /** DECSET 1007: the wheel sends arrows on the alternate screen. */
  alternateScroll: boolean;
  /** The alternate screen is shown (DECSET 47, 1047, 1049). */
  alternateScreen: boolean;
  /** Kitty keyboard flags now in force: 1 disambiguate, 2 event types, 4 alternates, 8 all as escapes, 16 text. */
  kittyFlags: number;
  /** xterm's modifyOtherKeys level (`CSI > 4 ; n m`). */
  modifyOtherKeys: 0 | 1 | 2;
  /** DECTCEM (DECSET 25). */
  cursorVisible: boolean;
  cursorShape: CursorShape;
  /** DECSCNM (DECSET 5). */
  reverseVideo: boolean;
  /** LNM (SM 20): Enter sends CR LF. */
  newline: boolean;
}

/** The modes of a terminal after a hard reset. */
export function initialModes(): TerminalModes {
  return {
    applicationCursor: false,
    applicationKeypad: false,
    bracketedPaste: false,
    mouseTracking: "none",
    mouseEncoding: "bytes",
    focusEvents: false,
    alternateScroll: true,
    alternateScreen: false,
    kittyFlags: 0,
    modifyOtherKeys: 0,
    cursorVisible: true,
    cursorShape: 0,
    reverseVideo: false,
    newline: false,
  };
}

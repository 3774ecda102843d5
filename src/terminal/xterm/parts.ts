/** What the handlers of control sequences work on: the parts of one emulator. */
import type { EmulatorEvents, Progress } from "../effects.ts";
import type { FastEdit } from "./fast-edit.ts";
import type { FastPrint } from "./fast-print.ts";
import type { XtermCore } from "./internals.ts";
import type { KeyboardState } from "./keyboard.ts";
import type { LinkTable } from "./links.ts";
import type { NotificationParts } from "./notifications.ts";
import type { Palette } from "./palette.ts";
import type { ExtraModes } from "./private-modes.ts";
import type { ScreenRows } from "./screen-rows.ts";
import type { Titles } from "./titles.ts";

/** Size of a cell in pixels. */
export interface CellPixels {
  readonly width: number;
  readonly height: number;
}

/** State that the program sets with OSC and that is shown somewhere around the screen. */
export interface PaneState {
  cwd: string | undefined;
  progress: Progress;
  /** Times that BEL was received. */
  bells: number;
}

export interface Parts {
  readonly core: XtermCore;
  readonly screen: ScreenRows;
  readonly print: FastPrint;
  readonly edit: FastEdit;
  readonly modes: ExtraModes;
  readonly keyboard: KeyboardState;
  readonly palette: Palette;
  readonly links: LinkTable;
  readonly titles: Titles;
  readonly notifications: NotificationParts;
  readonly state: PaneState;
  readonly events: EmulatorEvents;
  /** Pixels of a cell of the client's terminal, if known. */
  cellPixels: CellPixels | undefined;
  /** True if BEL ended the string that is being handled. */
  endedByBell(): boolean;
  /** RIS. */
  reset(): void;
}

/** What an answer costs: it is a message to the keeper and a write to the program. */
const REPLY_WORK = 4000;
const utf8 = new TextEncoder();
const NOTHING = new Uint8Array(0);

/** Answers the program. */
export function reply(parts: Parts, text: string): void {
  parts.screen.work += REPLY_WORK;
  parts.events.reply(utf8.encode(text));
}

/** Gives no answer, but counts as one, where an answer depends on the client's terminal. */
export function replyNothing(parts: Parts): void {
  parts.events.reply(NOTHING);
}

/** Answers with an OSC string that ends as the request did. */
export function replyOsc(parts: Parts, text: string): void {
  reply(parts, `\x1b]${text}${parts.endedByBell() ? "\x07" : "\x1b\\"}`);
}

/** Whether the alternate screen is shown. */
export function onAlternate(core: XtermCore): boolean {
  const { active, alt } = core._bufferService.buffers;
  return active === alt;
}

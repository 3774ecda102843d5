/** Builds xterm's headless terminal, quiet and without timers, and gives out its private parts. */
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import { Terminal, type ITerminalAddon } from "@xterm/headless";
import { correctLinkStyle, correctRows, correctSavedCursor } from "./corrections.ts";
import type { XtermBuffer, XtermCore } from "./internals.ts";
import { watchRows } from "./row-extent.ts";
import { Widths } from "./widths.ts";

let widths: Widths | undefined;

/** A terminal and its private parts. */
export interface TerminalCore {
  readonly terminal: Terminal;
  readonly core: XtermCore;
  readonly widths: Widths;
}

/** Sizes in cells; xterm has at least 2 columns and 1 row. */
export function createCore(cols: number, rows: number, scrollback: number): TerminalCore {
  const terminal = new Terminal({ cols, rows, scrollback, allowProposedApi: true, logLevel: "off" });
  terminal.loadAddon(new UnicodeGraphemesAddon() as unknown as ITerminalAddon);
  const core = (terminal as unknown as { _core: XtermCore })._core;
  const { _parser: parser } = core._inputHandler;
  // xterm builds a message for its log before it looks at the level
  parser.setErrorHandler((state) => state);
  const ignore = (): void => {};
  parser.setCsiHandlerFallback(ignore);
  parser.setEscHandlerFallback(ignore);
  parser.setExecuteHandlerFallback(ignore);
  parser.setOscHandlerFallback(ignore);
  parser.setDcsHandlerFallback(ignore);
  correctSavedCursor(core);
  correctLinkStyle(core);
  correctRows(core);
  watchRows(core);
  // the provider itself: the service forgets it when its terminal is disposed
  widths ??= new Widths(core.unicodeService._activeProvider);
  prepareBuffer(core._bufferService.buffers.normal);
  prepareBuffer(core._bufferService.buffers.alt);
  return { terminal, core, widths };
}

/** xterm frees spare memory of rows from an idle timer; we do it when a resize is over (see `trimMemory`). */
export function prepareBuffer(buffer: XtermBuffer): void {
  buffer._memoryCleanupQueue = { clear: () => {}, enqueue: () => {} };
}

/** Gives back the memory of rows that became shorter. */
export function trimMemory(buffer: XtermBuffer): void {
  for (let i = 0; i < buffer.lines.length; i++) buffer.lines.get(i)?.cleanupMemory();
}

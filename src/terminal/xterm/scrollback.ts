/** The hot scrollback of the normal buffer, and resizing, which moves rows between it and the screen. */
import { prepareBuffer, trimMemory } from "./core.ts";
import { SLOW_ROWS } from "./fast-edit.ts";
import type { XtermBuffer, XtermLine, XtermLineMethods } from "./internals.ts";
import type { Parts } from "./parts.ts";
import { reportSize } from "./private-modes.ts";

const LEAST_COLS = 2;
const MOST_CELLS = 1000;

/** Drops the hot scrollback. `byProgram`: CSI 3 J, which xterm.js heeds on the normal screen only. */
export function clearScrollback(parts: Parts, byProgram: boolean): void {
  const { active, normal } = parts.core._bufferService.buffers;
  if (byProgram && active !== normal) return;
  parts.events.scrollbackCleared(false);
  dropOldest(normal, normal.ybase);
}

/** Takes the oldest `count` rows away. */
function dropOldest(buffer: XtermBuffer, count: number): void {
  if (count <= 0) return;
  buffer.lines.trimStart(count);
  buffer.ybase -= count;
  buffer.ydisp = buffer.ybase;
  buffer.savedY = Math.max(0, buffer.savedY - count);
}

/** Rows wider or narrower than the screen become as wide as it. */
function fit(buffer: XtermBuffer, line: XtermLine, cols: number): XtermLineMethods {
  const row = line as XtermLineMethods;
  if (row.length !== cols) row.resize(cols, buffer.getNullCell());
  return row;
}

/**
 * Inserts rows above the hot scrollback, oldest first. They stay until the next resize even if they are more than the
 * hot scrollback holds.
 */
export function prependScrollback(parts: Parts, lines: readonly XtermLine[]): void {
  if (lines.length === 0) return;
  const { normal } = parts.core._bufferService.buffers;
  const all: XtermLine[] = lines.map((line) => fit(normal, line, parts.core.cols));
  for (let i = 0; i < normal.lines.length; i++) all.push(normal.lines.get(i)!);
  const list = normal.lines;
  list.maxLength = Math.max(list.maxLength, all.length);
  list.length = all.length;
  all.forEach((line, i) => list.set(i, line));
  normal.ybase += lines.length;
  normal.ydisp = normal.ybase;
  normal.savedY += lines.length;
}

/**
 * Resizes both buffers, reflowing the normal one as xterm does, then reports the rows that the hot scrollback has no
 * room for. Sizes are brought into 2-1000 columns and 1-1000 rows.
 */
export function resizeTerminal(parts: Parts, wantedCols: number, wantedRows: number, hotRows: number): void {
  const { core, screen } = parts;
  const cols = Math.min(MOST_CELLS, Math.max(LEAST_COLS, Math.floor(wantedCols) || LEAST_COLS));
  const rows = Math.min(MOST_CELLS, Math.max(1, Math.floor(wantedRows) || 1));
  if (cols === core.cols && rows === core.rows) return;
  const { normal, alt } = core._bufferService.buffers;
  // room for whatever the reflow makes of the rows: xterm would drop the oldest without a word
  const pieces = Math.ceil(core.cols / (cols - 1));
  const options = core.optionsService.rawOptions;
  options.scrollback = (normal.lines.length + rows) * Math.max(1, pieces);
  core.resize(cols, rows);
  options.scrollback = hotRows;
  const excess = normal.lines.length - rows - hotRows;
  for (let i = 0; i < excess; i++) parts.events.lineTrimmed(normal.lines.get(i)!);
  dropOldest(normal, excess);
  normal.lines.maxLength = rows + hotRows;
  // an alternate screen that is not shown keeps its old capacity, and would then have a scrollback of its own
  if (alt.lines.length === 0) alt.lines.maxLength = rows;
  cutRows(alt, cols);
  trimMemory(normal);
  trimMemory(alt);
  screen.refresh();
  screen.dirty.restart(rows);
  parts.print.running = false;
  if (parts.modes.resizeReports) reportSize(parts);
}

/** xterm.js leaves the rows of the alternate screen as wide as they were; what is cut off is gone for us. */
export function cutRows(buffer: XtermBuffer, cols: number): void {
  for (let y = 0; y < buffer.lines.length; y++) {
    const row = buffer.lines.get(y)!;
    if (row.length > cols) row.resize(cols, buffer.getNullCell());
  }
}

/** RIS: as new, but for the size, the names and the folder. */
export function resetTerminal(parts: Parts): void {
  const { core, events } = parts;
  const held = core.coreService.decPrivateModes.synchronizedOutput;
  events.scrollbackCleared(true);
  parts.screen.countRows(SLOW_ROWS * core.rows);
  core._inputHandler._parser.reset();
  core.reset();
  // what xterm.js forgets to reset
  core.coreService.isCursorHidden = false;
  core.optionsService.options.convertEol = false;
  core.optionsService.options.cursorBlink = false;
  prepareBuffer(core._bufferService.buffers.normal);
  prepareBuffer(core._bufferService.buffers.alt);
  parts.modes.reset();
  parts.keyboard.reset();
  parts.palette.reset();
  parts.titles.reset();
  parts.notifications.reset();
  parts.links.clear();
  parts.state.progress = { state: "none", percent: 0 };
  parts.screen.refresh();
  parts.screen.dirty.restart(core.rows);
  parts.print.endRun();
  if (held) events.synchronizedEnd();
}

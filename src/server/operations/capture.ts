/** Reading panes as text: for capture, wait, search and the history that clients scroll. */
import type { Clock } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import { printable } from "../../base/names.ts";
import type { Capture, CaptureOptions, PaneSearch } from "../../commands/context.ts";
import type { HistoryLines } from "../../protocol/messages.ts";
import { compileSearch, type LineMatch, type LinePosition } from "../../terminal/history/search.ts";
import { wrapLine } from "../../terminal/history/line-wrap.ts";
import { encodeXtermRow, readRow } from "../../terminal/row-codec.ts";
import type { Pane } from "../panes/pane.ts";
import { styledText } from "./styled-text.ts";

/** Lines of one answer to a client that scrolls. */
const MOST_HISTORY_LINES = 2000;
const MOST_HISTORY_BYTES = 512 * 1024;
/** Lines looked through for `wait --text` without a cursor, and after one. */
const MOST_WAIT_LINES = 20_000;
const SEARCH_BUDGET_MS = 1000;

/** A packed row as plain text, without trailing blanks. */
function plainText(bytes: Uint8Array): string {
  let text = "";
  readRow(bytes, () => 0, (char) => void (text += char === "" ? " " : char));
  return text.trimEnd();
}

function screenRows(pane: Pane): Uint8Array[] {
  const { emulator } = pane;
  const links = (id: number) => emulator.linkText(id);
  return Array.from({ length: emulator.rows }, (_, y) => encodeXtermRow(emulator.screenRow(y), emulator.cols, links));
}

/** Packed logical lines [from, to) of a pane, whatever their number. */
function* logicalLines(pane: Pane, from: number, to: number): Generator<Uint8Array> {
  while (from < to) {
    const lines = pane.text.lines(from, to);
    if (lines.length === 0) return;
    for (const line of lines) yield line.bytes;
    from = lines[lines.length - 1]!.number + 1;
  }
}

/** Where the program's output has come to: the line and column of the cursor, for `wait --since`. */
export function outputCursor(pane: Pane): string {
  const { x, y, pendingWrap } = pane.emulator.cursor();
  const { line, column } = pane.text.locate(y, x + (pendingWrap ? 1 : 0));
  return `${line}.${column}`;
}

/** A place in a pane's output: a logical line from its birth, and a column in it. */
export interface OutputPosition {
  readonly line: number;
  readonly column: number;
}

/** The first line of which some is on the screen, from its beginning. */
export function screenStart(pane: Pane): OutputPosition {
  return { line: pane.text.locate(0, 0).line, column: 0 };
}

/** @throws FugueError `usage` */
export function parseCursor(text: string): OutputPosition {
  const match = /^(\d{1,15})\.(\d{1,9})$/.exec(text);
  if (!match) throw new FugueError("usage", `'${printable(text, 40)}' is not an output cursor`, "use one that send or capture printed");
  return { line: Number(match[1]), column: Number(match[2]) };
}

/** Rows of the screen, and of as much history as is asked for, as text. */
export function capturePane(pane: Pane, options: CaptureOptions): Capture {
  const { emulator, text } = pane;
  const { cols, rows } = emulator;
  const show = options.styled ? styledText : plainText;
  const top = text.locate(0, 0);
  const wanted = options.history === "all" ? Infinity : (options.history ?? 0);
  let lines: string[];
  if (options.since !== undefined) lines = linesSince(pane, options.since, show);
  else if (options.join) {
    lines = [...logicalLines(pane, Math.max(text.firstLine, top.line - wanted), text.endLine)].map(show);
  } else {
    const above = wanted > 0 && !emulator.modes().alternateScreen ? historyRows(pane, wanted) : [];
    lines = [...above, ...screenRows(pane)].map(show);
  }
  while (lines.length > 0 && lines[lines.length - 1] === "") lines.pop();
  const { x, y } = emulator.cursor();
  return {
    pane: pane.id, cols, rows, lines, cursor: { x, y, visible: emulator.modes().cursorVisible }, title: emulator.title, position: outputCursor(pane),
  };
}

/** What was printed after a cursor; of a line that was begun before it the rest. On the alternate screen all of that. */
function linesSince(pane: Pane, since: string, show: (bytes: Uint8Array) => string): string[] {
  const { text, emulator } = pane;
  if (emulator.modes().alternateScreen) return screenRows(pane).map(show);
  const from = parseCursor(since);
  const first = Math.max(from.line, text.firstLine, text.endLine - MOST_WAIT_LINES);
  const lines = [...logicalLines(pane, first, text.endLine)];
  const shown = lines.map(show);
  if (first === from.line && lines.length > 0 && from.column > 0) shown[0] = plainText(lines[0]!).slice(from.column);
  return shown;
}

/** What was printed between two output cursors, as it was written; cut to the newest lines if that is very much. */
export function outputBetween(pane: Pane, from: string, to: string): string[] {
  const { text } = pane;
  const begin = parseCursor(from);
  const end = parseCursor(to);
  const first = Math.max(begin.line, text.firstLine, end.line + 1 - MOST_WAIT_LINES);
  const lines = [...logicalLines(pane, first, end.line + 1)].map(plainText);
  const last = end.line - first;
  if (lines[last] !== undefined) lines[last] = lines[last].slice(0, end.column);
  if (first === begin.line && lines.length > 0) lines[0] = lines[0]!.slice(begin.column);
  return lines;
}

/** The last `most` display rows above the screen, wrapped at the pane's width. */
function historyRows(pane: Pane, most: number): Uint8Array[] {
  const { text, emulator } = pane;
  const top = text.locate(0, 0);
  const rows: Uint8Array[] = [];
  const first = most === Infinity ? text.firstLine : Math.max(text.firstLine, top.line - most);
  for (const line of logicalLines(pane, first, top.line)) rows.push(...wrapLine(line, emulator.cols));
  // of the line that the screen begins within, the rows above the screen
  const partial = top.column > 0 ? text.line(top.line) : undefined;
  if (partial) rows.push(...wrapLine(partial.bytes, emulator.cols).slice(0, Math.floor(top.column / emulator.cols)));
  return most === Infinity ? rows : rows.slice(-most);
}

/** Lines that may hold what is waited for: those after a place; on the alternate screen all of that as well. */
export function textSince(pane: Pane, from: OutputPosition): string[] {
  const { text, emulator } = pane;
  const screen = emulator.modes().alternateScreen ? screenRows(pane).map(plainText) : [];
  const first = Math.max(from.line, text.endLine - MOST_WAIT_LINES, text.firstLine);
  const lines = [...logicalLines(pane, first, text.endLine)].map(plainText);
  if (first === from.line && lines.length > 0) lines[0] = lines[0]!.slice(from.column);
  return [...screen, ...lines];
}

/** Answers a client that scrolls: lines [from, to), bounded. A negative `from` counts lines before the screen. */
export function historyLines(pane: Pane, from: number, to: number): Omit<HistoryLines, "seq" | "pane"> {
  const { text } = pane;
  const screen = text.locate(0, 0);
  const first = Math.max(text.firstLine, from < 0 ? screen.line + from : from);
  const bounds = { maxLines: MOST_HISTORY_LINES, maxBytes: MOST_HISTORY_BYTES };
  let lines = text.lines(first, Math.min(to, text.endLine), bounds);
  // asked for the end: it must be in the answer, whatever is left out before it
  if (from < 0 && lines.length > 0 && lines[lines.length - 1]!.number < text.endLine - 1) {
    lines = text.lines(screen.line, text.endLine, bounds);
  }
  if (from < 0) pane.marks.dropBefore(text.firstLine);
  return {
    ...(from < 0 && { prompts: [...pane.marks.prompts], outputs: [...pane.marks.outputs] }),
    first: text.firstLine, end: text.endLine, from: lines[0]?.number ?? first, lines: lines.map((l) => l.bytes), screen,
    rows: Array.from({ length: pane.emulator.rows }, (_, y) => text.locate(y, 0)),
  };
}

/**
 * The next match from a place; wraps around once.
 * @throws FugueError `timeout` if all of a long history could not be searched in time
 */
export function searchPane(pane: Pane, search: PaneSearch, clock: Clock): LineMatch | undefined {
  const matcher = compileSearch(search.pattern, { pattern: search.regex, ignoreCase: search.ignoreCase });
  const { direction, line, column } = search;
  const step = search.inclusive ? 0 : 1;
  const start = { line, column: direction === "forward" ? column + step : column + 1 - step };
  const end = clock.now() + SEARCH_BUDGET_MS;
  for (const first of [start, undefined]) {
    let from: LinePosition | undefined = first;
    do {
      const { matches, next } = pane.text.search(matcher, { direction, limit: 1, from });
      if (matches[0]) return matches[0];
      if (clock.now() > end) throw new FugueError("timeout", "the search took too long", "look for a longer or a plainer text");
      from = next;
    } while (from !== undefined);
  }
  return undefined;
}

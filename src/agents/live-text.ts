/** The live part of a terminal: the rows at the end of its screen, as text. What has scrolled away never counts. */
import type { Emulator } from "../terminal/emulator.ts";
import { CELL, type XtermLine } from "../terminal/xterm/internals.ts";
import { inputPlace, type AgentRules, type Sight } from "./rules.ts";
import type { SpokenLines } from "./spoken.ts";

/** Rows that are looked at, from the last one that is not blank upwards. */
export const LIVE_ROWS = 40;

const W = CELL.words;
const REQUEST_BEGINS = "<".charCodeAt(0);

/** Text of one row without blanks at its end, unless it is `full`: its text goes on in the next one. */
function rowText(line: XtermLine, cols: number, full = false): string {
  const data = line._data;
  let end = Math.min(cols, line.length);
  while (end > 0 && !full) {
    const content = data[(end - 1) * W]! & CELL.hasContent;
    if (content !== 0 && content !== 0x20) break;
    end--;
  }
  let text = "";
  for (let x = 0; x < end; ) {
    const content = data[x * W]!;
    const code = content & CELL.codePointMask;
    if (content & CELL.combined) text += line._combined[x] ?? " ";
    else text += code === 0 ? " " : String.fromCodePoint(code);
    x += Math.max(1, content >>> CELL.widthShift);
  }
  return text;
}

/** The last rows of the screen, blank ones after the text left out; at most `most`. */
export function liveRows(emulator: Emulator, most = LIVE_ROWS): string[] {
  const { cols } = emulator;
  const rows: string[] = [];
  for (let y = emulator.rows - 1; y >= 0 && rows.length < most; y--) {
    const text = rowText(emulator.screenRow(y), cols);
    if (rows.length > 0 || text !== "") rows.push(text);
  }
  return rows.reverse();
}

/** What is seen of a terminal at this moment; its rows are read when they are asked for. Valid until the next parse. */
export class LiveSight implements Sight {
  private read: string[] | undefined;

  constructor(private readonly emulator: Emulator) {}

  get title(): string {
    return this.emulator.title;
  }

  get progress(): Sight["progress"] {
    return this.emulator.progress.state;
  }

  get last(): string {
    return this.read?.at(-1) ?? liveRows(this.emulator, 1)[0] ?? "";
  }

  get rows(): readonly string[] {
    return (this.read ??= liveRows(this.emulator));
  }
}

/** Whether a character stands anywhere on the screen: much cheaper than its text. */
function shows(emulator: Emulator, code: number): boolean {
  for (let y = 0; y < emulator.rows; y++) {
    const { _data: data, written = emulator.cols } = emulator.screenRow(y);
    for (let i = 0; i < written * W; i += W) if ((data[i]! & CELL.codePointMask) === code) return true;
  }
  return false;
}

/** The screen and the hot rows above it, with the rows joined that the terminal wrapped; nothing if no request can be on it. */
export function spokenLines(emulator: Emulator): SpokenLines {
  if (!shows(emulator, REQUEST_BEGINS)) return { lines: [], screen: 0 };
  // what is above the other screen is not the program's
  const above = emulator.modes().alternateScreen ? 0 : emulator.scrollbackLength;
  const rows = Array.from({ length: above + emulator.rows }, (_, i) => (i < above ? emulator.scrollbackRow(i) : emulator.screenRow(i - above)));
  const lines: string[] = [];
  let screen = 0;
  let open = false;
  for (const [i, row] of rows.entries()) {
    const goesOn = rows[i + 1]?.isWrapped ?? false;
    const text = rowText(row, emulator.cols, goesOn);
    if (open) lines[lines.length - 1] += text;
    else lines.push(text);
    open = goesOn;
    if (i <= above) screen = lines.length - 1;
  }
  return { lines, screen };
}

/** All rows of the screen. */
function screenRows(emulator: Emulator): string[] {
  return Array.from({ length: emulator.rows }, (_, y) => rowText(emulator.screenRow(y), emulator.cols));
}

/** What stands in the input of an agent, "" if nothing does; undefined if no input is seen. */
export function draftOf(emulator: Emulator, rules: AgentRules): string | undefined {
  const rows = screenRows(emulator);
  const place = inputPlace(rules, rows);
  if (!place) return undefined;
  const { _data: data } = emulator.screenRow(place.row);
  // a hint in place of what was typed is dim
  for (let x = place.start; x < emulator.cols; x++) if (data[x * W + 2]! & CELL.dim && (data[x * W]! & CELL.codePointMask) > 0x20) return "";
  const typed = rows[place.row]!.slice(place.start).trim();
  return typed !== "" && rules.prompt.hint && rules.prompt.hint.probe(typed, 0) >= 0 ? "" : typed;
}

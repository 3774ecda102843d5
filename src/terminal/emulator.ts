/**
 * The terminal of one pane: bytes in; rows, modes, answers and effects out. The only door to @xterm/headless.
 * Everything is synchronous, and the same bytes give the same state, answers and effects however they are cut.
 */
import { ByteReader } from "../base/bytes.ts";
import type { EmulatorEvents, Progress } from "./effects.ts";
import type { TerminalModes } from "./modes.ts";
import { ByteStream } from "./xterm/byte-stream.ts";
import { readCheckpoint, readHead, writeCheckpoint } from "./xterm/checkpoint.ts";
import { createCore, type TerminalCore } from "./xterm/core.ts";
import { DirtyRows } from "./xterm/dirty-rows.ts";
import { registerEdits } from "./xterm/edits.ts";
import { FastEdit, SLOW_ROWS } from "./xterm/fast-edit.ts";
import { FastPrint } from "./xterm/fast-print.ts";
import { CELL, type XtermBuffer, type XtermLine } from "./xterm/internals.ts";
import { KeyboardState } from "./xterm/keyboard.ts";
import { LinkTable } from "./xterm/links.ts";
import { NotificationParts } from "./xterm/notifications.ts";
import { registerOsc } from "./xterm/osc.ts";
import { Palette, type TerminalColors } from "./xterm/palette.ts";
import type { CellPixels, PaneState, Parts } from "./xterm/parts.ts";
import { colorSchemeReport, ExtraModes, readModes } from "./xterm/private-modes.ts";
import { registerQueries } from "./xterm/queries.ts";
import { ScreenRows } from "./xterm/screen-rows.ts";
import { clearScrollback, prependScrollback, resetTerminal, resizeTerminal } from "./xterm/scrollback.ts";
import { Titles } from "./xterm/titles.ts";

export type { EmulatorEvents } from "./effects.ts";

/** Sizes in cells; `scrollback` is the number of hot rows kept above the screen. */
export interface EmulatorOptions {
  cols: number;
  rows: number;
  scrollback: number;
}

export class Emulator {
  /** Times that parsing failed inside; each is a bug, after which the rest of the stream was parsed all the same. */
  errors = 0;
  /** The last of those failures. */
  lastError: unknown;
  private readonly built: TerminalCore;
  private readonly parts: Parts;
  private readonly stream: ByteStream;
  private readonly dirty: DirtyRows;
  private readonly hotRows: number;

  constructor(options: EmulatorOptions, events: EmulatorEvents) {
    this.hotRows = options.scrollback;
    this.built = createCore(options.cols, options.rows, options.scrollback);
    const { core, widths } = this.built;
    this.dirty = new DirtyRows(core.rows);
    const screen = new ScreenRows(core, this.dirty, (line) => events.lineTrimmed(line));
    const print = new FastPrint(core, screen, widths);
    const edit = new FastEdit(core, screen);
    this.stream = new ByteStream(core, screen, print, edit);
    const state: PaneState = { cwd: undefined, progress: { state: "none", percent: 0 }, bells: 0 };
    this.parts = {
      core, screen, print, edit, events, state,
      modes: new ExtraModes(),
      keyboard: new KeyboardState(),
      palette: new Palette(),
      links: new LinkTable(core),
      titles: new Titles(),
      notifications: new NotificationParts(),
      cellPixels: undefined,
      endedByBell: () => this.stream.endedByBell,
      reset: () => resetTerminal(this.parts),
    };
    registerEdits(this.parts);
    registerQueries(this.parts);
    registerOsc(this.parts);
    core._inputHandler.onRequestBell(() => {
      state.bells++;
      events.effect({ kind: "bell" });
    });
    core._bufferService.buffers.onBufferActivate(() => {
      screen.countRows(SLOW_ROWS * screen.rows);
      screen.refresh();
      this.dirty.restart(core.rows);
    });
  }

  /** Parses a piece of output, best of at most 16 KB. Never throws. */
  parse(bytes: Uint8Array): void {
    this.parseSome(bytes, Infinity);
  }

  /**
   * Parses output until `work` is done, counted in cells written: a piece that clears a large screen again and again
   * would take seconds otherwise. Never throws.
   * @returns how many bytes were parsed; at least one, and all if the work allows
   */
  parseSome(bytes: Uint8Array, work: number): number {
    let from = 0;
    while (from < bytes.length) {
      try {
        return from + this.stream.parse(from === 0 ? bytes : bytes.subarray(from), work);
      } catch (error) {
        this.errors++;
        this.lastError = error;
        from += Math.max(1, this.stream.taken);
        this.recover();
      }
    }
    return from;
  }

  /** Makes the state sound again after a failure inside xterm. */
  private recover(): void {
    this.stream.reset();
    const { core, screen } = this.parts;
    screen.refresh();
    const { buffer, rows, cols } = screen;
    buffer.x = Math.min(cols, Math.max(0, buffer.x));
    buffer.y = Math.min(rows - 1, Math.max(0, buffer.y));
    this.dirty.restart(rows);
    for (let y = 0; y < rows; y++) if (screen.row(y)?.length !== cols) return resetTerminal(this.parts);
    if (core._bufferService.buffers.normal.lines.length < rows) resetTerminal(this.parts);
  }

  /** Reflows to 2-1000 columns and 1-1000 rows; less or more is brought into that range. */
  resize(cols: number, rows: number): void {
    resizeTerminal(this.parts, cols, rows, this.hotRows);
  }

  get cols(): number {
    return this.parts.core.cols;
  }

  get rows(): number {
    return this.parts.core.rows;
  }

  get title(): string {
    return this.parts.titles.title;
  }

  get iconName(): string {
    return this.parts.titles.icon;
  }

  /** The folder that OSC 7 named last, if it is one of this machine. */
  get cwd(): string | undefined {
    return this.parts.state.cwd;
  }

  get progress(): Progress {
    return this.parts.state.progress;
  }

  /** Times that BEL was received since the pane's birth. */
  get bells(): number {
    return this.parts.state.bells;
  }

  modes(): TerminalModes {
    return readModes(this.parts);
  }

  /** The cursor's cell; `pendingWrap` if it stands behind the last column and the next character wraps. */
  cursor(): { x: number; y: number; pendingWrap: boolean } {
    const { buffer, cols } = this.parts.screen;
    return { x: Math.min(buffer.x, cols - 1), y: buffer.y, pendingWrap: buffer.x >= cols };
  }

  /** Row `y` (0 to rows - 1) of the screen that is shown; valid until the next parse or resize. */
  screenRow(y: number): XtermLine {
    return this.parts.screen.row(y);
  }

  private get normal(): XtermBuffer {
    return this.parts.core._bufferService.buffers.normal;
  }

  /** Hot rows above the normal screen. */
  get scrollbackLength(): number {
    return this.normal.ybase;
  }

  /** Hot row `i`, 0 being the oldest. */
  scrollbackRow(i: number): XtermLine {
    return this.normal.lines.get(i)!;
  }

  /** Whether nothing stands on the normal screen. */
  get screenIsBlank(): boolean {
    const { lines, ybase } = this.normal;
    for (let y = 0; y < this.rows; y++) {
      const { _data: data, written = this.cols } = lines.get(ybase + y)!;
      for (let i = 0; i < written * CELL.words; i += CELL.words) if (data[i]! & CELL.hasContent) return false;
    }
    return true;
  }

  /** Number for a link `params;uri`: what restored cells carry. */
  internLink(text: string): number {
    return this.parts.links.intern(text);
  }

  /** `params;uri` of a cell's link number, undefined if it is gone. */
  linkText(urlId: number): string | undefined {
    return this.parts.links.text(urlId);
  }

  /** Visible rows (inclusive) that may have changed since the last call. */
  takeDirty(): { from: number; to: number } | undefined {
    return this.dirty.take();
  }

  /** Rows that the whole screen scrolled up since the last call. */
  takeScroll(): number {
    return this.dirty.takeScroll();
  }

  /** Inside a synchronized update (mode 2026): what is on the screen is not meant to be seen yet. */
  get synchronized(): boolean {
    return this.parts.core.coreService.decPrivateModes.synchronizedOutput;
  }

  /** Ends a synchronized update that the program did not end in time. */
  endSynchronized(): void {
    if (!this.synchronized) return;
    this.parts.core.coreService.decPrivateModes.synchronizedOutput = false;
    this.parts.events.synchronizedEnd();
  }

  /** Neither a sequence nor a character is half read: a checkpoint may be taken. */
  get atGround(): boolean {
    return this.stream.atGround;
  }

  /** Within an OSC, DCS, APC, PM or SOS string. */
  get inString(): boolean {
    return this.stream.inString;
  }

  /** The whole state, to be taken `atGround`: some KB for a usual screen and its hot rows. */
  checkpoint(): Uint8Array {
    return writeCheckpoint(this.parts, this.hotRows);
  }

  /**
   * The emulator that `checkpoint` described; `events` hears nothing of it.
   * @throws FugueError `version` for a format of a later release, `protocol` for malformed bytes
   */
  static restore(bytes: Uint8Array, events: EmulatorEvents): Emulator {
    const input = new ByteReader(bytes);
    const emulator = new Emulator(readHead(input), events);
    readCheckpoint(input, emulator.parts);
    emulator.parts.screen.refresh();
    emulator.dirty.restart(emulator.rows);
    return emulator;
  }

  /**
   * Colours (0xRRGGBB) of the client's terminal, with which queries are answered.
   * @returns what a program that asked for it (mode 2031) is to be told, as input: it is not an answer, and not counted
   */
  setColors(colors: TerminalColors): Uint8Array | undefined {
    const { palette, modes } = this.parts;
    const before = palette.dark;
    palette.client = { ...colors };
    const { dark } = palette;
    if (!modes.colorSchemeUpdates || dark === undefined || dark === before) return undefined;
    return new TextEncoder().encode(colorSchemeReport(dark));
  }

  /** Pixels of a cell of the client's terminal; while they are unknown, questions for pixels get an empty answer. */
  setCellPixels(pixels: CellPixels | undefined): void {
    this.parts.cellPixels = pixels;
  }

  /** Inserts rows above the hot scrollback, oldest first, for a resize that follows at once. Takes the rows over. */
  prependScrollback(lines: readonly XtermLine[]): void {
    prependScrollback(this.parts, lines);
  }

  /** An empty row for `prependScrollback`. */
  createLine(cols: number): XtermLine {
    const line = this.normal.getBlankLine(this.parts.core._inputHandler._eraseAttrData());
    line.resize(cols, this.normal.getNullCell());
    return line;
  }

  /** As RIS does, and whatever is half read is dropped. */
  hardReset(): void {
    this.stream.reset();
    resetTerminal(this.parts);
  }

  /** Drops the hot scrollback. */
  clearScrollback(): void {
    clearScrollback(this.parts, false);
  }

  dispose(): void {
    this.built.terminal.dispose();
  }
}

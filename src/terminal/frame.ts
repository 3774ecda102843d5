/**
 * The picture of a pane and its difference to what one viewer has. A row is known by a number that changes whenever
 * its content does, so comparing pictures is comparing numbers, however many viewers there are.
 */
import type { Emulator } from "./emulator.ts";
import { initialModes, type TerminalModes } from "./modes.ts";
import { encodeXtermRow } from "./row-codec.ts";

/** The rows of one pane as they are now, encoded once for all viewers. */
export class ScreenImage {
  cols = 0;
  rows = 0;
  /** Content number per row. */
  ids: number[] = [];
  bytes: Uint8Array[] = [];
  /** Rows the screen has scrolled up in total: a hint, never a fact to rely on. */
  scrolled = 0;
  /** Changes with the size: a viewer with another epoch gets everything. */
  epoch = 0;
  cursor = { x: 0, y: 0 };
  modes: TerminalModes = initialModes();
  private next = 1;

  /** Brings the image up to date with the emulator. Costs nothing when nothing is dirty. */
  update(emulator: Emulator): void {
    const { x, y } = emulator.cursor();
    this.cursor = { x, y };
    this.modes = emulator.modes();
    const scroll = emulator.takeScroll();
    const dirty = emulator.takeDirty();
    if (emulator.cols !== this.cols || emulator.rows !== this.rows) this.restart(emulator);
    else if (!dirty) return;
    else if (scroll > 0 && scroll < this.rows) this.shift(scroll);
    const from = this.fresh ? 0 : dirty!.from;
    const to = this.fresh ? this.rows - 1 : Math.min(dirty!.to, this.rows - 1);
    this.fresh = false;
    const links = (id: number) => emulator.linkText(id);
    for (let row = from; row <= to; row++) {
      const encoded = encodeXtermRow(emulator.screenRow(row), this.cols, links);
      const before = this.bytes[row];
      if (before !== undefined && sameBytes(before, encoded)) continue;
      this.bytes[row] = encoded;
      this.ids[row] = this.next++;
    }
  }

  private fresh = true;

  private restart(emulator: Emulator): void {
    this.cols = emulator.cols;
    this.rows = emulator.rows;
    this.ids = new Array<number>(this.rows).fill(0);
    this.bytes = new Array<Uint8Array>(this.rows);
    this.epoch++;
    this.fresh = true;
  }

  private shift(by: number): void {
    this.scrolled += by;
    this.ids = [...this.ids.slice(by), ...this.ids.slice(this.rows - by).map(() => 0)];
    this.bytes = [...this.bytes.slice(by), ...new Array<Uint8Array>(by)];
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** What has to be sent so that a viewer shows the image. */
export interface FrameDiff {
  full: boolean;
  scroll: number;
  lines: [y: number, row: Uint8Array][];
  /** Bytes of the rows above, about what they cost on the wire. */
  bytes: number;
  /** False if the budget cut it short: ask again for the rest. */
  complete: boolean;
}

/** What one viewer has of one pane: made up to date by what `diff` returned, which must then be sent. */
export class ScreenShadow {
  private ids: number[] = [];
  private epoch = -1;
  private scrolled = 0;
  /** Row at which the last difference was cut: the next goes on there, or rows that always change would keep the rest back. */
  private from = 0;

  /** Forgets everything: the next diff is full. */
  reset(): void {
    this.epoch = -1;
  }

  /**
   * The difference to `image`, at most `budget` bytes of rows but at least one row. The shadow counts it as sent.
   * @returns undefined if there is none.
   */
  diff(image: ScreenImage, budget: number): FrameDiff | undefined {
    const full = this.epoch !== image.epoch;
    let scroll = 0;
    if (full) {
      this.epoch = image.epoch;
      this.ids = new Array<number>(image.rows).fill(0);
    } else {
      scroll = image.scrolled - this.scrolled;
      if (scroll > 0 && scroll < image.rows && this.pays(image, scroll)) {
        this.ids = [...this.ids.slice(scroll), ...new Array<number>(scroll).fill(-1)];
      } else scroll = 0;
    }
    this.scrolled = image.scrolled;
    const lines: [number, Uint8Array][] = [];
    let bytes = 0;
    let complete = true;
    if (full) this.from = 0;
    for (let n = 0; n < image.rows; n++) {
      const y = (this.from + n) % image.rows;
      const id = image.ids[y]!;
      if (this.ids[y] === id) continue;
      const row = image.bytes[y]!;
      if (lines.length > 0 && bytes + row.length > budget) {
        complete = false;
        this.from = y;
        break;
      }
      // after a full frame rows are empty (0): one byte of flags says no more than that
      if (!(this.ids[y] === 0 && row.length === 1 && row[0] === 0)) {
        lines.push([y, row]);
        bytes += row.length + 4;
      }
      this.ids[y] = id;
    }
    if (complete) this.from = 0;
    if (!full && scroll === 0 && lines.length === 0) return undefined;
    return { full, scroll, lines, bytes, complete };
  }

  /** Whether scrolling first leaves fewer rows to send. */
  private pays(image: ScreenImage, scroll: number): boolean {
    let plain = 0;
    let scrolled = 0;
    for (let y = 0; y < image.rows; y++) {
      if (this.ids[y] !== image.ids[y]) plain++;
      if (this.ids[y + scroll] !== image.ids[y]) scrolled++;
    }
    return scrolled < plain;
  }
}

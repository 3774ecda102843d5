/** Real xterms for the tests of history: one that hands old rows over, like a pane's, and one that keeps them all. */
import { systemClock } from "../../../../src/base/clock.ts";
import type { Random } from "../../../../src/base/random.ts";
import type { Style } from "../../../../src/terminal/grid.ts";
import { History, type HistoryLimits } from "../../../../src/terminal/history/history.ts";
import { PaneText, type HotRows } from "../../../../src/terminal/history/pane-text.ts";
import { encodeXtermRow, readRow } from "../../../../src/terminal/row-codec.ts";
import { createCore, type TerminalCore } from "../../../../src/terminal/xterm/core.ts";
import type { XtermLine } from "../../../../src/terminal/xterm/internals.ts";

const FIRST_RESTORED_LINK = 500_000;

/** The parts of xterm's normal buffer that the tests handle. */
interface XtermBuffer {
  ybase: number;
  ydisp: number;
  savedY: number;
  y: number;
  lines: {
    length: number;
    get(index: number): XtermLine;
    trimStart(count: number): void;
    splice(start: number, count: number, ...lines: XtermLine[]): void;
  };
}

/** An xterm that parses synchronously and never forgets a row by itself. */
export class KeepingXterm implements HotRows {
  private readonly built: TerminalCore;
  private readonly registered = new Map<number, string>();

  constructor(cols: number, rows: number) {
    this.built = createCore(cols, rows, 30_000);
    const service = this.core._oscLinkService;
    // xterm forgets a link with the rows of it that it knows of; ours has to outlive them
    const register = service.registerLink.bind(service);
    service.registerLink = (data: { id?: string; uri: string }): number => {
      const urlId: number = register(data);
      this.registered.set(urlId, `${data.id === undefined ? "" : `id=${data.id}`};${data.uri}`);
      return urlId;
    };
  }

  // the private parts of xterm that only tests use have no types
  private get core(): any {
    return this.built.core;
  }

  get cols(): number {
    return this.core.cols;
  }

  get rows(): number {
    return this.core.rows;
  }

  get buffer(): XtermBuffer {
    return this.core.buffers.normal;
  }

  get scrollbackLength(): number {
    return this.buffer.ybase;
  }

  scrollbackRow(index: number): XtermLine {
    return this.buffer.lines.get(index);
  }

  linkText(urlId: number): string | undefined {
    return this.registered.get(urlId);
  }

  /** Links that come back from history get numbers of their own. */
  readonly internLink = (text: string): number => {
    for (const [urlId, known] of this.registered) if (known === text) return urlId;
    const urlId = FIRST_RESTORED_LINK + this.registered.size;
    this.registered.set(urlId, text);
    return urlId;
  };

  createLine = (cols: number): XtermLine => {
    const Line = this.buffer.lines.get(0).constructor as new (cols: number) => XtermLine;
    return new Line(cols);
  };

  write(text: string): void {
    this.core._inputHandler.parse(text);
  }

  resize(cols: number, rows: number): void {
    this.core.resize(cols, rows);
  }

  dispose(): void {
    this.built.terminal.dispose();
  }
}

/** An xterm with few rows of scrollback, and the history that the others go to. */
export class Pane extends KeepingXterm {
  readonly history: History;
  readonly text: PaneText;

  constructor(cols: number, rows: number, readonly hotRows: number, limits: HistoryLimits = {}) {
    super(cols, rows);
    this.history = new History(systemClock, () => this.buffer.lines.get(0).isWrapped, limits);
    this.text = new PaneText(this.history, this, systemClock);
  }

  override write(text: string): void {
    super.write(text);
    this.trim();
  }

  private trim(): void {
    const { buffer } = this;
    while (buffer.ybase > this.hotRows) {
      this.history.append(buffer.lines.get(0), this.cols, (id) => this.linkText(id));
      buffer.lines.trimStart(1);
      buffer.ybase--;
      buffer.ydisp = buffer.ybase;
      buffer.savedY = Math.max(0, buffer.savedY - 1);
    }
  }

  /** Takes rows out of the history, at the pane's width or another. */
  takeBack(rows: number, cols = this.cols, nextCols = cols): XtermLine[] {
    const { createLine, internLink } = this;
    return this.history.takeBack(rows, { cols, nextCols, createLine, internLink });
  }

  /** Refills the scrollback from the history, to `rows` rows or somewhat more. */
  refill(rows: number): void {
    const lines = this.takeBack(rows - this.buffer.ybase);
    this.buffer.lines.splice(0, 0, ...lines);
    this.buffer.ybase += lines.length;
    this.buffer.ydisp = this.buffer.ybase;
    this.buffer.savedY += lines.length;
  }

  override resize(cols: number, rows: number): void {
    this.refill((this.hotRows + rows) * (Math.ceil(cols / this.cols) + 1));
    super.resize(cols, rows);
    this.trim();
  }
}

/** A column as the tests compare it. */
export interface Column {
  char: string;
  width: number;
  style: Style;
  link: string;
}

/** The columns of a packed row; a wide character takes two. */
export function columnsOf(bytes: Uint8Array): Column[] {
  const links = [""];
  const columns: Column[] = [];
  readRow(bytes, (text) => links.push(text) - 1, (char, width, style) => {
    const { fg, bg, ul, attr } = style;
    const column = { char, width, style: { fg, bg, ul, attr: attr & 0xfff }, link: links[attr >>> 12]! };
    columns.push(column);
    if (width === 2) columns.push({ ...column, char: "", width: 0 });
  });
  return columns;
}

const BLANK: Column = { char: "", width: 1, style: { fg: 0, bg: 0, ul: 0, attr: 0 }, link: "" };

function isBlank(column: Column, styledToo: boolean): boolean {
  const { fg, bg, ul, attr } = column.style;
  const plain = fg === 0 && bg === 0 && ul === 0 && attr === 0;
  return column.char === "" && column.width === 1 && (plain || styledToo);
}

/** Drops what is empty at the end of a line; with `styledToo`, also empties with a colour. */
export function trimmed(columns: Column[], styledToo = false): Column[] {
  let end = columns.length;
  while (end > 0 && isBlank(columns[end - 1]!, styledToo)) end--;
  return columns.slice(0, end);
}

/** All logical lines of an xterm, joined by the rule that xterm reflows by. */
export function logicalLinesOf(term: HotRows): Column[][] {
  const lines: Column[][] = [];
  const { cols } = term;
  const count = term.scrollbackLength + term.rows;
  for (let index = 0; index < count; index++) {
    const row = term.scrollbackRow(index);
    const columns = columnsOf(encodeXtermRow(row, cols, (id) => term.linkText(id)));
    while (columns.length < cols) columns.push(BLANK);
    if (row.isWrapped && lines.length > 0) {
      const before = lines[lines.length - 1]!;
      const edge = before[before.length - 1]!;
      if (columns[0]!.width === 2 && edge.char === "" && edge.width === 1) before.pop();
      before.push(...columns);
    } else lines.push(columns);
  }
  return lines.map((line) => trimmed(line));
}

/** The first place where two lists differ: what a test expects to be undefined. Their whole difference may be huge. */
export function difference(actual: readonly unknown[], expected: readonly unknown[]): unknown {
  for (let at = 0; at < Math.max(actual.length, expected.length); at++) {
    const [got, want] = [JSON.stringify(actual[at]), JSON.stringify(expected[at])];
    if (got !== want) return { at, got: got?.slice(0, 2000), want: want?.slice(0, 2000) };
  }
  return undefined;
}

/** The text of columns, for readable failures. */
export function textOf(columns: Column[]): string {
  return columns.map((column) => (column.width === 0 ? "" : column.char === "" ? " " : column.char)).join("");
}

const NARROW_WORDS = ["fugue", "error:", "ok", "naïve", "e\u0301te\u0301", "…", "/usr/local/lib", "x", "     ", "𝒻"];
const WIDE_WORDS = ["漢字", "かな", "日本語テキスト", "🦊", "👩‍👩‍👧", "🇩🇪", "❤️"];
const STYLES = "0 1 31 1;34 48;5;99 38;2;1;2;3 4 4:3 4;58:5:9 7 9 3;2 53 41 97;100".split(" ");
const MOVES = ["[3A", "[2B", "[H", "[5;7H", "[L", "[2M", "[J", "M", "[3P", "[4@"];

/** What `randomOutput` may produce besides words, line ends, styles and links. */
export interface OutputKinds {
  /** Wide characters. */
  wide: boolean;
  /** Cells that are left or made empty within a line. */
  empties: boolean;
  /** Movements and edits on the screen. */
  moves: boolean;
}

/** One piece of what programs write. */
export function randomOutput(random: Random, kinds: OutputKinds): string {
  const pick = <T>(from: readonly T[]): T => from[random.integer(from.length)]!;
  const words = kinds.wide ? [...NARROW_WORDS, ...WIDE_WORDS] : NARROW_WORDS;
  let out = "";
  for (let pieces = 1 + random.integer(12); pieces > 0; pieces--) {
    const kind = random.integer(20);
    if (kind < 9) out += pick(words) + (random.integer(3) > 0 ? " " : "");
    else if (kind < 12) out += "\r\n";
    else if (kind < 15) out += `\x1b[${pick(STYLES)}m`;
    else if (kind === 15) out += pick(words).repeat(1 + random.integer(60));
    else if (kind === 16) out += `\x1b]8;id=${random.integer(3)};http://a/${random.integer(5)}\x07link\x1b]8;;\x07`;
    else if (kind < 19) out += kinds.empties ? pick([`\x1b[${1 + random.integer(9)}C`, "\x1b[K", "\t"]) : "";
    else out += kinds.moves ? `\x1b${pick(MOVES)}` : "";
  }
  return out;
}

/** A text for copy mode without a terminal: lines that may be held back, a clock that stands still, keys by name. */
import type { Clock, Timer } from "../../../../src/base/clock.ts";
import { parseKey } from "../../../../src/base/keys.ts";
import { CopyMode } from "../../../../src/client/copy/mode.ts";
import type { CopyModeOptions } from "../../../../src/client/copy/options.ts";
import type { LineCell, LineSource, SourceLine } from "../../../../src/client/copy/source.ts";
import type { CopyState } from "../../../../src/client/copy/state.ts";
import type { YankDetails, YankTarget } from "../../../../src/client/copy/action.ts";
import { PLAIN } from "../../../../src/terminal/grid.ts";

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A line of plain cells; widths as the terminal has them. */
export function lineOf(text: string): SourceLine {
  const cells: LineCell[] = [];
  for (const { segment } of segmenter.segment(text)) {
    cells.push({ char: segment, width: Bun.stringWidth(segment) === 2 ? 2 : 1, style: PLAIN });
  }
  return { cells };
}

/** Holds lines back until they are let through, if told to; searches plainly, line by line. */
export class FakeSource implements LineSource {
  readonly lines: SourceLine[];
  readonly here: Set<number>;
  readonly fetches: { from: number; to: number }[] = [];
  private readonly held: (() => void)[] = [];
  /** Whether fetches and searches wait for `release`. */
  isHeld = false;
  searches = 0;
  prompts: number[] = [];
  outputs: number[] = [];

  constructor(texts: readonly string[], readonly first = 0, isHere = true) {
    this.lines = texts.map(lineOf);
    this.here = new Set(isHere ? this.lines.map((_, i) => first + i) : []);
  }

  get end(): number {
    return this.first + this.lines.length;
  }

  text(n: number): string {
    return this.lines[n - this.first]!.cells.map((cell) => cell.char).join("");
  }

  line(n: number): SourceLine | undefined {
    return this.here.has(n) ? this.lines[n - this.first] : undefined;
  }

  async fetch(from: number, to: number): Promise<void> {
    this.fetches.push({ from, to });
    await this.gate();
    for (let n = from; n < to; n++) if (n >= this.first && n < this.end) this.here.add(n);
  }

  private gate(): Promise<void> {
    return this.isHeld ? new Promise((resolve) => this.held.push(resolve)) : Promise.resolve();
  }

  /** Answers everything that is held, and lets those who wait go on. */
  async release(): Promise<void> {
    for (const answer of this.held.splice(0)) answer();
    await settled();
  }

  async search(pattern: string, options: Parameters<LineSource["search"]>[1]): ReturnType<LineSource["search"]> {
    this.searches++;
    await this.gate();
    const source = options.regex ? pattern : RegExp.escape(pattern);
    const matcher = new RegExp(source, options.ignoreCase ? "giu" : "gu");
    const found = this.lines.flatMap((line, i) => {
      const units = line.cells.flatMap((cell, at) => new Array<number>(cell.char.length).fill(at));
      const text = line.cells.map((cell) => cell.char).join("");
      return [...text.matchAll(matcher)].filter(([match]) => match !== "").map((match) => {
        const width = (from: number, to: number): number =>
          line.cells.slice(from, to).reduce((sum, cell) => sum + cell.width, 0);
        const first = units[match.index]!;
        const last = units[match.index + match[0].length - 1]!;
        return { line: this.first + i, column: width(0, first), length: width(first, last + 1) };
      });
    });
    const after = (a: { line: number; column: number }): boolean =>
      a.line > options.line || (a.line === options.line && a.column > options.column);
    const before = (a: { line: number; column: number }): boolean =>
      a.line < options.line || (a.line === options.line && a.column < options.column);
    return options.direction === "forward" ? found.find(after) ?? found[0] : found.findLast(before) ?? found.at(-1);
  }
}

/** Lets promises that are settled take their course. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 200; i++) await Promise.resolve();
}

/** A clock that is moved by hand. */
export class HandClock implements Clock {
  private time = 0;
  private timers: { at: number; run: () => void }[] = [];

  now(): number {
    return this.time;
  }

  wall(): number {
    return this.time;
  }

  after(ms: number, run: () => void): Timer {
    const timer = { at: this.time + ms, run };
    this.timers.push(timer);
    return { cancel: () => void (this.timers = this.timers.filter((other) => other !== timer)) };
  }

  every(): Timer {
    throw new Error("not needed");
  }

  get pending(): number {
    return this.timers.length;
  }

  /** Moves on, running what falls due in order. */
  advance(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const next = this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.time = next.at;
      next.run();
    }
    this.time = until;
  }
}

export const SEPARATORS = "!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~";

/** Copy mode with everything it says recorded. */
export class Session {
  readonly clock = new HandClock();
  readonly yanks: { text: string; target: YankTarget; details: YankDetails }[] = [];
  readonly messages: string[] = [];
  readonly commands: string[] = [];
  exits = 0;
  changes = 0;
  readonly mode: CopyMode;

  constructor(readonly source: LineSource, options: Partial<CopyModeOptions> = {}) {
    this.mode = new CopyMode({
      source,
      cols: 20,
      rows: 6,
      keys: "vi",
      wordSeparators: SEPARATORS,
      wheelLines: 3,
      clock: this.clock,
      start: { line: source.first, column: 0 },
      modeStyle: { fg: 1 << 24, bg: (1 << 24) | 3, ul: 0, attr: 0 },
      onExit: () => void this.exits++,
      onYank: (text, target, details) => void this.yanks.push({ text, target, details }),
      changed: () => void this.changes++,
      onMessage: (text) => void this.messages.push(text),
      onCommand: (line) => void this.commands.push(line),
      ...options,
    });
  }

  /** Presses keys named as in the config, separated by blanks. */
  keys(...names: string[]): this {
    for (const name of names.flatMap((list) => list.split(" "))) {
      if (name !== "") this.mode.input({ kind: "key", key: parseKey(name) });
    }
    return this;
  }

  type(text: string): this {
    this.mode.input({ kind: "text", text });
    return this;
  }

  mouse(action: "press" | "move" | "release", x: number, y: number, button: 0 | 4 | 5 = 0, mods = 0): this {
    this.mode.input({ kind: "mouse", action, button, mods, x, y });
    return this;
  }

  /** The state behind the mode, for looking only. */
  get state(): CopyState {
    return (this.mode as unknown as { state: CopyState }).state;
  }

  /** `line:cell` of the cursor. */
  get at(): string {
    const { line, cell, over } = this.state.cursor;
    return `${line}:${cell}${over > 0 ? `+${over}` : ""}`;
  }

  get copied(): string | undefined {
    return this.yanks.at(-1)?.text;
  }

  /** The rows drawn, without blanks at their ends. */
  get screen(): string[] {
    const grid = this.mode.draw();
    return Array.from({ length: grid.rows }, (_, y) => grid.text(y).trimEnd());
  }
}

/** A terminal as a person has it: a PTY that the test owns, shown by a headless emulator that also answers queries. */
import type { TerminalEffect } from "../../src/terminal/effects.ts";
import { Emulator } from "../../src/terminal/emulator.ts";
import { rowText } from "./emulator-log.ts";
import { waitUntil } from "./wait-until.ts";

const utf8 = new TextEncoder();
/** Output kept for looking at the bytes themselves. */
const MOST_RAW_BYTES = 4 * 1024 * 1024;
const CLOSE_PATIENCE_MS = 3000;

export interface TerminalOptions {
  cols?: number;
  rows?: number;
  cwd?: string;
  env: Record<string, string>;
  /** Shown when a wait takes too long. */
  diagnose?: () => string;
}

/** Starts a program in a terminal of its own. Dispose it with `await using`. */
export class TestTerminal {
  readonly emulator: Emulator;
  readonly effects: TerminalEffect[] = [];
  readonly process: Bun.Subprocess;
  /** Exit status, once the program has ended. */
  status: number | undefined;
  /** Bytes received since the start. */
  received = 0;
  private raw: string[] = [];
  private rawBytes = 0;
  private closed = false;

  constructor(argv: readonly string[], private readonly options: TerminalOptions) {
    const { cols = 80, rows = 24, env, cwd } = options;
    this.emulator = new Emulator({ cols, rows, scrollback: 1000 }, {
      reply: (bytes) => this.write(bytes),
      effect: (effect) => void this.effects.push(effect),
      lineTrimmed: () => {},
      scrollbackCleared: () => {},
      synchronizedEnd: () => {},
    });
    this.process = Bun.spawn(
      [...argv], { env, cwd: cwd ?? env.HOME, terminal: { cols, rows, data: (_, bytes) => this.receive(bytes) } },
    );
    void this.process.exited.then(() => (this.status = this.process.exitCode ?? 128));
  }

  private receive(bytes: Uint8Array): void {
    this.received += bytes.length;
    this.emulator.parse(bytes);
    if (this.rawBytes > MOST_RAW_BYTES) return;
    this.raw.push(Buffer.from(bytes).toString("latin1"));
    this.rawBytes += bytes.length;
  }

  get cols(): number {
    return this.emulator.cols;
  }

  get rows(): number {
    return this.emulator.rows;
  }

  /** Bytes received, each as one character. */
  get output(): string {
    return this.raw.join("");
  }

  /** Forgets the bytes received so far. */
  clearOutput(): void {
    this.raw = [];
    this.rawBytes = 0;
  }

  /** Types text, or writes the bytes that keys send. */
  write(text: string | Uint8Array): void {
    if (!this.closed) this.process.terminal!.write(typeof text === "string" ? utf8.encode(text) : text);
  }

  /** Types a key after the default prefix. */
  prefix(key: string): void {
    this.write(`\x02${key}`);
  }

  /** Types a line and Enter. */
  line(text: string): void {
    this.write(`${text}\r`);
  }

  /** A mouse event as SGR mode writes it; columns and rows count from 0. */
  mouse(kind: "press" | "move" | "release", button: number, x: number, y: number): void {
    const code = button + (kind === "move" ? 32 : 0);
    this.write(`\x1b[<${code};${x + 1};${y + 1}${kind === "release" ? "m" : "M"}`);
  }

  click(x: number, y: number): void {
    this.mouse("press", 0, x, y);
    this.mouse("release", 0, x, y);
  }

  resize(cols: number, rows: number): void {
    this.emulator.resize(cols, rows);
    this.process.terminal!.resize(cols, rows);
  }

  /** Text of row `y`, trimmed at the end. Negative numbers count from the bottom. */
  row(y: number): string {
    return rowText(this.emulator.screenRow(y < 0 ? this.rows + y : y));
  }

  /** All rows, empty ones at the end left out. */
  screen(): string {
    return Array.from({ length: this.rows }, (_, y) => this.row(y)).join("\n").trimEnd();
  }

  /** The status line of fugue: the last row. */
  get bar(): string {
    return this.row(-1);
  }

  shows(text: string | RegExp): boolean {
    const screen = this.screen();
    return typeof text === "string" ? screen.includes(text) : text.test(screen);
  }

  /** Where a text of single-width characters stands first, from the top; undefined if it does not. */
  find(text: string): { x: number; y: number } | undefined {
    for (let y = 0; y < this.rows; y++) {
      const x = this.row(y).indexOf(text);
      if (x >= 0) return { x, y };
    }
    return undefined;
  }

  /** Waits for a text at a place. */
  waitAt(text: string, x: number, y: number): Promise<void> {
    return this.waitUntil(`${text} at ${x},${y}`, () => {
      const found = this.find(text);
      return found?.x === x && found.y === y;
    });
  }

  cursor(): { x: number; y: number } {
    const { x, y } = this.emulator.cursor();
    return { x, y };
  }

  /** Text sent to the clipboard last by OSC 52, or undefined. */
  get clipboard(): string | undefined {
    const written = this.effects.filter((effect) => effect.kind === "clipboardWrite").at(-1);
    return written && new TextDecoder().decode(written.data);
  }

  private describe(): string {
    const { x, y } = this.cursor();
    const rows = Array.from({ length: this.rows }, (_, i) => `|${this.row(i)}`).join("\n");
    const ended = this.status === undefined ? "running" : `ended with ${this.status}`;
    return `${this.cols}x${this.rows}, cursor ${x},${y}, ${ended}\n${rows}\n${this.options.diagnose?.() ?? ""}`;
  }

  /** Waits until the predicate holds. @throws Error with the screen and the ends of the logs. */
  waitUntil(description: string, predicate: () => boolean | Promise<boolean>, ms?: number): Promise<void> {
    return waitUntil(description, predicate, () => this.describe(), ms);
  }

  /** Waits for a text on the screen. */
  waitFor(text: string | RegExp, ms?: number): Promise<void> {
    return this.waitUntil(`${text} on the screen`, () => this.shows(text), ms);
  }

  /** Waits for a text in the last row. */
  waitForBar(text: string | RegExp): Promise<void> {
    return this.waitUntil(
      `${text} in the status line`, () => (typeof text === "string" ? this.bar.includes(text) : text.test(this.bar)),
    );
  }

  /** Waits for the program to end. @returns its exit status. */
  async ended(): Promise<number> {
    await this.waitUntil("the end of the program", () => this.status !== undefined);
    return this.status!;
  }

  /** Closes the terminal as a closed window does: its program gets SIGHUP. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.process.terminal!.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    if (this.status === undefined) {
      const timer = setTimeout(() => this.process.kill("SIGKILL"), CLOSE_PATIENCE_MS);
      await this.process.exited;
      clearTimeout(timer);
    }
    this.emulator.dispose();
  }
}

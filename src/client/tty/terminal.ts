/**
 * The one owner of the outer terminal: raw mode, its modes while the TUI runs, bytes in, bytes out without blocking.
 * Whatever happens, `restore` brings it back; it is also run when the process ends by a signal or an error.
 */
import { closeSync, openSync, readSync, writeSync, constants } from "node:fs";
import { FugueError, systemCode } from "../../base/errors.ts";
import { makeRaw, setTerminal, waitReadable, windowSize, type TerminalSettings } from "../../base/libc.ts";
import type { Clock } from "../../base/clock.ts";
import { NonblockingWriter } from "../../base/nonblocking-writer.ts";
import { LARGEST_SIDE } from "../../protocol/limits.ts";

/** Alternate screen, title saved, bracketed paste, focus events. */
const ENTER = "\x1b[?1049h\x1b[22;0;0t\x1b[?2004h\x1b[?1004h";
/** Kitty's keyboard protocol, and xterm's modifyOtherKeys for terminals without it. */
const KEYS_ON = "\x1b[>1u\x1b[>4;1m";
const KEYS_OFF = "\x1b[<u\x1b[>4;0m";
const LEAVE = "\x1b[?2026l\x1b]8;;\x1b\\\x1b[?1006l\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[?1004l\x1b[?2004l\x1b[0 q\x1b[m\x1b[?25h\x1b[23;0;0t\x1b[?1049l";
const MOUSE_ON = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF = "\x1b[?1006l\x1b[?1003l\x1b[?1002l\x1b[?1000l";

/** How long after it was asked an end waits for what the terminal answers: it would be typed into the shell. */
const ANSWER_MS = 500;
const MOST_ANSWERED = 64 * 1024;
/** Primary attributes: the last that is asked for. */
const LAST_ANSWER = /\x1b\[\?[\d;]*c/;

export interface TerminalHandlers {
  data(bytes: Uint8Array): void;
  resized(cols: number, rows: number): void;
  /** The terminal is gone: closed, or its session hung up. */
  gone(): void;
}

/**
 * An open file of our own on the terminal, so that not blocking does not reach whoever shares our standard streams. A
 * process without a controlling terminal has none called /dev/tty, but may well have one as its standard stream.
 */
function openTerminal(stream: 0 | 1): number {
  const access = stream === 0 ? constants.O_RDONLY : constants.O_WRONLY;
  for (const path of ["/dev/tty", `/dev/fd/${stream}`]) {
    try {
      return openSync(path, access | constants.O_NONBLOCK | constants.O_NOCTTY);
    } catch {
      // the next one
    }
  }
  throw new FugueError("failed", "the terminal can't be opened", "run fugue in a terminal of yours");
}

export class OuterTerminal {
  private readonly fd: number;
  private reader: TerminalReader | undefined;
  /** How the terminal was before it was taken over. */
  private settings: TerminalSettings | undefined;
  private size: { cols: number; rows: number };
  private readonly writer: NonblockingWriter;
  private active = false;
  private dropped: (() => void)[] = [];
  private mouse = false;
  private extendedKeys = false;
  private motion = false;
  /** When questions were asked that have no answer yet, by the clock. */
  private asked: number | undefined;
  private readonly onResize = () => {
    this.size = this.measure();
    this.handlers?.resized(this.cols, this.rows);
  };
  private handlers: TerminalHandlers | undefined;

  constructor(private readonly clock: Clock) {
    this.fd = openTerminal(1);
    this.size = this.measure();
    this.writer = new NonblockingWriter(this.fd, clock, () => this.handlers?.gone());
  }

  private measure(): { cols: number; rows: number } {
    return windowSize(this.fd) ?? { cols: 80, rows: 24 };
  }

  /** Columns that are used: a terminal beyond what the protocol knows is left blank there. */
  get cols(): number {
    return Math.min(LARGEST_SIDE, this.size.cols);
  }

  get rows(): number {
    return Math.min(LARGEST_SIDE, this.size.rows);
  }

  /** Bytes that the terminal has not taken yet. */
  get pending(): number {
    return this.writer.waiting;
  }

  /** Takes the terminal over. */
  start(handlers: TerminalHandlers): void {
    this.handlers = handlers;
    this.enter();
    this.reader = new TerminalReader((bytes) => this.handlers?.data(bytes), () => this.handlers?.gone());
    process.on("SIGWINCH", this.onResize);
    // it may have changed before anybody listened
    const { cols, rows } = this.measure();
    if (cols !== this.size.cols || rows !== this.size.rows) this.onResize();
    process.on("exit", this.onExit);
  }

  private readonly onExit = () => this.restoreNow();

  private enter(): void {
    this.settings = makeRaw(this.fd);
    this.active = true;
    this.motion = false;
    this.write(ENTER + (this.extendedKeys ? KEYS_ON : "") + (this.mouse ? MOUSE_ON : ""));
  }

  setMouse(on: boolean): void {
    if (this.mouse === on) return;
    this.mouse = on;
    if (this.active) this.write(on ? MOUSE_ON : MOUSE_OFF);
  }

  /** Asks the terminal to tell keys apart that it would otherwise send alike (Enter and Shift+Enter), or no longer. */
  setExtendedKeys(on: boolean): void {
    if (this.extendedKeys === on) return;
    this.extendedKeys = on;
    if (this.active) this.write(on ? KEYS_ON : KEYS_OFF);
  }

  /** Asks for motion without a button too (a program in front wants it), or no longer. */
  setMotion(on: boolean): void {
    if (this.motion === on) return;
    this.motion = on;
    if (this.active && this.mouse) this.write(on ? "\x1b[?1003h" : "\x1b[?1003l\x1b[?1002h");
  }

  /** Queues text; `done` runs when the terminal has taken all of it. */
  write(text: string | Uint8Array, done?: () => void): void {
    this.writer.write(typeof text === "string" ? new TextEncoder().encode(text) : text, done);
  }

  /** Asks the terminal something; the last question is for its primary attributes (`CSI c`). */
  ask(questions: string): void {
    this.asked = this.clock.now();
    this.write(questions);
  }

  /** The primary attributes have come: nothing more does by itself. */
  answered(): void {
    this.asked = undefined;
  }

  /** Leaves the terminal to the shell for a while (Ctrl-Z); `start` again by `resume`. */
  suspend(): void {
    this.restoreNow();
    process.kill(process.pid, "SIGTSTP");
  }

  resume(): void {
    if (this.active) return;
    this.size = this.measure();
    this.enter();
    // whoever waits for its picture to be taken waits no more: everything is drawn anew
    for (const done of this.dropped.splice(0)) done();
  }

  /** Gives the terminal back as it was. Safe to call more than once. */
  restore(): void {
    // answers that are still on their way, but no key that comes after them, which is for whoever comes next
    if (this.asked !== undefined && this.pending === 0) this.reader?.drain(() => this.asked! + ANSWER_MS - this.clock.now(), LAST_ANSWER);
    this.asked = undefined;
    this.reader?.end();
    this.reader = undefined;
    this.restoreNow();
    process.off("SIGWINCH", this.onResize);
    process.off("exit", this.onExit);
  }

  private restoreNow(): void {
    if (!this.active) return;
    this.active = false;
    this.dropped = this.writer.clear();
    // before anything shows: a line typed at the sight of the old screen is one for the shell, line feed and all
    if (this.settings) setTerminal(this.fd, this.settings);
    const bytes = new TextEncoder().encode((this.extendedKeys ? KEYS_OFF : "") + LEAVE);
    // a terminal that takes nothing must not keep the process from ending
    for (let at = 0, tries = 0; at < bytes.length && tries < 50; tries++) {
      try {
        at += writeSync(this.fd, bytes, at);
      } catch (error) {
        if (systemCode(error) !== "EAGAIN") break;
        Bun.sleepSync(2);
      }
    }
  }

  close(): void {
    this.restore();
    closeSync(this.fd);
  }
}

/**
 * Reads what is typed, from an open file of its own. The runtime's standard input would do, but to make that stream
 * takes longer than all the rest of a start.
 */
class TerminalReader {
  private readonly fd = openTerminal(0);
  private readonly stream: { read(): Promise<{ done: boolean; value?: Uint8Array }>; cancel(): Promise<unknown> };
  private ended = false;

  constructor(private readonly data: (bytes: Uint8Array) => void, private readonly gone: () => void) {
    this.stream = Bun.file(this.fd).stream().getReader();
    void this.run();
  }

  private async run(): Promise<void> {
    while (!this.ended) {
      // EIO: the terminal was closed
      const { done, value } = await this.stream.read().catch(() => ({ done: true, value: undefined }));
      if (this.ended) return;
      if (done) return this.gone();
      if (value) this.data(value);
    }
  }

  /** Drops what comes until something matches `last`, or no time is left. Blocks. @param left milliseconds */
  drain(left: () => number, last: RegExp): void {
    const buffer = new Uint8Array(1024);
    let text = "";
    try {
      for (let ms = left(); ms > 0 && text.length < MOST_ANSWERED && !last.test(text); ms = left()) {
        if (!waitReadable(this.fd, ms)) continue;
        const bytes = readSync(this.fd, buffer);
        if (bytes === 0) return;
        text += new TextDecoder("latin1").decode(buffer.subarray(0, bytes));
      }
    } catch {
      // the terminal is gone, or something else takes what comes
    }
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.stream.cancel().catch(() => {});
    try {
      closeSync(this.fd);
    } catch {
      // the stream has closed it
    }
  }
}

/**
 * Drives a terminal from bytes. Text, the common controls and CSI sequences are taken from the bytes as they lie
 * there; everything else goes, as code points, to xterm's own parser until that is back in its ground state.
 *
 * UTF-8 is decoded here (xterm's decoder garbles a character that a piece boundary cuts after a byte 0x80): malformed
 * sequences and U+FEFF are dropped, as xterm does.
 */
import type { FastPrint } from "./fast-print.ts";
import { PARSER, type XtermCore, type XtermInputHandler, type XtermParser } from "./internals.ts";
import type { FastEdit } from "./fast-edit.ts";
import type { ScreenRows } from "./screen-rows.ts";
import { SIDEBAND, WINDOW_NAME } from "./strings.ts";
import { decode, lengthOf } from "./utf8.ts";
import { applySgr } from "./sgr.ts";

const ESC = 0x1b;
/** `ESC k`: screen's introducer of a window's name, a string like those of OSC. */
const NAME_INTRODUCER = 0x6b;
const NAME_AS_OSC = [...`]${WINDOW_NAME};`].map((char) => char.charCodeAt(0));
/** OSC in 8 bits. */
const C1_OSC = 0x9d;
/** How our own OSC strings begin, and what the parser gets in its place. */
const OWN_PREFIX = [..."fugue;"].map((char) => char.charCodeAt(0));
const OWN_AS_OSC = [...`${SIDEBAND};`].map((char) => char.charCodeAt(0));
/** What follows ESC to begin a DCS, SOS, CSI, OSC, PM or APC string, or a window's name. */
const INTRODUCERS = [0x50, 0x58, 0x5b, 0x5d, 0x5e, 0x5f, NAME_INTRODUCER];
/** States that swallow text until a control ends them. */
const LONG_STATES: readonly number[] = [PARSER.string, PARSER.osc, PARSER.dcsIgnore, PARSER.dcs];
/** Beyond all code points. */
const NONE = 0x110000;
const MOST_PARAMS = 32;
const LARGEST_PARAM = 0x7fffffff;
const STRING_STATES: ReadonlySet<number> = new Set([PARSER.string, PARSER.osc, PARSER.dcsIgnore, PARSER.dcs]);

/** Code points handed to xterm's parser at once. */
const BATCH = 4096;

export class ByteStream {
  private readonly parser: XtermParser;
  private readonly input: XtermInputHandler;
  private readonly params = new Int32Array(MOST_PARAMS);
  private readonly batch = new Uint32Array(BATCH);
  /** Bytes of a character that the last piece cut, and how many. */
  private readonly held = new Uint8Array(4);
  private heldLength = 0;
  /** Set by `read`: the index after what it read. */
  private next = 0;
  /** Index in the piece after the last thing that was handed on; where to go on if that failed. */
  taken = 0;
  /** Work at which the piece is left. */
  private limit = Infinity;
  /** How much of OWN_PREFIX was read at the beginning of an OSC string, and not handed on yet; -1: it has another beginning. */
  private prefix = -1;
  /** Whether BEL (and not ST) ended the string that is being handled. */
  endedByBell = false;

  constructor(
    core: XtermCore,
    private readonly screen: ScreenRows,
    private readonly printer: FastPrint,
    private readonly edit: FastEdit,
  ) {
    this.input = core._inputHandler;
    this.parser = core._inputHandler._parser;
  }

  /** True where nothing is pending: neither a sequence nor a character. */
  get atGround(): boolean {
    return this.heldLength === 0 && this.parser.currentState === PARSER.ground;
  }

  /** Within a control string, whose end may be far away. */
  get inString(): boolean {
    return STRING_STATES.has(this.parser.currentState);
  }

  /** Drops what is pending. */
  reset(): void {
    this.heldLength = 0;
    this.prefix = -1;
    this.parser.reset();
    this.printer.endRun();
  }

  /**
   * Parses bytes until all are parsed or `work` (see ScreenRows) has been done; the control that goes beyond that is
   * done whole.
   * @returns how many bytes were parsed
   */
  parse(bytes: Uint8Array, work: number): number {
    const end = bytes.length;
    this.taken = 0;
    this.limit = this.screen.work + work;
    let i = this.heldLength > 0 ? this.resume(bytes) : 0;
    while (i < end && this.screen.work < this.limit) {
      const quiet = this.parser.currentState === PARSER.ground;
      i = quiet ? this.ground(bytes, i, end) : this.sequence(bytes, i, end);
    }
    return i;
  }

  /** Completes the character that the piece before cut. */
  private resume(bytes: Uint8Array): number {
    const { held } = this;
    const wanted = lengthOf(held[0]!);
    let i = 0;
    while (this.heldLength < wanted && i < bytes.length && (bytes[i]! & 0xc0) === 0x80) {
      held[this.heldLength++] = bytes[i++]!;
    }
    if (this.heldLength < wanted) {
      if (i < bytes.length) this.heldLength = 0;
      return i;
    }
    this.heldLength = 0;
    this.taken = i;
    const codePoint = decode(held, 0, wanted);
    if (codePoint >= 0) this.one(codePoint);
    return i;
  }

  /** One code point of at least 0x80. */
  private one(codePoint: number): void {
    if (codePoint >= 0xa0 && this.parser.currentState === PARSER.ground) {
      this.printer.print(codePoint);
      return;
    }
    if (codePoint >= 0xa0 && this.parser.currentState === PARSER.string) return;
    this.batch[0] = codePoint;
    this.feed(1);
  }

  private feed(count: number): void {
    const before = this.parser.currentState;
    this.parser.parse(this.batch, count);
    const begins = this.parser.currentState === PARSER.osc && (before !== PARSER.osc || this.batch[count - 1] === C1_OSC);
    if (begins) this.prefix = 0;
    this.printer.running = this.printer.running && this.parser.precedingJoinState !== 0;
  }

  /** Reads the character at `i` (a byte of at least 0x80): its code point, or -1 for none. Sets `next`. */
  private read(bytes: Uint8Array, i: number, end: number): number {
    const length = lengthOf(bytes[i]!);
    let at = i + 1;
    const stop = i + length;
    while (at < stop && at < end && (bytes[at]! & 0xc0) === 0x80) at++;
    this.next = at;
    if (at < stop) {
      if (at === end && length > 1) {
        this.held.set(bytes.subarray(i, at));
        this.heldLength = at - i;
      }
      return -1;
    }
    return length === 1 ? -1 : decode(bytes, i, length);
  }

  private ground(bytes: Uint8Array, from: number, end: number): number {
    const { printer } = this;
    let i = from;
    while (i < end) {
      const c = bytes[i]!;
      if (c >= 0x20) {
        if (c < 0x7f) {
          i = printer.printAscii(bytes, i, end);
          if (this.screen.work >= this.limit) return i;
        } else if (c === 0x7f) i++;
        else {
          const after = printer.printMultibyte(bytes, i, end);
          if (after > i) {
            i = after;
            continue;
          }
          const codePoint = this.read(bytes, i, end);
          i = this.next;
          this.taken = i;
          if (codePoint >= 0xa0) printer.print(codePoint);
          else if (codePoint >= 0) {
            this.one(codePoint);
            if (this.parser.currentState !== PARSER.ground) return i;
          }
        }
      } else if (c === 0x0a) {
        printer.lineFeed();
        i++;
        if (this.screen.work >= this.limit) return i;
      } else if (c === 0x0d) {
        this.input._activeBuffer.x = 0;
        printer.endRun();
        i++;
      } else if (c === ESC) {
        const isCsi = i + 1 < end && bytes[i + 1] === 0x5b;
        const after = isCsi ? this.csi(bytes, i + 2, end) : this.escape(bytes, i + 1, end);
        if (after < 0) return this.sequence(bytes, i, end);
        i = after;
        if (this.screen.work >= this.limit) return i;
      } else {
        this.taken = i + 1;
        const execute = this.parser._executeHandlers[c];
        if (execute !== undefined) execute();
        printer.endRun();
        i++;
        if (this.screen.work >= this.limit) return i;
      }
    }
    return i;
  }

  /**
   * Runs the CSI sequence whose first byte after the introducer is at `from`. Returns the index after it, or -1 (and
   * nothing is done) if it does not end in this piece or holds anything but a prefix, digits and semicolons.
   */
  private csi(bytes: Uint8Array, from: number, end: number): number {
    if (from >= end) return -1;
    const { params } = this;
    let i = from;
    let prefix = 0;
    let c = bytes[i]!;
    if (c >= 0x3c && c <= 0x3f) {
      prefix = c;
      i++;
    }
    let count = 0;
    let value = 0;
    for (; i < end; i++) {
      c = bytes[i]!;
      if (c >= 0x30 && c <= 0x39) {
        value = value * 10 + c - 0x30;
        if (value > LARGEST_PARAM) value = LARGEST_PARAM;
      } else if (c === 0x3b) {
        if (count >= MOST_PARAMS - 1) return -1;
        params[count++] = value;
        value = 0;
      } else break;
    }
    if (i >= end || c < 0x40 || c > 0x7e) return -1;
    params[count++] = value;
    this.taken = i + 1;
    this.dispatch(prefix, c, count);
    return i + 1;
  }

  /**
   * Runs the escape sequence whose first byte after ESC is at `at`. Returns the index after it, or -1 (and nothing is
   * done) if it does not end in this piece, has more than one intermediate byte or begins something longer.
   */
  private escape(bytes: Uint8Array, at: number, end: number): number {
    if (at >= end) return -1;
    let i = at;
    let ident = 0;
    if (bytes[i]! >= 0x20 && bytes[i]! <= 0x2f) ident = bytes[i++]! << 8;
    if (i >= end) return -1;
    const final = bytes[i]!;
    if (final < 0x30 || final > 0x7e || (ident === 0 && INTRODUCERS.includes(final))) return -1;
    this.taken = i + 1;
    const handlers = this.parser._escHandlers[ident | final];
    if (handlers !== undefined) for (let n = handlers.length - 1; n >= 0; n--) if (handlers[n]!()) break;
    this.printer.endRun();
    return i + 1;
  }

  private dispatch(prefix: number, final: number, count: number): void {
    const { params } = this;
    if (prefix !== 0 || !this.quick(final, count)) {
      const handlers = this.parser._csiHandlers[(prefix << 8) | final];
      if (handlers !== undefined) {
        const given = this.parser._params;
        given.reset();
        for (let i = 0; i < count; i++) given.addParam(params[i]!);
        for (let i = handlers.length - 1; i >= 0; i--) if (handlers[i]!(given)) break;
      }
    }
    this.printer.endRun();
  }

  /** The controls that programs repaint with, without a handler in between. Returns false for all others. */
  private quick(final: number, count: number): boolean {
    const { params, edit } = this;
    const first = params[0]!;
    switch (final) {
      case 0x6d: // m
        applySgr(this.input._curAttrData, params, count);
        return true;
      case 0x48: // H
      case 0x66: // f
        return edit.moveTo(count >= 2 ? (params[1] || 1) - 1 : 0, (first || 1) - 1);
      case 0x4b: // K
        return edit.eraseInLine(first);
      case 0x4a: // J
        return edit.eraseInDisplay(first);
      case 0x47: // G
        return edit.moveTo((first || 1) - 1, -1);
      case 0x64: // d
        return edit.moveTo(-1, (first || 1) - 1);
      case 0x43: // C
        return edit.moveBy(first || 1);
      case 0x44: // D
        return edit.moveBy(-(first || 1));
      default:
        return false;
    }
  }

  /** Hands code points to xterm's parser, up to one that may end the sequence. */
  private sequence(bytes: Uint8Array, from: number, end: number): number {
    const { batch } = this;
    const state = this.parser.currentState;
    const lowestEnd = lowestEndIn(state);
    let i = from;
    let count = 0;
    if (state === PARSER.escape && bytes[i] === NAME_INTRODUCER) {
      batch.set(NAME_AS_OSC);
      this.taken = ++i;
      this.feed(NAME_AS_OSC.length);
      return i;
    }
    if (state === PARSER.osc && this.prefix >= 0) return this.ownPrefix(bytes, from, end);
    while (i < end && count < BATCH) {
      let code = bytes[i]!;
      if (code < 0x80) {
        i++;
        batch[count++] = code;
        if (code >= lowestEnd || code === ESC || code === 0x07 || code === 0x18 || code === 0x1a) break;
      } else {
        code = this.read(bytes, i, end);
        i = this.next;
        if (code < 0 || (code >= 0xa0 && state === PARSER.string)) continue;
        batch[count++] = code;
        if (code < 0xa0 || code >= lowestEnd) break;
      }
    }
    this.taken = i;
    if (count > 0) {
      this.endedByBell = batch[count - 1] === 0x07;
      this.feed(count);
    }
    return i;
  }

  /** Reads the beginning of an OSC string, which tells whether it is one of ours. */
  private ownPrefix(bytes: Uint8Array, from: number, end: number): number {
    let i = from;
    while (i < end && this.prefix < OWN_PREFIX.length && bytes[i] === OWN_PREFIX[this.prefix]) {
      i++;
      this.prefix++;
    }
    this.taken = i;
    if (i === end && this.prefix < OWN_PREFIX.length) return i;
    const begun = this.prefix === OWN_PREFIX.length ? OWN_AS_OSC : OWN_PREFIX.slice(0, this.prefix);
    this.prefix = -1;
    this.batch.set(begun);
    if (begun.length > 0) this.feed(begun.length);
    return i;
  }
}

/** The lowest code point that may end what the parser is in, apart from the controls that end everything. */
function lowestEndIn(state: number): number {
  if (state === PARSER.ground || state === PARSER.escape) return 0x20;
  if (state === PARSER.escapeIntermediate) return 0x30;
  return LONG_STATES.includes(state) ? NONE : 0x40;
}

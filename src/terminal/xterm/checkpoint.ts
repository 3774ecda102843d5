/**
 * The whole state of an emulator as bytes, and back. Taken between two sequences (`atGround`); what the program sends
 * afterwards has the same result in the restored emulator as it would have had in this one.
 *
 * The first number is the version of the format. A format that ever was written stays readable.
 */
import { ByteReader, ByteWriter } from "../../base/bytes.ts";
import { FugueError } from "../../base/errors.ts";
import type { ProgressState } from "../effects.ts";
import type { MouseEncoding } from "../modes.ts";
import type { XtermAttributes, XtermBuffer, XtermCharset, XtermLineMethods, XtermPrivateModes } from "./internals.ts";
import { onAlternate, type Parts } from "./parts.ts";
import { SPECIAL_COLORS, type TerminalColors } from "./palette.ts";
import { readExtended, RowReader, RowWriter, writeExtended } from "./row-image.ts";

const VERSION = 1;
const MOST_CELLS = 1000;
const MOST_ROWS = 1 << 20;
/** The order of these lists is part of the format: append only. */
const FLAGS = [
  "applicationCursorKeys", "applicationKeypad", "bracketedPasteMode", "origin", "reverseWraparound", "sendFocus",
  "synchronizedOutput", "wraparound",
] as const satisfies readonly (keyof XtermPrivateModes)[];
const SHAPES = [undefined, "block", "underline", "bar"] as const;
const BLINKS = [undefined, false, true] as const;
const TRACKING = ["NONE", "X10", "VT200", "DRAG", "ANY"];
const ENCODINGS: readonly MouseEncoding[] = ["bytes", "utf8", "sgr", "urxvt", "pixels"];
const PROGRESS: readonly ProgressState[] = ["none", "normal", "error", "busy", "paused"];

/** What a checkpoint begins with. */
export interface CheckpointHead {
  cols: number;
  rows: number;
  scrollback: number;
}

/** @param hotRows the emulator's `scrollback` */
export function writeCheckpoint(parts: Parts, hotRows: number): Uint8Array {
  const out = new ByteWriter(16 * 1024);
  const { core } = parts;
  const { normal, alt } = core._bufferService.buffers;
  for (const number of [VERSION, core.cols, core.rows, hotRows, onAlternate(core) ? 1 : 0]) out.varint(number);
  const rows = new RowWriter(out, parts.links);
  for (const buffer of [normal, alt]) {
    out.varint(buffer.lines.length);
    for (let y = 0; y < buffer.lines.length; y++) rows.row(buffer.lines.get(y)!, core.cols);
    writeBuffer(out, buffer, parts);
  }
  writePen(out, core._inputHandler._curAttrData, parts);
  writeModes(out, parts);
  writeNames(out, parts);
  return out.copy();
}

/** Reads the sizes, with which the emulator is made that `readCheckpoint` then fills. @throws FugueError */
export function readHead(input: ByteReader): CheckpointHead {
  const version = input.varint();
  if (version !== VERSION) throw new FugueError("version", `unknown checkpoint format ${version}`);
  const head = { cols: input.varint(), rows: input.varint(), scrollback: input.varint() };
  if (head.cols < 2 || head.cols > MOST_CELLS || head.rows < 1 || head.rows > MOST_CELLS) throw malformed();
  if (head.scrollback > MOST_ROWS) throw malformed();
  return head;
}

/** Fills a new emulator of the size that `readHead` gave. @throws FugueError `protocol` on malformed bytes. */
export function readCheckpoint(input: ByteReader, parts: Parts): void {
  const { core } = parts;
  const { buffers } = core._bufferService;
  const alternate = input.varint() === 1;
  const rows = new RowReader(input, parts.links, core._inputHandler._curAttrData.extended);
  if (alternate) buffers.activateAltBuffer();
  for (const buffer of [buffers.normal, buffers.alt]) {
    const count = input.varint();
    const least = buffer === buffers.normal || alternate ? core.rows : 0;
    if (count < least || count > MOST_ROWS) throw malformed();
    readRows(buffer, count, core.rows, (line) => rows.row(line, core.cols));
    readBuffer(input, buffer, parts);
  }
  readPen(input, core._inputHandler._curAttrData, parts);
  readModes(input, parts);
  readNames(input, parts);
}

function readRows(buffer: XtermBuffer, count: number, rows: number, read: (line: XtermLineMethods) => void): void {
  const { lines } = buffer;
  lines.maxLength = Math.max(lines.maxLength, count);
  lines.length = 0;
  for (let i = 0; i < count; i++) {
    const line = buffer.getBlankLine(buffer.savedCurAttrData);
    read(line);
    lines.push(line);
  }
  buffer.ybase = Math.max(0, count - rows);
  buffer.ydisp = buffer.ybase;
}

function writeBuffer(out: ByteWriter, buffer: XtermBuffer, parts: Parts): void {
  const { x, y, scrollTop, scrollBottom, savedX, savedY } = buffer;
  for (const number of [x, y, scrollTop, scrollBottom, savedX, savedY]) out.varint(number);
  writePen(out, buffer.savedCurAttrData, parts);
  writeCharset(out, buffer.savedCharset);
  const tabs = Object.keys(buffer.tabs).filter((column) => buffer.tabs[Number(column)]);
  out.varint(tabs.length);
  for (const column of tabs) out.varint(Number(column));
}

function readBuffer(input: ByteReader, buffer: XtermBuffer, parts: Parts): void {
  const { cols, rows } = parts.core;
  buffer.x = Math.min(cols, input.varint());
  buffer.y = Math.min(rows - 1, input.varint());
  buffer.scrollTop = Math.min(rows - 1, input.varint());
  buffer.scrollBottom = Math.min(rows - 1, input.varint());
  buffer.savedX = input.varint();
  buffer.savedY = input.varint();
  readPen(input, buffer.savedCurAttrData, parts);
  buffer.savedCharset = readCharset(input);
  buffer.tabs = {};
  for (let n = input.varint(); n > 0; n--) buffer.tabs[input.varint()] = true;
}

function writePen(out: ByteWriter, pen: XtermAttributes, parts: Parts): void {
  out.varint(pen.fg >>> 0);
  out.varint(pen.bg >>> 0);
  writeExtended(out, pen.extended, parts.links);
}

function readPen(input: ByteReader, pen: XtermAttributes, parts: Parts): void {
  pen.fg = input.varint() | 0;
  pen.bg = input.varint() | 0;
  pen.extended = readExtended(input, pen.extended, parts.links);
}

/** A character set by its replacements; 0 for ASCII. */
function writeCharset(out: ByteWriter, charset: XtermCharset): void {
  const pairs = Object.entries(charset ?? {});
  out.varint(charset === undefined ? 0 : pairs.length + 1);
  for (const [from, to] of pairs) {
    out.string(from);
    out.string(to);
  }
}

function readCharset(input: ByteReader): XtermCharset {
  const count = input.varint();
  if (count === 0) return undefined;
  const charset: Record<string, string> = {};
  for (let n = 1; n < count; n++) charset[input.string()] = input.string();
  return charset;
}

function writeModes(out: ByteWriter, parts: Parts): void {
  const { core, modes, keyboard, print } = parts;
  const dec = core.coreService.decPrivateModes;
  const raw = core.optionsService.rawOptions;
  out.varint(FLAGS.reduce((bits, name, i) => bits | (dec[name] ? 1 << i : 0), 0));
  const switches = [
    core.coreService.modes.insertMode, core.coreService.isCursorHidden, raw.convertEol, raw.cursorBlink,
    modes.reverseVideo, modes.alternateScroll, modes.colorSchemeUpdates, modes.resizeReports, print.running,
  ];
  out.varint(switches.reduce((bits, on, i) => bits | (on ? 1 << i : 0), 0));
  out.varint(SHAPES.indexOf(dec.cursorStyle));
  out.varint(BLINKS.indexOf(dec.cursorBlink));
  out.varint(TRACKING.indexOf(core.coreMouseService.activeProtocol));
  out.varint(ENCODINGS.indexOf(modes.mouseEncoding));
  out.varint(core._inputHandler._parser.precedingJoinState);
  for (const stack of [keyboard.normal, keyboard.alternate]) {
    out.varint(stack.flags);
    writeNumbers(out, stack.below);
  }
  out.varint(keyboard.modifyOtherKeys);
  const { charset, glevel, _charsets: sets } = core._charsetService;
  writeCharset(out, charset);
  out.varint(glevel);
  out.varint(sets.length);
  for (let g = 0; g < sets.length; g++) writeCharset(out, sets[g]);
}

function readModes(input: ByteReader, parts: Parts): void {
  const { core, modes, keyboard, print } = parts;
  const dec = core.coreService.decPrivateModes;
  const { options } = core.optionsService;
  const flags = input.varint();
  FLAGS.forEach((name, i) => (dec[name] = (flags & (1 << i)) !== 0));
  const switches = input.varint();
  const on = (i: number): boolean => (switches & (1 << i)) !== 0;
  core.coreService.modes.insertMode = on(0);
  core.coreService.isCursorHidden = on(1);
  options.convertEol = on(2);
  options.cursorBlink = on(3);
  modes.reverseVideo = on(4);
  modes.alternateScroll = on(5);
  modes.colorSchemeUpdates = on(6);
  modes.resizeReports = on(7);
  print.running = on(8);
  dec.cursorStyle = SHAPES[input.varint()];
  dec.cursorBlink = BLINKS[input.varint()];
  core.coreMouseService.activeProtocol = TRACKING[input.varint()] ?? "NONE";
  modes.mouseEncoding = ENCODINGS[input.varint()] ?? "bytes";
  core._inputHandler._parser.precedingJoinState = input.varint();
  for (const stack of [keyboard.normal, keyboard.alternate]) {
    stack.flags = input.varint();
    stack.below = readNumbers(input);
  }
  keyboard.setModifyOtherKeys(input.varint());
  const charsets = core._charsetService;
  charsets.charset = readCharset(input);
  charsets.glevel = input.varint();
  charsets._charsets = [];
  for (let g = 0, count = input.varint(); g < count; g++) charsets._charsets[g] = readCharset(input);
}

/** Titles, folder, colours, progress and what notifications have come half. */
function writeNames(out: ByteWriter, parts: Parts): void {
  const { titles, state, palette, notifications, cellPixels } = parts;
  out.string(titles.title);
  out.string(titles.icon);
  for (const stack of [titles.titleStack, titles.iconStack]) {
    out.varint(stack.length);
    for (const text of stack) out.string(text);
  }
  out.string(state.cwd ?? "");
  out.varint(PROGRESS.indexOf(state.progress.state));
  out.varint(state.progress.percent);
  out.varint(state.bells);
  out.varint(palette.changed.size);
  for (const [index, color] of palette.changed) {
    out.varint(index);
    out.varint(color);
  }
  for (const colors of [palette.program, palette.client]) {
    for (const name of SPECIAL_COLORS) out.varint((colors[name] ?? -1) + 1);
  }
  out.varint(notifications.pending.size);
  for (const [id, { title, body, urgency }] of notifications.pending) {
    for (const text of [id, title, body]) out.string(text);
    out.varint(urgency);
  }
  out.varint(cellPixels?.width ?? 0);
  out.varint(cellPixels?.height ?? 0);
}

function readNames(input: ByteReader, parts: Parts): void {
  const { titles, state, palette, notifications } = parts;
  titles.title = input.string();
  titles.icon = input.string();
  for (const stack of [titles.titleStack, titles.iconStack]) {
    for (let n = input.varint(); n > 0; n--) stack.push(input.string());
  }
  state.cwd = input.string() || undefined;
  state.progress = { state: PROGRESS[input.varint()] ?? "none", percent: input.varint() };
  state.bells = input.varint();
  for (let n = input.varint(); n > 0; n--) palette.changed.set(input.varint(), input.varint());
  palette.program = readColors(input);
  palette.client = readColors(input);
  for (let n = input.varint(); n > 0; n--) {
    notifications.pending.set(input.string(), { title: input.string(), body: input.string(), urgency: input.varint() });
  }
  const [width, height] = [input.varint(), input.varint()];
  parts.cellPixels = width > 0 && height > 0 ? { width, height } : undefined;
}

function readColors(input: ByteReader): TerminalColors {
  const colors: TerminalColors = {};
  for (const name of SPECIAL_COLORS) {
    const value = input.varint();
    if (value > 0) colors[name] = value - 1;
  }
  return colors;
}

function writeNumbers(out: ByteWriter, numbers: readonly number[]): void {
  out.varint(numbers.length);
  for (const number of numbers) out.varint(number);
}

function readNumbers(input: ByteReader): number[] {
  return Array.from({ length: Math.min(64, input.varint()) }, () => input.varint());
}

function malformed(): FugueError {
  return new FugueError("protocol", "malformed checkpoint");
}

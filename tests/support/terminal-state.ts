/** The whole state of a terminal as plain data, for comparing. */
import type { Emulator } from "../../src/terminal/emulator.ts";
import { CELL, type XtermAttributes, type XtermBuffer, type XtermCore, type XtermExtended, type XtermLine } from "../../src/terminal/xterm/internals.ts";
import type { Parts } from "../../src/terminal/xterm/parts.ts";

function describeRow(line: XtermLine | undefined, links: (id: number) => unknown): unknown {
  if (line === undefined) return undefined;
  const extras: unknown[] = [];
  for (let x = 0; x < line.length; x++) {
    const i = x * CELL.words;
    if (line._data[i]! & CELL.combined) extras.push([x, line._combined[x]]);
    const extended = extendedOf(line, x);
    if (extended) extras.push([x, styleOf(line._data[i + 1]!, extended), extended.underlineColor, links(extended.urlId)]);
  }
  return { wrapped: line.isWrapped, length: line.length, words: wordsOf(line).join(" "), extras };
}

/** Extended attributes of a cell that say something. */
function extendedOf(line: XtermLine, x: number): XtermExtended | undefined {
  const extended = line._data[x * CELL.words + 2]! & CELL.hasExtended ? line._extendedAttrs[x] : undefined;
  return extended && !saysNothing(line._data[x * CELL.words + 1]!, extended) ? extended : undefined;
}

/** The words of a row's cells, `hasExtended` only where extended attributes say something. */
export function wordsOf(line: XtermLine): number[] {
  const words = Array.from(line._data);
  for (let x = 0; x < line.length; x++) {
    const i = x * CELL.words + 2;
    if (words[i]! & CELL.hasExtended && !extendedOf(line, x)) words[i] = (words[i]! & ~CELL.hasExtended) >>> 0;
  }
  return words;
}

/** Style of an underline: one that is underlined without further words has a single line. */
function styleOf(fg: number, { underlineStyle }: XtermExtended): number {
  return underlineStyle || (fg & CELL.underline ? 1 : 0);
}

/** Whether extended attributes repeat what the fg word says: stock has them for every underline, fugue only where they say more. */
function saysNothing(fg: number, extended: XtermExtended): boolean {
  return extended.underlineStyle <= 1 && (fg & CELL.underline) !== 0 && extended.underlineColor === 0 && extended.urlId === 0;
}

/** fg, bg and extended attributes of a pen. */
function describePen({ fg, bg, extended }: XtermAttributes, links: (id: number) => unknown): unknown[] {
  const more = saysNothing(fg, extended) ? 0 : bg & CELL.hasExtended;
  return [fg >>> 0, ((bg & ~CELL.hasExtended) | more) >>> 0, styleOf(fg, extended), extended.underlineColor, links(extended.urlId)];
}

function describeBuffer(buffer: XtermBuffer, links: (id: number) => unknown): unknown {
  const rows = Array.from({ length: buffer.lines.length }, (_, i) => describeRow(buffer.lines.get(i), links));
  const { x, y, ybase, scrollTop, scrollBottom, savedX, savedCurAttrData: saved } = buffer;
  // what DECRC would do with it, whatever the scrollback holds
  const savedRow = Math.max(0, buffer.savedY - ybase);
  const tabs = Object.keys(buffer.tabs).filter((column) => buffer.tabs[Number(column)]);
  const savedPen = describePen(saved, links).slice(0, 2);
  return { rows, x, y, ybase, scrollTop, scrollBottom, savedX, savedRow, savedPen, savedCharset: buffer.savedCharset,
    tabs };
}

/** Buffers, pen, character sets and modes of an xterm core, ours or a stock one. */
export function describeCore(core: XtermCore, links: (id: number) => unknown = (id) => id): Record<string, unknown> {
  const { normal, alt } = core._bufferService.buffers;
  return {
    size: [core.cols, core.rows],
    normal: describeBuffer(normal, links),
    alt: describeBuffer(alt, links),
    onAlternate: core._bufferService.buffers.active === alt,
    pen: describePen(core._inputHandler._curAttrData, links),
    charsets: [core._charsetService.charset, core._charsetService.glevel, [...core._charsetService._charsets]],
    modes: { ...core.coreService.decPrivateModes, ...core.coreService.modes, hidden: core.coreService.isCursorHidden },
    mouse: [core.coreMouseService.activeProtocol],
    eol: core.optionsService.rawOptions.convertEol,
  };
}

/** Everything that an emulator knows and that later output could show. */
export function describeState(emulator: Emulator): Record<string, unknown> {
  const parts = (emulator as unknown as { parts: Parts }).parts;
  const { keyboard, palette, titles, notifications, state, modes } = parts;
  return {
    ...describeCore(parts.core, (id) => (id === 0 ? "" : emulator.linkText(id))),
    read: emulator.modes(),
    extra: { ...modes },
    keyboard: [keyboard.normal, keyboard.alternate, keyboard.modifyOtherKeys],
    palette: [[...palette.changed].sort((a, b) => a[0] - b[0]), { ...palette.program }, { ...palette.client }],
    titles: [titles.title, titles.icon, titles.titleStack, titles.iconStack],
    notifications: [...notifications.pending],
    state: { ...state },
    run: [parts.print.running, joinState(parts)],
    cursor: emulator.cursor(),
    errors: emulator.errors,
    pixels: parts.cellPixels,
    blink: parts.core.optionsService.rawOptions.cursorBlink,
  };
}

/** What a join state means: break kind and width of the last character. */
function joinState(parts: Parts): number {
  const state = parts.core._inputHandler._parser.precedingJoinState;
  return state === 0 ? 0 : (state & 0x7e) | 0x80;
}

/** The first place where two descriptions differ, as a readable line; "" if they are the same. */
export function firstDifference(a: unknown, b: unknown, path = ""): string {
  if (Bun.deepEquals(a, b)) return "";
  if (typeof a === "object" && typeof b === "object" && a !== null && b !== null) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    for (const key of keys) {
      const found = firstDifference((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key],
        `${path}.${key}`);
      if (found !== "") return found;
    }
  }
  return `${path}: ${shorten(a)} and ${shorten(b)}`;
}

function shorten(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 400);
}

/**
 * The private parts of @xterm/headless 6.0.0 that fugue relies on, named once. The version is pinned exactly; the
 * differential tests fail if an update moves any of them.
 */

/** Bits of the words of a cell (xterm.js src/common/buffer/Constants.ts). */
export const CELL = {
  words: 3,
  codePointMask: 0x1fffff,
  combined: 0x200000,
  hasContent: 0x3fffff,
  widthShift: 22,
  /** Content word of an empty cell: width 1, no code point. */
  empty: 1 << 22,
  // fg word
  colorMode: 0x3000000,
  colorP16: 0x1000000,
  colorP256: 0x2000000,
  colorRgb: 0x3000000,
  colorMask: 0xffffff,
  inverse: 0x4000000,
  bold: 0x8000000,
  underline: 0x10000000,
  blink: 0x20000000,
  invisible: 0x40000000,
  strike: 0x80000000,
  // bg word
  italic: 0x4000000,
  dim: 0x8000000,
  hasExtended: 0x10000000,
  protected: 0x20000000,
  overline: 0x40000000,
  /** The colour part of a bg word: what erasing keeps. */
  erase: 0x3ffffff,
  // extended attributes
  underlineStyleMask: 0x1c000000,
  underlineStyleShift: 26,
} as const;

/** States of xterm's parser (src/common/parser/Constants.ts) that the byte stream looks at. */
export const PARSER = {
  ground: 0,
  escape: 1,
  escapeIntermediate: 2,
  /** SOS, PM, APC. */
  string: 7,
  osc: 8,
  dcsIgnore: 11,
  dcs: 13,
} as const;

/** ExtendedAttrs of a cell whose bg word has `hasExtended`. */
export interface XtermExtended {
  ext: number;
  urlId: number;
  underlineStyle: number;
  underlineColor: number;
  clone(): XtermExtended;
  isEmpty(): boolean;
}

/** BufferLine. `_data` holds CELL.words words a cell: content, fg, bg. */
export interface XtermLine {
  _data: Uint32Array;
  _combined: Record<number, string>;
  _extendedAttrs: Record<number, XtermExtended | undefined>;
  isWrapped: boolean;
  length: number;
  /**
   * Not xterm's: the columns from here on are empty and plain. Undefined: nobody knows. What writes a cell at or behind
   * it raises it (see row-extent.ts), so that an emptied row is not emptied, and a short one not read, to its end.
   */
  written?: number;
  /** Not xterm's: false if `_combined` and `_extendedAttrs` are known to have no entries. */
  decorated?: boolean;
}

/** The methods of BufferLine that our own code calls. */
export interface XtermLineMethods extends XtermLine {
  addCodepointToCell(index: number, codePoint: number, width: number): void;
  setCell(index: number, cell: unknown): void;
  set(index: number, value: unknown): void;
  copyFrom(from: XtermLine): void;
  copyCellsFrom(from: XtermLine, source: number, target: number, length: number, reverse: boolean): void;
  insertCells(index: number, count: number, fill: unknown): void;
  setCellFromCodepoint(index: number, codePoint: number, width: number, attributes: XtermAttributes): void;
  replaceCells(start: number, end: number, fill: unknown, protect: boolean): void;
  getString(index: number): string;
  resize(cols: number, fill: unknown): boolean;
  cleanupMemory(): number;
}

/** AttributeData: the pen. */
export interface XtermAttributes {
  fg: number;
  bg: number;
  extended: XtermExtended;
  clone(): XtermAttributes;
  updateExtended(): void;
}

/** CircularList of rows. */
export interface XtermLines {
  _array: (XtermLineMethods | undefined)[];
  _startIndex: number;
  _length: number;
  _maxLength: number;
  length: number;
  maxLength: number;
  get(index: number): XtermLineMethods | undefined;
  set(index: number, line: XtermLine): void;
  push(line: XtermLine): void;
  splice(start: number, remove: number, ...items: XtermLine[]): void;
  trimStart(count: number): void;
}

/** A character set: replacements by character, undefined for ASCII. */
export type XtermCharset = Record<string, string> | undefined;

/** Buffer: one screen. `y` counts from `ybase`. */
export interface XtermBuffer {
  lines: XtermLines;
  x: number;
  y: number;
  ybase: number;
  ydisp: number;
  scrollTop: number;
  scrollBottom: number;
  tabs: Record<number, boolean | undefined>;
  savedX: number;
  savedY: number;
  savedCurAttrData: XtermAttributes;
  savedCharset: XtermCharset;
  _memoryCleanupQueue: { clear(): void; enqueue(task: () => boolean): void };
  getNullCell(attributes?: XtermAttributes): unknown;
  getBlankLine(attributes: XtermAttributes, wrapped?: boolean): XtermLineMethods;
  fillViewportRows(attributes?: XtermAttributes): void;
  nextStop(): number;
  prevStop(): number;
}

export interface XtermBufferService {
  cols: number;
  rows: number;
  buffer: XtermBuffer;
  buffers: {
    normal: XtermBuffer;
    alt: XtermBuffer;
    active: XtermBuffer;
    activateAltBuffer(attributes?: XtermAttributes): void;
    activateNormalBuffer(): void;
    onBufferActivate(listener: () => void): { dispose(): void };
  };
  scroll(attributes: XtermAttributes, wrapped?: boolean): void;
}

export interface XtermParams {
  params: Int32Array;
  length: number;
  reset(): void;
  addParam(value: number): void;
  hasSubParams(index: number): boolean;
  getSubParams(index: number): Int32Array | null;
}

/** Which sequence a handler is for. */
export interface SequenceId {
  prefix?: string;
  intermediates?: string;
  final: string;
}

export interface XtermOscHandler {
  start(): void;
  put(data: Uint32Array, start: number, end: number): void;
  end(success: boolean): boolean;
}

export interface XtermDcsHandler {
  hook(params: XtermParams): void;
  put(data: Uint32Array, start: number, end: number): void;
  unhook(success: boolean): boolean;
}

export type CsiHandler = (params: XtermParams) => boolean;

/** EscapeSequenceParser. */
export interface XtermParser {
  currentState: number;
  precedingJoinState: number;
  _params: XtermParams;
  _csiHandlers: Record<number, CsiHandler[] | undefined>;
  _escHandlers: Record<number, (() => boolean)[] | undefined>;
  _executeHandlers: Record<number, (() => boolean) | undefined>;
  parse(data: Uint32Array, length: number): void;
  reset(): void;
  setPrintHandler(handler: (data: Uint32Array, start: number, end: number) => void): void;
  setExecuteHandler(flag: string, handler: () => boolean): void;
  setErrorHandler(handler: (state: { abort: boolean }) => { abort: boolean }): void;
  setCsiHandlerFallback(handler: () => void): void;
  setEscHandlerFallback(handler: () => void): void;
  setExecuteHandlerFallback(handler: () => void): void;
  setOscHandlerFallback(handler: () => void): void;
  setDcsHandlerFallback(handler: () => void): void;
  registerCsiHandler(id: SequenceId, handler: CsiHandler): void;
  clearCsiHandler(id: SequenceId): void;
  registerEscHandler(id: SequenceId, handler: () => boolean): void;
  clearEscHandler(id: SequenceId): void;
  registerOscHandler(id: number, handler: XtermOscHandler): void;
  clearOscHandler(id: number): void;
  registerDcsHandler(id: SequenceId, handler: XtermDcsHandler): void;
  clearDcsHandler(id: SequenceId): void;
}

export interface XtermInputHandler {
  _parser: XtermParser;
  _curAttrData: XtermAttributes;
  _activeBuffer: XtermBuffer;
  _dirtyRowTracker: XtermDirtyRows;
  print(data: Uint32Array, start: number, end: number): void;
  _eraseAttrData(): XtermAttributes;
  charAttributes(params: XtermParams): boolean;
  eraseInDisplay(params: XtermParams, protect?: boolean): boolean;
  eraseInLine(params: XtermParams, protect?: boolean): boolean;
  saveCursor(): boolean;
  restoreCursor(): boolean;
  onRequestReset(listener: () => void): void;
  onRequestBell(listener: () => void): void;
}

/** What InputHandler reports changed rows to. */
export interface XtermDirtyRows {
  readonly start: number;
  readonly end: number;
  clearRange(): void;
  markDirty(y: number): void;
  markRangeDirty(from: number, to: number): void;
  markAllDirty(): void;
}

export interface XtermPrivateModes {
  applicationCursorKeys: boolean;
  applicationKeypad: boolean;
  bracketedPasteMode: boolean;
  cursorBlink: boolean | undefined;
  cursorStyle: "block" | "underline" | "bar" | undefined;
  origin: boolean;
  reverseWraparound: boolean;
  sendFocus: boolean;
  synchronizedOutput: boolean;
  wraparound: boolean;
}

/** `Terminal._core`. */
export interface XtermCore {
  cols: number;
  rows: number;
  _inputHandler: XtermInputHandler;
  _bufferService: XtermBufferService;
  _charsetService: { charset: XtermCharset; glevel: number; _charsets: XtermCharset[]; reset(): void };
  _oscLinkService: object;
  coreService: {
    modes: { insertMode: boolean };
    decPrivateModes: XtermPrivateModes;
    isCursorHidden: boolean;
    triggerDataEvent(data: string): void;
  };
  coreMouseService: { activeProtocol: string; activeEncoding: string };
  unicodeService: { _activeProvider: { charProperties(codePoint: number, preceding: number): number } };
  optionsService: {
    rawOptions: { scrollback: number; convertEol: boolean; cursorBlink: boolean };
    options: { convertEol: boolean; cursorBlink: boolean };
  };
  resize(cols: number, rows: number): void;
  reset(): void;
}

/**
 * Answers to what programs ask about the terminal, at that point of the stream. What is not known gets no answer, or
 * the answer that says so.
 */
import { version } from "../../../package.json";
import { applySgr, reportSgr } from "./sgr.ts";
import { CELL, type CsiHandler, type SequenceId, type XtermParams } from "./internals.ts";
import { onAlternate, type Parts, reply, replyNothing } from "./parts.ts";
import { colorSchemeReport, cursorShape, replyMode, setExtraModes } from "./private-modes.ts";
import { BoundedString, IGNORED_STRING } from "./strings.ts";

/** A VT220 with colours that takes clipboard writes. */
const PRIMARY_ATTRIBUTES = "\x1b[?62;22;52c";
/** Looks like xterm 277, from which version on vim trusts a terminal with SGR mouse reports. */
const SECONDARY_ATTRIBUTES = "\x1b[>1;277;0c";
const TERTIARY_ATTRIBUTES = "\x1bP!|00000000\x1b\\";
const MOST_CAPABILITIES = 64;

/** Terminfo capabilities that XTGETTCAP knows; true for a boolean one. */
const CAPABILITIES = new Map<string, string | true>(Object.entries({
  TN: "xterm-256color",
  Co: "256",
  colors: "256",
  RGB: "8/8/8",
  Tc: true as const,
  Su: true as const,
  Smulx: "\x1b[4:%p1%dm",
  Setulc: "\x1b[58:2::%p1%{65536}%/%d:%p1%{256}%/%{255}%&%d:%p1%{255}%&%d%;m",
  Ss: "\x1b[%p1%d q",
  Se: "\x1b[0 q",
  Ms: "\x1b]52;%p1%s;%p2%s\x07",
  Sync: "\x1b[?2026%?%p1%{1}%-%tl%eh%;",
  smxx: "\x1b[9m",
  rmxx: "\x1b[29m",
  setrgbf: "\x1b[38:2::%p1%d:%p2%d:%p3%dm",
  setrgbb: "\x1b[48:2::%p1%d:%p2%d:%p3%dm",
}));

function toHex(text: string): string {
  return Buffer.from(text, "latin1").toString("hex").toUpperCase();
}

/** DCS + q: names in hexadecimal; one answer for each. */
function replyCapabilities(parts: Parts, payload: string): void {
  for (const hex of payload.split(";").slice(0, MOST_CAPABILITIES)) {
    if (!/^(?:[0-9a-f]{2}){1,32}$/i.test(hex)) continue;
    const value = CAPABILITIES.get(Buffer.from(hex, "hex").toString("latin1"));
    if (value === undefined) reply(parts, `\x1bP0+r${hex}\x1b\\`);
    else reply(parts, `\x1bP1+r${hex}${value === true ? "" : `=${toHex(value)}`}\x1b\\`);
  }
}

/** The setting that DECRQSS asks for, as the sequence that would make it; undefined for an unknown one. */
function setting(parts: Parts, what: string): string | undefined {
  const { core } = parts;
  const { scrollTop, scrollBottom } = core._bufferService.buffer;
  const pen = core._inputHandler._curAttrData;
  switch (what) {
    case "m": return `${reportSgr(pen)}m`;
    case "r": return `${scrollTop + 1};${scrollBottom + 1}r`;
    case "s": return `1;${core.cols}s`;
    case "t": return `${core.rows}t`;
    case " q": return `${cursorShape(core.coreService.decPrivateModes)} q`;
    case '"q': return `${pen.bg & CELL.protected ? 1 : 0}"q`;
    case '"p': return '62;1"p';
    case "$|": return `${core.cols}$|`;
    case "*|": return `${core.rows}*|`;
    case ">4m": return `>4;${parts.keyboard.modifyOtherKeys}m`;
    default: return undefined;
  }
}

function replySetting(parts: Parts, what: string): void {
  const value = setting(parts, what);
  reply(parts, value === undefined ? "\x1bP0$r\x1b\\" : `\x1bP1$r${value}\x1b\\`);
}

/** DSR: CSI Ps n, and with `prefix` "?" the DEC form. */
function replyStatus(parts: Parts, what: number, prefix: string): void {
  if (what === 6) {
    const { buffer, cols } = parts.screen;
    const y = buffer.y - (parts.core.coreService.decPrivateModes.origin ? buffer.scrollTop : 0);
    reply(parts, `\x1b[${prefix}${y + 1};${Math.min(buffer.x, cols - 1) + 1}R`);
  } else if (what === 5 && prefix === "") reply(parts, "\x1b[0n");
  else if (what === 996 && prefix === "?") {
    const { dark } = parts.palette;
    if (dark === undefined) replyNothing(parts);
    else reply(parts, colorSchemeReport(dark));
  }
}

/** CSI t: sizes, and the stack of titles. Nothing that moves or resizes a window. */
function windowOperation(parts: Parts, params: XtermParams): void {
  const { cols, rows } = parts.core;
  const pixels = parts.cellPixels;
  const second = params.length > 1 ? params.params[1]! : 0;
  switch (params.params[0]) {
    case 14:
      if (second === 2) break;
      if (pixels) reply(parts, `\x1b[4;${rows * pixels.height};${cols * pixels.width}t`);
      else replyNothing(parts);
      break;
    case 16:
      if (pixels) reply(parts, `\x1b[6;${pixels.height};${pixels.width}t`);
      else replyNothing(parts);
      break;
    case 18:
      reply(parts, `\x1b[8;${rows};${cols}t`);
      break;
    case 19:
      reply(parts, `\x1b[9;${rows};${cols}t`);
      break;
    case 22:
      parts.titles.push(second);
      break;
    case 23:
      if (parts.titles.pop(second)) parts.events.effect({ kind: "title", title: parts.titles.title });
      break;
  }
}

/** Kitty's keyboard protocol and XTMODKEYS. */
function registerKeyboard(parts: Parts): void {
  const { core, keyboard } = parts;
  const parser = core._inputHandler._parser;
  const stack = () => keyboard.stack(onAlternate(core));
  const on = (prefix: string, final: string, run: (params: Int32Array, count: number) => void): void =>
    parser.registerCsiHandler({ prefix, final }, (given) => {
      run(given.params, given.length);
      return true;
    });
  on("?", "u", () => reply(parts, `\x1b[?${stack().flags}u`));
  on(">", "u", (params) => stack().push(params[0]!));
  on("<", "u", (params) => stack().pop(params[0]! || 1));
  on("=", "u", (params, count) => stack().set(params[0]!, count > 1 ? params[1]! || 1 : 1));
  on(">", "m", (params, count) => {
    if (params[0] === 4) keyboard.setModifyOtherKeys(count > 1 ? params[1]! : 0);
    else if (params[0] === 0) keyboard.setModifyOtherKeys(0);
  });
  on(">", "n", (params) => {
    if (params[0] === 4) keyboard.setModifyOtherKeys(0);
  });
  on("?", "m", (params) => {
    if (params[0] === 4) reply(parts, `\x1b[>4;${keyboard.modifyOtherKeys}m`);
  });
}

/** Replaces xterm's handlers of everything that is answered, and of the modes that we keep. */
export function registerQueries(parts: Parts): void {
  const { core } = parts;
  const input = core._inputHandler;
  const parser = input._parser;
  const csi = (id: SequenceId, run: (params: XtermParams) => void): void => {
    parser.clearCsiHandler(id);
    parser.registerCsiHandler(id, (params) => {
      run(params);
      return true;
    });
  };
  const first = (params: XtermParams): number => params.params[0]!;
  csi({ final: "c" }, (params) => first(params) === 0 && reply(parts, PRIMARY_ATTRIBUTES));
  csi({ prefix: ">", final: "c" }, (params) => first(params) === 0 && reply(parts, SECONDARY_ATTRIBUTES));
  csi({ prefix: "=", final: "c" }, (params) => first(params) === 0 && reply(parts, TERTIARY_ATTRIBUTES));
  const name = `\x1bP>|fugue(${version})\x1b\\`;
  csi({ prefix: ">", final: "q" }, (params) => first(params) === 0 && reply(parts, name));
  csi({ final: "n" }, (params) => replyStatus(parts, first(params), ""));
  csi({ prefix: "?", final: "n" }, (params) => replyStatus(parts, first(params), "?"));
  csi({ intermediates: "$", final: "p" }, (params) => replyMode(parts, first(params), true));
  csi({ prefix: "?", intermediates: "$", final: "p" }, (params) => replyMode(parts, first(params), false));
  csi({ final: "t" }, (params) => windowOperation(parts, params));
  csi({ final: "m" }, (params) => applySgr(input._curAttrData, params.params, params.length, params));
  registerKeyboard(parts);
  registerModes(parts);
  const dcs = (id: SequenceId, limit: number, run: (text: string) => void): void => {
    parser.clearDcsHandler(id);
    parser.registerDcsHandler(id, new BoundedString(limit, run));
  };
  dcs({ intermediates: "$", final: "q" }, 16, (what) => replySetting(parts, what));
  dcs({ intermediates: "+", final: "q" }, 4096, (names) => replyCapabilities(parts, names));
  // pictures (sixel) can be long
  parser.registerDcsHandler({ final: "q" }, IGNORED_STRING);
}

/** DECSET, DECRST and DECSTR: xterm's own handling, then ours. */
function registerModes(parts: Parts): void {
  const parser = parts.core._inputHandler._parser;
  const dec = () => parts.core.coreService.decPrivateModes;
  const wrap = (id: SequenceId, ident: number, after: CsiHandler): void => {
    const stock = parser._csiHandlers[ident]![0]!;
    parser.clearCsiHandler(id);
    parser.registerCsiHandler(id, (params) => {
      const held = dec().synchronizedOutput;
      stock(params);
      after(params);
      if (held && !dec().synchronizedOutput) parts.events.synchronizedEnd();
      return true;
    });
  };
  const ident = (text: string): number => [...text].reduce((sum, char) => (sum << 8) | char.charCodeAt(0), 0);
  const extra = (on: boolean): CsiHandler => (params) => {
    setExtraModes(parts, params, on);
    return true;
  };
  wrap({ prefix: "?", final: "h" }, ident("?h"), extra(true));
  wrap({ prefix: "?", final: "l" }, ident("?l"), extra(false));
  wrap({ intermediates: "!", final: "p" }, ident("!p"), () => true);
}

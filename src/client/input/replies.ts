/** What the outer terminal answers to our queries: recognised in the input, and kept apart from what a person types. */
import { parameter } from "./sequences.ts";
import type { ControlSequence } from "./sequences.ts";

/** Colours a terminal may be asked for: OSC 10, 11, 12 and 4. */
export type ColorTarget = "foreground" | "background" | "cursor" | "palette";

/** What a size reply measures: the text area or a cell in pixels, or the text area in cells. */
export type SizeUnit = "textPixels" | "cellPixels" | "cells";

/** One answer. Numbers are the terminal's own, at most 2^31-1; colours are 0-255 a channel. */
export type TerminalReply =
  /** Primary attributes, `CSI ? … c`: the class of terminal (62-65), then its features (4 is sixel). */
  | { readonly kind: "da1"; readonly attributes: readonly number[] }
  /** Secondary attributes, `CSI > type ; version ; 0 c`. */
  | { readonly kind: "da2"; readonly attributes: readonly number[] }
  /** Tertiary attributes, `DCS ! | id ST`. */
  | { readonly kind: "da3"; readonly text: string }
  /** `CSI 0 n` (ready) or 3 (fault). */
  | { readonly kind: "status"; readonly ready: boolean }
  /** The cursor's place, counted from 0: `CSI row ; column R`. */
  | { readonly kind: "cursor"; readonly row: number; readonly column: number }
  /** State of a mode, `CSI ? mode ; state $ y`: 0 unknown, 1 set, 2 reset, 3 always set, 4 always reset. */
  | { readonly kind: "decrpm"; readonly mode: number; readonly state: number; readonly isPrivate: boolean }
  /** Kitty keyboard flags in force, `CSI ? flags u`. */
  | { readonly kind: "kittyFlags"; readonly flags: number }
  /** Level of modifyOtherKeys, `CSI > 4 ; level m`. */
  | { readonly kind: "modifyOtherKeys"; readonly level: number }
  /** Light or dark, asked for or because it changed (mode 2031), `CSI ? 997 ; 1 n`. */
  | { readonly kind: "colorScheme"; readonly dark: boolean }
  /** A size, from `CSI 4, 6 or 8 ; height ; width t`. */
  | { readonly kind: "size"; readonly of: SizeUnit; readonly width: number; readonly height: number }
  /** An in-band resize (mode 2048), `CSI 48 ; rows ; columns ; height ; width t`; pixels may be 0. */
  | {
    readonly kind: "resize"; readonly columns: number; readonly rows: number;
    readonly width: number; readonly height: number;
  }
  /** A colour; `index` is set for the palette. */
  | {
    readonly kind: "color"; readonly target: ColorTarget; readonly index?: number;
    readonly red: number; readonly green: number; readonly blue: number;
  }
  /** The terminal's name and version, `DCS > | text ST`. */
  | { readonly kind: "xtversion"; readonly text: string }
  /** A terminfo capability, `DCS 1 + r name=value ST` in hexadecimal; a boolean or unknown one has no `value`. */
  | { readonly kind: "xtgettcap"; readonly found: boolean; readonly name: string; readonly value?: string }
  /** A setting (DECRQSS), `DCS 1 $ r text ST`. */
  | { readonly kind: "decrqss"; readonly valid: boolean; readonly text: string }
  /** The clipboard, `OSC 52 ; selection ; base64 ST`. */
  | { readonly kind: "clipboard"; readonly selection: string; readonly data: Uint8Array }
  /** An answer of the kitty graphics protocol, `APC G … ST`, without the `G`. */
  | { readonly kind: "graphics"; readonly text: string };

/** Approximate memory of a reply, in bytes. */
export function weightOfReply(reply: TerminalReply): number {
  if (reply.kind === "clipboard") return 64 + reply.data.length;
  return 128 + ("text" in reply ? 2 * reply.text.length : 0);
}

function numbers(sequence: ControlSequence): number[] {
  return sequence.params.map((parts) => parts[0] ?? 0);
}

/** The reply that a `CSI` sequence is, or undefined. */
export function replyOfSequence(sequence: ControlSequence): TerminalReply | undefined {
  const first = parameter(sequence, 0, 0);
  switch (sequence.marker + sequence.intermediates + sequence.final) {
    case "?c":
      return { kind: "da1", attributes: numbers(sequence) };
    case ">c":
      return { kind: "da2", attributes: numbers(sequence) };
    case "n":
      return first === 0 || first === 3 ? { kind: "status", ready: first === 0 } : undefined;
    case "?n":
      return first === 997 ? { kind: "colorScheme", dark: parameter(sequence, 1, 0) === 1 } : undefined;
    case "R":
    case "?R": {
      const column = parameter(sequence, 1, 1) - 1;
      return { kind: "cursor", row: Math.max(0, first - 1), column: Math.max(0, column) };
    }
    case "?$y":
    case "$y": {
      const isPrivate = sequence.marker === "?";
      return { kind: "decrpm", mode: first, state: parameter(sequence, 1, 0), isPrivate };
    }
    case "?u":
      return { kind: "kittyFlags", flags: first };
    case ">m":
      return first === 4 ? { kind: "modifyOtherKeys", level: parameter(sequence, 1, 0) } : undefined;
    case "t":
      return sizeReply(sequence);
    default:
      return undefined;
  }
}

function sizeReply(sequence: ControlSequence): TerminalReply | undefined {
  const [what, height = 0, width = 0, heightPixels = 0, widthPixels = 0] = numbers(sequence);
  if (what === 48) return { kind: "resize", rows: height, columns: width, height: heightPixels, width: widthPixels };
  const of = what === 4 ? "textPixels" : what === 6 ? "cellPixels" : what === 8 ? "cells" : undefined;
  return of && { kind: "size", of, width, height };
}

const DYNAMIC_COLORS: Readonly<Record<string, ColorTarget>> = { 10: "foreground", 11: "background", 12: "cursor" };

/** The replies in the text of an OSC: none if it is not one that we know; OSC 4 may hold several. */
export function repliesOfOsc(text: string): TerminalReply[] {
  const [command = "", ...fields] = text.split(";", 600);
  const target = DYNAMIC_COLORS[command];
  if (target !== undefined) {
    const color = parseColor(fields[0] ?? "");
    return color ? [{ kind: "color", target, ...color }] : [];
  }
  if (command === "4") return paletteReplies(fields);
  if (command === "52" && fields.length === 2) {
    // Buffer reads base64 leniently and never throws.
    return [{ kind: "clipboard", selection: fields[0]!, data: new Uint8Array(Buffer.from(fields[1]!, "base64")) }];
  }
  return [];
}

function paletteReplies(fields: readonly string[]): TerminalReply[] {
  const replies: TerminalReply[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const color = parseColor(fields[i + 1]!);
    if (!color || !/^\d{1,3}$/.test(fields[i]!)) continue;
    replies.push({ kind: "color", target: "palette", index: Number(fields[i]), ...color });
  }
  return replies;
}

/** XParseColor's forms that terminals answer with: `rgb:R/G/B` and `rgba:R/G/B/A` of 1-4 hex digits, and `#rrggbb`. */
function parseColor(text: string): { red: number; green: number; blue: number } | undefined {
  const channel = "([0-9a-f]{1,4})";
  const scaled = new RegExp(`^rgba?:${channel}/${channel}/${channel}(?:/[0-9a-f]{1,4})?$`, "i").exec(text);
  if (scaled) {
    const [red, green, blue] = scaled.slice(1, 4).map((hex) => {
      return Math.round((parseInt(hex, 16) * 255) / (16 ** hex.length - 1));
    });
    return { red: red!, green: green!, blue: blue! };
  }
  const plain = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (!plain) return undefined;
  return { red: parseInt(plain[1]!, 16), green: parseInt(plain[2]!, 16), blue: parseInt(plain[3]!, 16) };
}

/** The replies in the text of a DCS: none if it is not one that we know; XTGETTCAP may hold several. */
export function repliesOfDcs(text: string): TerminalReply[] {
  if (text.startsWith(">|")) return [{ kind: "xtversion", text: text.slice(2) }];
  if (text.startsWith("!|")) return [{ kind: "da3", text: text.slice(2) }];
  const form = /^([01])([+$])r/.exec(text);
  if (!form) return [];
  const good = form[1] === "1";
  const body = text.slice(3);
  if (form[2] === "$") return [{ kind: "decrqss", valid: good, text: body }];
  return body.split(";", 100).map((entry) => {
    const [name = "", value] = entry.split("=", 2);
    const decoded = value === undefined ? {} : { value: fromHex(value) };
    return { kind: "xtgettcap", found: good, name: fromHex(name), ...decoded } as const;
  });
}

function fromHex(text: string): string {
  return Buffer.from(text, "hex").toString("utf8");
}

/** The replies in the text of an APC. */
export function repliesOfApc(text: string): TerminalReply[] {
  return text.startsWith("G") ? [{ kind: "graphics", text: text.slice(1) }] : [];
}

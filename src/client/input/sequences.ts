/** The form of control sequences (ECMA-48, 5.4): where one ends and what its parts are. Knows no meanings. */

/** The longest control sequence that is read, in bytes; kitty's associated text is what makes them long. */
export const LONGEST_SEQUENCE = 4096;

/** A control sequence taken apart. */
export interface ControlSequence {
  /** The private marker `<`, `=`, `>` or `?` in front of the parameters, or "". */
  readonly marker: string;
  /** Parameters and their colon-separated parts; an empty part is undefined. Numbers are capped at 2^31-1. */
  readonly params: readonly (readonly (number | undefined)[])[];
  readonly intermediates: string;
  readonly final: string;
}

/**
 * What stands at a place in the input: a whole sequence, the beginning of one, one that a control character breaks off
 * at `end`, or one that is too long or malformed (reading stopped at `end`; skip the rest up to its final byte).
 */
export type Scan =
  | { readonly status: "whole"; readonly end: number; readonly sequence: ControlSequence }
  | { readonly status: "partial" }
  | { readonly status: "broken"; readonly end: number }
  | { readonly status: "skip"; readonly end: number };

const DOLLAR = 0x24;

/** Reads a control sequence whose introducer ended before `from`. */
export function scanSequence(data: Uint8Array, from: number): Scan {
  let at = from;
  let afterParams = -1;
  for (; at < data.length; at++) {
    const byte = data[at]!;
    if (at - from >= LONGEST_SEQUENCE) return { status: "skip", end: at };
    if (byte >= 0x30 && byte < 0x40) {
      if (afterParams >= 0) return { status: "skip", end: at };
    } else if (byte >= 0x20 && byte < 0x30) {
      // rxvt ends keys held with Shift in `$`, which is no final byte: `CSI 3 $`. A mode report has a `;` before it.
      if (byte === DOLLAR && afterParams < 0 && isNumber(data, from, at)) return whole(data, from, at, at, at + 1);
      if (afterParams < 0) afterParams = at;
    } else if (byte >= 0x40 && byte < 0x7f) {
      return whole(data, from, afterParams < 0 ? at : afterParams, at, at + 1);
    } else {
      return { status: "broken", end: at };
    }
  }
  return { status: "partial" };
}

function isNumber(data: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (data[i]! < 0x30 || data[i]! > 0x39) return false;
  return to > from;
}

function whole(data: Uint8Array, from: number, afterParams: number, final: number, end: number): Scan {
  let at = from;
  let marker = "";
  if (at < afterParams && data[at]! >= 0x3c) marker = String.fromCharCode(data[at++]!);
  const params = parseParameters(data, at, afterParams);
  const intermediates = String.fromCharCode(...data.subarray(afterParams, final));
  const sequence = { marker, params, intermediates, final: String.fromCharCode(data[final]!) };
  return { status: "whole", end, sequence };
}

/** Parameters out of `data[from, to)`: digits, `;` and `:`; other bytes (a marker out of place) count as nothing. */
function parseParameters(data: Uint8Array, from: number, to: number): (number | undefined)[][] {
  if (from === to) return [];
  const params: (number | undefined)[][] = [];
  let parts: (number | undefined)[] = [];
  let value: number | undefined;
  for (let i = from; i < to; i++) {
    const byte = data[i]!;
    if (byte === 0x3b || byte === 0x3a) {
      parts.push(value);
      value = undefined;
      if (byte === 0x3b) {
        params.push(parts);
        parts = [];
      }
    } else if (byte <= 0x39) {
      value = Math.min((value ?? 0) * 10 + byte - 0x30, 0x7fffffff);
    }
  }
  parts.push(value);
  params.push(parts);
  return params;
}

/** The first part of parameter `index`, or `fallback` if it is missing or empty. */
export function parameter(sequence: ControlSequence, index: number, fallback: number): number {
  return sequence.params[index]?.[0] ?? fallback;
}

/** Collects the payloads of OSC and DCS strings, each up to a bound; a longer one is dropped whole. */
import type { XtermDcsHandler, XtermOscHandler, XtermParams } from "./internals.ts";

/** Under this number the parser gets `ESC k name ST`, which it does not know: as an operating system command. */
export const WINDOW_NAME = 4096;
/** Under this one it gets OSC strings that begin with `fugue;`: it knows numbers only. */
export const SIDEBAND = 4097;

const SLICE = 4096;

/** UTF-16 of code points. */
function textOf(data: Uint32Array, start: number, end: number): string {
  let out = "";
  for (let from = start; from < end; from += SLICE) {
    out += String.fromCodePoint(...data.subarray(from, Math.min(end, from + SLICE)));
  }
  return out;
}

/** An OSC or DCS handler; `handle` gets the payload of every string that ends properly within `limit` UTF-16 units. */
export class BoundedString implements XtermOscHandler, XtermDcsHandler {
  private parts: string[] = [];
  private length = 0;

  constructor(private readonly limit: number, private readonly handle: (payload: string) => void) {}

  start(): void {
    this.parts = [];
    this.length = 0;
  }

  hook(_params: XtermParams): void {
    this.start();
  }

  put(data: Uint32Array, start: number, end: number): void {
    if (this.length > this.limit) return;
    this.length += end - start;
    if (this.length > this.limit) this.parts = [];
    else this.parts.push(textOf(data, start, end));
  }

  end(success: boolean): boolean {
    const payload = this.parts.join("");
    const whole = success && this.length <= this.limit;
    this.start();
    if (whole) this.handle(payload);
    return true;
  }

  unhook(success: boolean): boolean {
    return this.end(success);
  }
}

/** A handler that ignores its strings. */
export const IGNORED_STRING: XtermOscHandler & XtermDcsHandler = {
  start: () => {},
  hook: () => {},
  put: () => {},
  end: () => true,
  unhook: () => true,
};

/** Text for people: without control characters and bidirectional overrides, at most `limit` UTF-16 units. */
export function cleanText(text: string, limit: number): string {
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, "");
  if (clean.length <= limit) return clean;
  // not through the middle of a surrogate pair
  const last = clean.charCodeAt(limit - 1);
  return clean.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}

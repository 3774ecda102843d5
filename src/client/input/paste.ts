/** A bracketed paste in the input: its text in bounded pieces, with nothing in it interpreted. */
import { ByteWriter } from "../../base/bytes.ts";
import type { PasteInput } from "../../protocol/input.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Most bytes of one piece. */
export const LONGEST_PIECE = 65_536;

const ESC = 0x1b;
const CR = 0x0d;
/** `CSI 201 ~`. */
const END = new Uint8Array([ESC, 0x5b, 0x32, 0x30, 0x31, 0x7e]);

/** One paste being read, from after `CSI 200 ~` on. */
export class PasteCollector {
  private readonly body = new ByteWriter();
  private isFirst = true;
  /** Bytes that a flush had to leave: the beginning of a character, or a CR whose LF may follow. */
  private left = 0;
  /** Whether the end marker was read. */
  ended = false;

  /** Whether a flush would bring out something. */
  get waiting(): boolean {
    return this.body.length > this.left;
  }

  /** Bytes kept. */
  get held(): number {
    return this.body.length;
  }

  /**
   * Takes bytes from `data` at `at`, adds the pieces they complete to `pieces`, and returns the index of the first byte
   * not taken: the one after the end marker, the end of the data, or what may be the beginning of the marker.
   */
  feed(data: Uint8Array, at: number, pieces: PasteInput[]): number {
    while (at < data.length) {
      if (data[at] === ESC) {
        const match = matchEnd(data, at);
        if (match === "partial") return at;
        if (match === "whole") {
          this.ended = true;
          this.bringOut(this.body.length, false, pieces);
          return at + END.length;
        }
      }
      let end = data.indexOf(ESC, at + 1);
      if (end < 0) end = data.length;
      end = Math.min(end, at + LONGEST_PIECE - this.body.length);
      this.body.bytes(data.subarray(at, end));
      at = end;
      if (this.body.length >= LONGEST_PIECE) this.bringOut(LONGEST_PIECE, true, pieces);
    }
    return at;
  }

  /** Brings out what is kept although the end marker has not come. */
  flush(): PasteInput[] {
    const pieces: PasteInput[] = [];
    if (this.waiting) this.bringOut(this.body.length, true, pieces);
    return pieces;
  }

  private bringOut(length: number, more: boolean, pieces: PasteInput[]): void {
    const bytes = this.body.copy();
    const run = decodeUtf8(bytes, 0, length);
    let { text, end } = run;
    // Kept together, CR LF stays one newline for whoever turns newlines into keys.
    if (more && end > 0 && bytes[end - 1] === CR) {
      text = text.slice(0, -1);
      end--;
    }
    this.body.reset();
    if (more) this.body.bytes(bytes.subarray(end));
    this.left = this.body.length;
    if (text === "" && more) return;
    pieces.push({ kind: "paste", text, first: this.isFirst, more });
    this.isFirst = false;
  }
}

function matchEnd(data: Uint8Array, at: number): "whole" | "partial" | "none" {
  for (let i = 0; i < END.length; i++) {
    if (at + i >= data.length) return "partial";
    if (data[at + i] !== END[i]) return "none";
  }
  return "whole";
}

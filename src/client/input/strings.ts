/** OSC, DCS and APC strings in the input: collected up to a bound, to their terminator or what breaks them off. */
import { ByteWriter } from "../../base/bytes.ts";

/** The kinds of string that terminals send. */
export type StringKind = "osc" | "dcs" | "apc";

/** Longest string that is kept, in bytes: a clipboard of about 750 KiB. A longer one is read to its end and dropped. */
export const LONGEST_STRING = 1024 * 1024;

const BEL = 0x07;
const ESC = 0x1b;
const BACKSLASH = 0x5c;

/** One string being read. */
export class StringCollector {
  private readonly body = new ByteWriter();
  private tooLong = false;
  /** `ended` at a terminator; `broken` by another control character, which is left in the input. */
  state: "open" | "ended" | "broken" = "open";

  constructor(readonly kind: StringKind) {}

  /** Bytes kept. */
  get held(): number {
    return this.body.length;
  }

  /**
   * Takes bytes from `data` at `at` and returns the index of the first one not taken. While the state is `open` that is
   * the end of the data, or a final ESC, which only the next byte explains.
   */
  feed(data: Uint8Array, at: number): number {
    let end = at;
    while (end < data.length && data[end]! >= 0x20) end++;
    this.keep(data.subarray(at, end));
    if (end === data.length) return end;
    if (data[end] === BEL && this.kind === "osc") {
      this.state = "ended";
      return end + 1;
    }
    if (data[end] === ESC) {
      if (end + 1 === data.length) return end;
      if (data[end + 1] === BACKSLASH) {
        this.state = "ended";
        return end + 2;
      }
    }
    this.state = "broken";
    return end;
  }

  /** What was collected, as UTF-8, or undefined if it was too long. */
  text(): string | undefined {
    return this.tooLong ? undefined : Buffer.from(this.body.view()).toString("utf8");
  }

  private keep(bytes: Uint8Array): void {
    if (this.tooLong) return;
    if (this.body.length + bytes.length > LONGEST_STRING) {
      this.tooLong = true;
      this.body.reset();
      return;
    }
    this.body.bytes(bytes);
  }
}

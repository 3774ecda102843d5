/** Cuts a byte stream into messages that begin with their u32 length; joins pieces only when a message is complete. */
import { FugueError } from "./errors.ts";

export class MessageSplitter {
  private pieces: Uint8Array[] = [];
  private held = 0;
  private wanted = 4;

  /**
   * @param largest      longest accepted message in bytes, without its length; may be raised (after authentication)
   * @param littleEndian byte order of the length
   */
  constructor(public largest: number, private readonly littleEndian: boolean) {}

  /**
   * Takes bytes and calls `each` for every message that is complete. Messages are views, valid during the call.
   * @throws FugueError `tooLarge` on a length beyond `largest`; the stream is then unusable.
   */
  push(chunk: Uint8Array, each: (message: Uint8Array) => void): void {
    if (this.held > 0) {
      this.pieces.push(chunk.slice());
      this.held += chunk.length;
      if (this.held < this.wanted) return;
      chunk = this.join();
    }
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    this.wanted = 4;
    while (chunk.length - at >= 4) {
      const length = view.getUint32(at, this.littleEndian);
      if (length > this.largest) {
        throw new FugueError("tooLarge", `message of ${length} bytes, the limit is ${this.largest}`);
      }
      if (chunk.length - at - 4 < length) {
        this.wanted = length + 4;
        break;
      }
      each(chunk.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    if (at < chunk.length) {
      this.pieces = [chunk.slice(at)];
      this.held = chunk.length - at;
    }
  }

  private join(): Uint8Array {
    const whole = new Uint8Array(this.held);
    let at = 0;
    for (const piece of this.pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    this.pieces = [];
    this.held = 0;
    return whole;
  }
}

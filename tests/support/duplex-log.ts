/** Listens to a duplex and keeps what it heard, for tests. */
import type { Duplex } from "../../src/transport/duplex.ts";

export class DuplexLog {
  private readonly parts: Uint8Array[] = [];
  bytes = 0;
  drains = 0;
  closes = 0;
  error: Error | undefined;

  constructor(readonly duplex: Duplex, private readonly each?: (bytes: Uint8Array) => void) {
    duplex.listen({
      data: (bytes) => {
        // the bytes are only ours during the call
        this.parts.push(bytes.slice());
        this.bytes += bytes.length;
        this.each?.(bytes);
      },
      close: (error) => {
        this.closes++;
        this.error = error;
      },
      drain: () => void this.drains++,
    });
  }

  get content(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.parts));
  }

  get text(): string {
    return new TextDecoder().decode(this.content);
  }

  get state(): object {
    return {
      bytes: this.bytes, closes: this.closes, drains: this.drains, buffered: this.duplex.buffered,
      end: this.text.slice(-200),
    };
  }
}

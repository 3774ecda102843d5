/** What arrives on a Duplex, as text. */
import type { Duplex } from "../../src/transport/duplex.ts";
import { waitUntil } from "./wait-until.ts";

export interface DuplexText {
  readonly text: string;
  readonly closed: boolean;
  /** Resolves when this has arrived. */
  until(part: string): Promise<void>;
  /** Resolves when the stream has ended, with everything that arrived. */
  end(): Promise<string>;
}

/** Listens to a duplex in this tick. */
export function readText(duplex: Duplex): DuplexText {
  let text = "";
  let closed = false;
  duplex.listen({
    data: (bytes) => void (text += Buffer.from(bytes).toString("latin1")),
    close: () => void (closed = true),
  });
  return {
    get text() {
      return text;
    },
    get closed() {
      return closed;
    },
    until: (part) => waitUntil(`'${part}' on ${duplex.label}`, () => text.includes(part), () => text, 10_000),
    end: async () => {
      await waitUntil(`the end of ${duplex.label}`, () => closed, () => text, 10_000);
      return text;
    },
  };
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

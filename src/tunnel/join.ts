/** Joins two streams: what one says the other hears, with backpressure both ways, until either ends. */
import type { Duplex } from "../transport/duplex.ts";

/** Beyond this much waiting for one side the other one is not read. */
const MOST_WAITING_BYTES = 256 * 1024;

/** Who counts what passes. */
export interface JoinEvents {
  /** Bytes came from the far stream. */
  received(bytes: number): void;
  /** Bytes went to the far stream. */
  sent(bytes: number): void;
  /** After much had waited, the far side took it: it lives. Little goes into buffers of this machine, and proves nothing. */
  drained(): void;
  /** Both are closed or closing. Called once. */
  ended(): void;
}

/** Joins `near` and `far`, and closes each when the other has ended. @returns a function that ends both at once */
export function joinStreams(near: Duplex, far: Duplex, events: JoinEvents): () => void {
  let over = false;
  let nearPaused = false;
  let farPaused = false;
  const end = (other: Duplex | undefined): void => {
    // what is queued still goes out: the last words of a daemon say why it closes
    other?.close();
    if (over) return;
    over = true;
    events.ended();
  };
  near.listen({
    data(bytes) {
      far.write(bytes);
      events.sent(bytes.length);
      if (nearPaused || far.buffered <= MOST_WAITING_BYTES) return;
      nearPaused = true;
      near.pause();
    },
    close: () => end(far),
    drain() {
      if (farPaused) far.resume();
      farPaused = false;
    },
  });
  far.listen({
    data(bytes) {
      near.write(bytes);
      events.received(bytes.length);
      if (farPaused || near.buffered <= MOST_WAITING_BYTES) return;
      farPaused = true;
      far.pause();
    },
    close: () => end(near),
    drain() {
      if (!nearPaused) return;
      nearPaused = false;
      near.resume();
      events.drained();
    },
  });
  return () => {
    near.close(true);
    far.close(true);
    end(undefined);
  };
}

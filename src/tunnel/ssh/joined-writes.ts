/** Writes of one turn leave together. ssh2 writes a packet in three pieces: without delay each would be a segment of its own. */
import type { Duplex } from "node:stream";

/** Joins what is written to a stream in one turn of the event loop, from now on. Ends and errors are as before. */
export function joinWrites(stream: Duplex): void {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  stream.write = (...args: unknown[]): boolean => {
    if (stream.writableCorked === 0) {
      stream.cork();
      process.nextTick(() => stream.uncork());
    }
    return write(...args);
  };
}

/**
 * Recognises a tunnel that leads back into itself: near and far machine are one, and the port is the same on both sides.
 * Such a tunnel would open streams to itself without end. The server at the far end greets first, so a first stream that
 * is silent, and that ends when what came to our own port is closed, is our own.
 */
import { sleep, type Clock } from "../base/clock.ts";
import { FugueError } from "../base/errors.ts";
import type { Duplex } from "../transport/duplex.ts";
import { HeldStream } from "./held-stream.ts";

/** A server greets within this time, else it is looked whether anybody is there but ourselves. */
const GREETING_MS = 500;
/** What we close here is closed over there within this time, if it is the same stream. */
const ECHO_MS = 1000;
/** Connections that wait until it is known where the tunnel leads; more are closed. */
const MOST_WAITING = 64;

export class LoopGuard {
  private readonly waiting: Duplex[] = [];
  private settled: boolean;

  /**
   * @param needed whether near and far port are the same number; otherwise nothing is held up
   * @param accept serves a connection to the port
   */
  constructor(needed: boolean, private readonly clock: Clock, private readonly accept: (duplex: Duplex) => void) {
    this.settled = !needed;
  }

  /** A connection came to the port. It waits until the first stream has been checked. */
  take(duplex: Duplex): void {
    if (this.settled) return this.accept(duplex);
    if (this.waiting.length >= MOST_WAITING) return duplex.close(true);
    this.waiting.push(duplex);
  }

  /**
   * Checks the first stream through the tunnel; later ones come back at once.
   * @returns the stream, with what it has said so far
   * @throws FugueError `config` if it leads back to our own port
   */
  async check(far: Duplex, label: string): Promise<Duplex> {
    if (this.settled) return far;
    let heard: HeldStream | undefined;
    const ended = Promise.withResolvers<"ended">();
    const spoke = new Promise<"spoke">((resolve) => far.listen({
      data: (bytes) => {
        heard = new HeldStream(far, () => {}, bytes);
        resolve("spoke");
      },
      close: () => ended.resolve("ended"),
    }));
    const first = await Promise.race([spoke, ended.promise, sleep(this.clock, GREETING_MS)]);
    if (first === undefined && this.waiting.length > 0) {
      for (const duplex of this.waiting.splice(0)) duplex.close(true);
      if ((await Promise.race([spoke, ended.promise, sleep(this.clock, ECHO_MS)])) === "ended") throw loop(label);
    }
    this.settle();
    // one that ended is handed on as it is: its next reader finds out
    return heard ?? new HeldStream(far);
  }

  private settle(): void {
    this.settled = true;
    for (const duplex of this.waiting.splice(0)) this.accept(duplex);
  }

  /** Closes who still waits. */
  dispose(): void {
    for (const duplex of this.waiting.splice(0)) duplex.close(true);
  }
}

function loop(label: string): FugueError {
  return new FugueError(
    "config", `the tunnel would lead into itself: ${label} is this machine, and addr is the same port on both sides`,
    "set remote_addr to the port on which the server listens there, another one than addr's; or use addr = \"ssh://HOST\", which needs no port",
  );
}

/** Whether an sshd answers at an address: it speaks first (RFC 4253 4.2), so nothing has to be said. */
import { Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";

const BEGINNING = "SSH-";

/**
 * Connects, and waits for the first word. Never rejects.
 * @param patienceMs until it counts as no
 * @param farMs a connection that took at least this long came about over the network: it is answer enough. One that was
 *   there sooner is to something on the way, which says nothing of the far end
 */
export function greets(host: string, port: number, clock: Clock, patienceMs: number, farMs = Infinity): Promise<boolean> {
  const begin = clock.now();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = new Socket();
  const done = (yes: boolean) => {
    timer.cancel();
    socket.destroy();
    resolve(yes);
  };
  const timer = clock.after(patienceMs, () => done(false));
  socket.once("error", () => done(false));
  socket.once("close", () => done(false));
  socket.once("connect", () => clock.now() - begin >= farMs && done(true));
  socket.once("data", (bytes: Buffer) => done(bytes.toString("latin1", 0, BEGINNING.length) === BEGINNING));
  socket.connect({ host, port });
  return promise;
}

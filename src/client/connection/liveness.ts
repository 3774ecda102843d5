/** Signs of life of a connection on which somebody waits for long: a peer that vanished without a word is noticed. */
import type { Clock } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import type { Disposable } from "../../base/lifecycle.ts";
import { HEARTBEAT_MS } from "../../protocol/limits.ts";
import type { Connection } from "./connection.ts";

/** Beats without a byte after which the peer counts as dead: about 10 s. */
const SILENT_BEATS = 8;

/** Asks for life while nothing is heard; after SILENT_BEATS in vain the connection fails with `timeout`. */
export function watchLife(connection: Connection, clock: Clock): Disposable {
  let silent = 0;
  const heart = clock.every(HEARTBEAT_MS, () => {
    silent = connection.takeHeard() ? 0 : silent + 1;
    if (silent > SILENT_BEATS) connection.fail(new FugueError("timeout", "nothing is heard from the server"));
    else if (silent > 0) connection.send("ping", { n: silent });
  });
  connection.onClosed(() => heart.cancel());
  return { dispose: () => heart.cancel() };
}

/** Unix sockets: listening under a private umask, replacing stale files, and knowing who is at the other end. */
import { chmodSync, lstatSync, renameSync, unlinkSync } from "node:fs";
import { FugueError, systemCode } from "../base/errors.ts";
import type { Disposable } from "../base/lifecycle.ts";
import type { Duplex } from "./duplex.ts";
import { SocketDuplex, socketHandlers } from "./socket.ts";

/** Longest path that fits a socket address on Linux (sun_path without its NUL). */
export const LONGEST_SOCKET_PATH = 107;

/** Connects to a unix socket. @throws FugueError `noServer` if nobody listens there, `refused` without permission. */
export async function connectUnix(path: string): Promise<Duplex> {
  checkLength(path);
  let duplex: SocketDuplex | undefined;
  try {
    await Bun.connect({
      unix: path,
      data: {} as { duplex?: SocketDuplex },
      socket: socketHandlers((socket) => {
        duplex = new SocketDuplex(socket, `unix://${path}`);
        socket.data = { duplex };
      }),
    });
  } catch (error) {
    const code = systemCode(error);
    if (code === "EACCES" || code === "EPERM") {
      throw new FugueError("refused", `no permission to open ${path}`, "it belongs to another user", error);
    }
    throw new FugueError("noServer", `no daemon answers at ${path}`, "start one with: fugue serve --detach", error);
  }
  return duplex!;
}

/**
 * Listens on a unix socket, mode 0600. A stale file is replaced after nobody answered on it.
 * @param replaces whoever still answers there has been replaced by this process: its socket is, too, in one step
 * @throws FugueError `failed` if somebody answers there, or the path is taken by something that is no socket.
 */
export async function listenUnix(path: string, accept: (duplex: SocketDuplex) => void, replaces = false): Promise<Disposable> {
  checkLength(path);
  // bound beside it, under a name no longer than its own: at its end the runtime removes what was bound, not its successor
  const bound = replaces ? `${path.slice(0, -1)}~` : path;
  if (replaces) {
    isOwnSocket(path);
    if (isOwnSocket(bound)) unlinkSync(bound);
  } else await removeStale(path);
  const umask = process.umask(0o077);
  try {
    const listener = Bun.listen({
      unix: bound,
      data: {} as { duplex?: SocketDuplex },
      socket: socketHandlers((socket) => {
        const duplex = new SocketDuplex(socket, `unix://${path}`);
        socket.data = { duplex };
        accept(duplex);
      }),
    });
    chmodSync(bound, 0o600);
    const { ino } = lstatSync(bound);
    if (replaces) renameSync(bound, path);
    let ended = false;
    return {
      dispose: () => {
        if (ended) return;
        ended = true;
        listener.stop(true);
        try {
          const there = lstatSync(path);
          if (there.isSocket() && there.ino === ino) unlinkSync(path);
        } catch {
          // already gone: nothing of ours is left
        }
      },
    };
  } finally {
    process.umask(umask);
  }
}

/** Whether a socket of ours is at a path; false: nothing is. @throws FugueError if something else is, which must not be removed */
function isOwnSocket(path: string): boolean {
  let stat;
  try {
    stat = lstatSync(path);
  } catch {
    return false;
  }
  if (!stat.isSocket()) {
    throw new FugueError("failed", `${path} exists and is not a socket`, "move it away, or choose another path");
  }
  if (process.getuid && stat.uid !== process.getuid()) {
    throw new FugueError("refused", `${path} belongs to another user (uid ${stat.uid})`, "choose another FUGUE_HOME");
  }
  return true;
}

async function removeStale(path: string): Promise<void> {
  if (!isOwnSocket(path)) return;
  let alive: Duplex;
  try {
    alive = await connectUnix(path);
  } catch {
    unlinkSync(path);
    return;
  }
  alive.listen({ data() {}, close() {} });
  alive.close(true);
  throw new FugueError("failed", `another daemon already listens at ${path}`, "stop it with: fugue stop");
}

function checkLength(path: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes <= LONGEST_SOCKET_PATH) return;
  throw new FugueError(
    "usage",
    `socket path is ${bytes} bytes long, the system allows ${LONGEST_SOCKET_PATH}: ${path}`,
    "set FUGUE_HOME to a shorter folder",
  );
}

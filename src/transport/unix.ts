/** Unix sockets: listening under a private umask, replacing stale files, and knowing who is at the other end. */
import { chmodSync, lstatSync, unlinkSync } from "node:fs";
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
 * @throws FugueError `failed` if somebody answers there, or the path is taken by something that is no socket.
 */
export async function listenUnix(path: string, accept: (duplex: SocketDuplex) => void): Promise<Disposable> {
  checkLength(path);
  await removeStale(path);
  const umask = process.umask(0o077);
  try {
    const listener = Bun.listen({
      unix: path,
      data: {} as { duplex?: SocketDuplex },
      socket: socketHandlers((socket) => {
        const duplex = new SocketDuplex(socket, `unix://${path}`);
        socket.data = { duplex };
        accept(duplex);
      }),
    });
    chmodSync(path, 0o600);
    let ended = false;
    return {
      dispose: () => {
        if (ended) return;
        ended = true;
        listener.stop(true);
        try {
          unlinkSync(path);
        } catch {
          // already gone, or replaced by hand: nothing of ours is left
        }
      },
    };
  } finally {
    process.umask(umask);
  }
}

async function removeStale(path: string): Promise<void> {
  let stat;
  try {
    stat = lstatSync(path);
  } catch {
    return;
  }
  if (!stat.isSocket()) {
    throw new FugueError("failed", `${path} exists and is not a socket`, "move it away, or choose another path");
  }
  if (process.getuid && stat.uid !== process.getuid()) {
    throw new FugueError("refused", `${path} belongs to another user (uid ${stat.uid})`, "choose another FUGUE_HOME");
  }
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

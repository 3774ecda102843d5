/** The port on this machine that a tunnel with `ssh_tunnel` holds, as users of `ssh -L` know it; loopback only. */
import { FugueError, systemCode } from "../base/errors.ts";
import type { Disposable } from "../base/lifecycle.ts";
import { formatAddress } from "../config/address.ts";
import type { Duplex } from "../transport/duplex.ts";
import { SocketDuplex, socketHandlers } from "../transport/socket.ts";

/** A port of this machine. */
export interface LocalPort {
  readonly host: "127.0.0.1" | "::1";
  readonly port: number;
}

/** The port that clients of an address come to. A tunnel listens on loopback whatever host the address names. */
export function localPort(address: { readonly host: string; readonly port: number }): LocalPort {
  return { host: address.host.includes(":") ? "::1" : "127.0.0.1", port: address.port };
}

/** Somebody else listens on the port. */
export class PortBusy extends FugueError {
  constructor(readonly where: LocalPort, cause?: unknown) {
    super("failed", `${formatAddress({ kind: "tcp", ...where })} is taken on this machine`, undefined, cause);
    this.name = "PortBusy";
  }
}

/** Listens. @throws PortBusy */
export function listenPort(where: LocalPort, accept: (duplex: SocketDuplex) => void): Disposable {
  const label = formatAddress({ kind: "tcp", ...where });
  try {
    const listener = Bun.listen({
      hostname: where.host,
      port: where.port,
      exclusive: true,
      data: {} as { duplex?: SocketDuplex },
      socket: socketHandlers((socket) => {
        const duplex = new SocketDuplex(socket, label);
        socket.data = { duplex };
        socket.setNoDelay(true);
        accept(duplex);
      }),
    });
    return { dispose: () => listener.stop(true) };
  } catch (error) {
    const code = systemCode(error);
    if (code === "EADDRINUSE") throw new PortBusy(where, error);
    const hint = code === "EACCES" ? "ports below 1024 are the system's: use another one in addr" : undefined;
    throw new FugueError("failed", `can't listen on ${label}: ${code ?? String(error)}`, hint, error);
  }
}

/** Connects to whoever listens there; undefined if nobody does. @throws system errors other than a refused connection */
export async function connectPort(where: LocalPort): Promise<Duplex | undefined> {
  let duplex: SocketDuplex | undefined;
  try {
    await Bun.connect({
      hostname: where.host,
      port: where.port,
      data: {} as { duplex?: SocketDuplex },
      socket: socketHandlers((socket) => {
        duplex = new SocketDuplex(socket, formatAddress({ kind: "tcp", ...where }));
        socket.data = { duplex };
        socket.setNoDelay(true);
      }),
    });
  } catch (error) {
    if (systemCode(error) === "ECONNREFUSED") return undefined;
    throw error;
  }
  return duplex;
}

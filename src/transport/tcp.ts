/** TCP without encryption: only for this machine itself, where a forward of ssh may lead elsewhere. */
import type { Duplex } from "./duplex.ts";
import {
  connectError, formatEndpoint, listenNetwork, tune, withinPatience, type DialOptions, type Endpoint, type Listening,
} from "./network.ts";
import { SocketDuplex, socketHandlers } from "./socket.ts";

/** Connects. @throws FugueError `noServer` or `timeout` that says what to do */
export function connectTcp(host: string, port: number, options: DialOptions = {}): Promise<Duplex> {
  const endpoint = { host, port };
  return withinPatience(endpoint, options, async () => {
    let duplex: SocketDuplex | undefined;
    try {
      await Bun.connect({
        hostname: host, port, data: {} as { duplex?: SocketDuplex },
        socket: socketHandlers((socket) => {
          tune(socket);
          socket.data = { duplex: (duplex = new SocketDuplex(socket, `tcp://${formatEndpoint(endpoint)}`)) };
        }),
      });
    } catch (error) {
      throw connectError(endpoint, error);
    }
    return duplex!;
  });
}

/**
 * Listens.
 * @param accept is given each connection and the IP address that it comes from
 * @throws FugueError that names who holds a busy port
 */
export function listenTcp(endpoint: Endpoint, accept: (duplex: SocketDuplex, from: string) => void): Listening {
  return listenNetwork(endpoint, socketHandlers((socket) => {
    tune(socket);
    const duplex = new SocketDuplex(socket, `tcp://${formatEndpoint(endpoint)}`);
    socket.data = { duplex };
    accept(duplex, socket.remoteAddress);
  }));
}

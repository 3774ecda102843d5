/** Before a server starts: whether it will be able to listen where it is told to, so that a person hears of it at once. */
import { FugueError } from "../base/errors.ts";
import type { Paths } from "../base/paths.ts";
import { formatAddress } from "../config/address.ts";
import { parseListenAddress } from "../config/listen.ts";
import { listenTcp } from "../transport/tcp.ts";
import { connectUnix } from "../transport/unix.ts";

/**
 * Opens each port for a moment.
 * @throws FugueError `failed` if a server runs already or a port is busy, and as parseListenAddress
 */
export async function checkListening(paths: Paths, urls: readonly string[]): Promise<void> {
  if (await isRunning(paths)) {
    throw new FugueError(
      "failed", "a server runs here already, and listens where it did",
      "put listen = [\"ADDRESS\"] below [server] in config.toml: it is taken at once; or first: fugue stop",
    );
  }
  for (const url of urls) {
    const address = parseListenAddress(url);
    if (address.kind !== "unix") listenTcp(address, (duplex) => duplex.close(true)).dispose();
    else if (address.path === paths.socket) throw new FugueError("usage", `${formatAddress(address)} is the server's own socket`, "it listens there in any case");
  }
}

async function isRunning(paths: Paths): Promise<boolean> {
  try {
    const duplex = await connectUnix(paths.socket);
    duplex.listen({ data() {}, close() {} });
    duplex.close(true);
    return true;
  } catch {
    return false;
  }
}

/** Dialling with the system's ssh: through a master connection that the user has open, or one of our own. */
import { FugueError } from "../../base/errors.ts";
import type { SshConfiguration } from "./configuration.ts";
import type { SshConnection, SshOptions, SshTarget } from "./connection.ts";
import { connectProxy, isLiveMaster } from "./mux.ts";
import { OpensshConnection } from "./openssh-connection.ts";
import { OpensshMaster } from "./openssh-master.ts";
import type { Patience } from "./patience.ts";
import { SharedConnection } from "./shared-connection.ts";

/** @throws FugueError as openSsh */
export async function dialOpenssh(
  target: SshTarget, configuration: SshConfiguration, options: SshOptions, patience: Patience,
): Promise<SshConnection> {
  const ssh = Bun.which("ssh", { PATH: options.env.PATH ?? "" });
  if (ssh === null) throw new FugueError("system", "the system's ssh is not installed", "install OpenSSH's client, or set ssh_backend = \"ssh2\"");
  const path = configuration.controlPath;
  if (path !== undefined && (await isLiveMaster(path, options.clock))) {
    const opening = SharedConnection.open(path, ssh, target, configuration, options);
    try {
      return await patience.race(opening);
    } catch (error) {
      // it may be on its way out, or may not be shared: a connection of our own will do
      opening.then((late) => late.close(), () => {});
      options.log?.info("master", { path, error: error instanceof Error ? error.message : String(error) });
    }
  }
  patience.progress("connecting", `${configuration.hostName}:${configuration.port}`);
  const master = await OpensshMaster.start(target, configuration, ssh, options, patience);
  try {
    const connection = new OpensshConnection(await patience.race(connectProxy(master.socket)), configuration, options.clock, master);
    connection.startSession();
    return connection;
  } catch (error) {
    master.dispose();
    throw error;
  }
}

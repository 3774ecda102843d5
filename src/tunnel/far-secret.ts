/** The secret of a daemon that listens on a port, fetched over the SSH connection that leads there: nobody copies it by hand. */
import type { Clock } from "../base/clock.ts";
import { FugueError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Paths } from "../base/paths.ts";
import { formatAddress } from "../config/address.ts";
import type { ServerProfile } from "../config/servers.ts";
import { trustOf } from "../trust/credentials.ts";
import { parseSecret } from "../trust/secret.ts";
import { storeServerSecret } from "../trust/server-secrets.ts";
import { farFailure, runFar } from "./far-command.ts";
import { farAddress } from "./far-side.ts";
import type { SshConnection } from "./ssh/connection.ts";

/**
 * Fetches a server's secret and keeps it (0600), unless one is known.
 * @throws FugueError if the far fugue does not say it, or files are not private
 */
export async function fetchSecret(
  connection: SshConnection, profile: ServerProfile, paths: Paths, clock: Clock, log: Logger,
): Promise<void> {
  if (trustOf(profile, paths)) return;
  const result = await runFar(connection, ["server", "secret"], clock, profile.tunnelTimeout, { agentForward: false });
  // start files of the login shell may print before it, also without an end of line
  const line = /[0-9a-f]{64}$/.exec(result.stdout.trimEnd())?.[0];
  if (result.code !== 0 && /no daemon answers/.test(result.stderr)) throw somethingElse(connection.label, profile);
  if (result.code !== 0) throw farFailure(connection.label, { ...result, stdout: "" });
  if (line === undefined) {
    throw new FugueError("version", `the fugue on ${connection.label} does not say its secret`, "bring it up to date, or run there: fugue server invite");
  }
  storeServerSecret(paths, profile.name, { secret: parseSecret(line, connection.label) });
  log.info("secret fetched", { server: profile.name });
}

/** The port answers, and no server runs there. */
function somethingElse(label: string, profile: ServerProfile): FugueError {
  const far = farAddress(profile);
  const where = far.kind === "own" ? "its socket" : formatAddress(far);
  return new FugueError("noServer", `what listens on ${where} of ${label} is no fugue server: none runs there`, "end that program, or give the server another port in remote_addr");
}

/** Dialling a server through its tunnel: the live one is used, else its process is started and waited for. */
import { FugueError } from "../base/errors.ts";
import { formatAddress } from "../config/address.ts";
import type { ServerProfile } from "../config/servers.ts";
import type { Credentials, Dialed, Dialer, Prompter } from "../transport/dialer.ts";
import type { Duplex } from "../transport/duplex.ts";
import { connectUnix } from "../transport/unix.ts";
import { trustOf } from "../trust/credentials.ts";
import type { ControlClient } from "./control-client.ts";
import { farAddress } from "./far-side.ts";
import { connectPort, localPort, PortBusy } from "./local-port.ts";
import { describePortOwner } from "../transport/port-owner.ts";
import { targetOf } from "./profile-sum.ts";
import { tunnelFiles } from "./registry.ts";
import { findOrStart, findTunnel, type TunnelHost } from "./start.ts";

export interface DialOptions extends TunnelHost {
  /** A tunnel that is started by this dial ends with its last client. */
  readonly ephemeral?: boolean;
  /** Milliseconds until it is given up, without the time in which a person is asked; default: the profile's. */
  readonly timeoutMs?: number;
}

/**
 * A Dialer for a profile that needs a tunnel (addr ssh://, or ssh_tunnel with a tcp addr). Reuses the live tunnel, else
 * starts the tunnel's process (detached) and waits until the far daemon can be reached. The prompter is asked for
 * passwords, codes and unknown host keys; without one, what would have to be asked fails.
 */
export function tunnelDialer(profile: ServerProfile, options: DialOptions): Dialer {
  return (prompter) => (profile.addr.kind === "tcp" ? dialPort(profile, options, prompter) : dialSocket(profile, options, prompter));
}

/** Starts the tunnel of a profile, or finds it, and waits until the far daemon can be reached. */
export async function raiseTunnel(profile: ServerProfile, options: DialOptions, prompter?: Prompter): Promise<void> {
  const control = await opened(profile, options, prompter, true);
  control.close();
}

/** Logs in for the secret of a server behind a tcp address and nothing else: ports are left alone, and it ends again. */
export async function fetchSecretBySsh(profile: ServerProfile, options: DialOptions, prompter?: Prompter): Promise<void> {
  (await opened(profile, { ...options, ephemeral: true }, prompter, false)).close();
}

async function opened(
  profile: ServerProfile, options: DialOptions, prompter: Prompter | undefined, port: boolean,
): Promise<ControlClient> {
  const { clock, env } = options;
  const control = await findOrStart(options, { profile, ephemeral: options.ephemeral ?? false, port });
  try {
    await control.open({
      clock, timeoutMs: options.timeoutMs ?? profile.tunnelTimeout,
      ...(prompter && { prompter }), ...(env.SSH_AUTH_SOCK !== undefined && { agent: env.SSH_AUTH_SOCK }),
    });
    return control;
  } catch (error) {
    control.close();
    throw error;
  }
}

/** A stream through the tunnel's own socket. */
async function dialSocket(
  profile: ServerProfile, options: DialOptions, prompter: Prompter | undefined,
): Promise<{ duplex: Duplex }> {
  const control = await opened(profile, options, prompter, true);
  prompter?.progress("attaching", profile.name);
  try {
    return { duplex: await connectUnix(tunnelFiles(options.paths, profile.name).data) };
  } finally {
    // the tunnel counts us until then, and does not end in between
    control.close();
  }
}

/** A port that somebody else holds may be a forward made by hand: it is used, and the handshake proves who is behind it. */
async function dialPort(profile: ServerProfile, options: DialOptions, prompter: Prompter | undefined): Promise<Dialed> {
  const credentials = (): Credentials | undefined => {
    const known = trustOf(profile, options.paths);
    return known && { secret: known.secret, fingerprint: "" };
  };
  if (!(await isOurs(profile, options))) {
    const foreign = await dialForeign(profile, options, prompter, credentials);
    if (foreign) return foreign;
  }
  try {
    const { duplex } = await dialSocket(profile, options, prompter);
    const known = credentials();
    return { duplex, ...(known && { credentials: known }), explain: (error) => explainFar(error, profile) };
  } catch (error) {
    if (!(error instanceof PortBusy)) throw error;
    // somebody took the port since we looked
    const foreign = await dialForeign(profile, options, prompter, credentials);
    if (foreign) return foreign;
    throw error;
  }
}

async function isOurs(profile: ServerProfile, options: DialOptions): Promise<boolean> {
  const control = await findTunnel(options, profile.name);
  control?.close();
  return control !== undefined;
}

async function dialForeign(
  profile: ServerProfile, options: DialOptions, prompter: Prompter | undefined, credentials: () => Credentials | undefined,
): Promise<Dialed | undefined> {
  if (profile.addr.kind !== "tcp") return undefined;
  const where = localPort(profile.addr);
  const probe = await connectPort(where);
  if (!probe) return undefined;
  const explain = foreignHolder(describePortOwner(where));
  let known = credentials();
  if (!known) {
    // the secret comes over an SSH connection of our own, which leaves the port alone
    probe.listen({ data() {}, close() {} });
    probe.close(true);
    await fetchSecretBySsh(profile, options, prompter);
    known = credentials();
    if (!known) throw noSecret(profile);
    const duplex = await connectPort(where);
    return duplex && { duplex, credentials: known, explain };
  }
  return { duplex: probe, credentials: known, explain };
}

/** Somebody else holds the port that was dialled, and the expected server is not behind it. */
function foreignHolder(owner: string): (error: FugueError) => FugueError {
  return (error) => new FugueError(
    error.code, `the local port is taken by ${owner}, and the expected server is not behind it: ${error.message}`,
    "end that program, or give the server another port in addr", error,
  );
}

/** The way is ours, and the server at its end is not the expected one. */
function explainFar(error: FugueError, profile: ServerProfile): FugueError {
  const far = farAddress(profile);
  const where = far.kind === "own" ? targetOf(profile) : `${formatAddress(far)} of ${targetOf(profile).slice("ssh://".length)}`;
  if (error.code === "protocol") {
    return new FugueError(error.code, `what answers at ${where} is no fugue server`, "end that program there, or give the server another port in remote_addr", error);
  }
  if (error.code !== "refused" || profile.secretFile !== undefined) return error;
  return new FugueError(error.code, error.message, `if its secret is new: fugue tunnel restart ${profile.name} fetches it again; else another server listens at ${where}`, error);
}

function noSecret({ name }: ServerProfile): FugueError {
  return new FugueError("refused", `the secret of '${name}' is not known`, "run there: fugue server invite");
}

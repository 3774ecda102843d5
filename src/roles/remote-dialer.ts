/** The way to a server on another machine: tcp and tls with what was stored of it, ssh through its tunnel. */
import { FugueError } from "../base/errors.ts";
import type { Paths } from "../base/paths.ts";
import { isLoopback } from "../config/address.ts";
import type { ServerProfile } from "../config/servers.ts";
import type { Credentials, Dialer } from "../transport/dialer.ts";
import { tunnelHost } from "./tunnel-host.ts";

export interface RemoteOptions {
  readonly paths: Paths;
  readonly env: Record<string, string | undefined>;
  /** A tunnel that this dial starts ends with its last client. */
  readonly ephemeral?: boolean;
}

/** Nothing of tunnels, tls or secrets is loaded before the first dial. */
export function remoteDialer(profile: ServerProfile, options: RemoteOptions): Dialer {
  const { addr } = profile;
  if (addr.kind === "ssh" || profile.sshTunnel) return throughTunnel(profile, options);
  return async (prompter) => {
    prompter?.progress("connecting", profile.name);
    if (addr.kind === "unix") return { duplex: await (await import("../transport/unix.ts")).connectUnix(addr.path) };
    const { credentialsFor, pinnedFingerprint, trustOf } = await import("../trust/credentials.ts");
    const isBare = profile.name.includes("://");
    if (addr.kind === "tls") {
      if (isBare) throw unknownServer(profile);
      const fingerprint = pinnedFingerprint(profile, options.paths);
      const { connectTls } = await import("../transport/tls.ts");
      return { duplex: await connectTls(addr.host, addr.port, fingerprint), credentials: credentialsFor(profile, options.paths, fingerprint), remote: true };
    }
    if (!isLoopback(addr.host)) {
      throw new FugueError("usage", `tcp is not encrypted, and ${addr.host} is not this machine`, "use tls:// or ssh://");
    }
    if (profile.sshHost !== undefined && !trustOf(profile, options.paths)) {
      // the way is a forward made by hand; ssh is asked for the secret only
      const { fetchSecretBySsh } = await import("../tunnel/dial.ts");
      await fetchSecretBySsh(profile, tunnelHost(options), prompter);
    }
    // before anything is dialled: who listens there learns nothing, and the error says what is missing
    const credentials = isBare ? await ownCredentials(profile, options.paths) : credentialsFor(profile, options.paths, "");
    const { connectTcp } = await import("../transport/tcp.ts");
    // a port of this machine may be the near end of a forward
    return { duplex: await connectTcp(addr.host, addr.port), credentials, remote: true };
  };
}

function throughTunnel(profile: ServerProfile, options: RemoteOptions): Dialer {
  let dialer: Dialer | undefined;
  return async (prompter) => {
    const { tunnelDialer } = await import("../tunnel/dial.ts");
    dialer ??= tunnelDialer(profile, { ...tunnelHost(options), ephemeral: options.ephemeral || !profile.tunnelPersist });
    return { ...(await dialer(prompter)), remote: true };
  };
}

/** Of a bare address nothing is stored; it may be this machine's own server, whose secret is at hand. */
async function ownCredentials(profile: ServerProfile, paths: Paths): Promise<Credentials> {
  const { readPrivateFile } = await import("../trust/private-file.ts");
  const { parseSecret } = await import("../trust/secret.ts");
  const text = readPrivateFile(paths.token);
  if (text === undefined) throw unknownServer(profile);
  return { secret: parseSecret(text, paths.token), fingerprint: "" };
}

function unknownServer({ name }: ServerProfile): FugueError {
  return new FugueError(
    "refused", `nothing is known here of the server at ${name}`,
    `run there: fugue server invite; then here: fugue server add NAME ${name} --invite LINE`,
  );
}

/** What of a profile makes a tunnel what it is: its target for people, and a sum that tells one tunnel from another. */
import { createHash } from "node:crypto";
import { formatAddress, type Address } from "../config/address.ts";
import type { ServerProfile } from "../config/servers.ts";
import type { SshTarget } from "./ssh/connection.ts";

/** Whether a profile's server is reached through a tunnel. */
export function needsTunnel({ addr, sshTunnel }: ServerProfile): boolean {
  return addr.kind === "ssh" || (addr.kind === "tcp" && sshTunnel);
}

/** Whom the tunnel of a profile logs in to. */
export function sshTarget(profile: ServerProfile): SshTarget {
  const { addr } = profile;
  const host = addr.kind === "ssh" ? addr.host : (profile.sshHost ?? hostOf(addr));
  const user = addr.kind === "ssh" ? addr.user : profile.sshUser;
  const port = addr.kind === "ssh" ? (addr.port ?? profile.sshPort) : profile.sshPort;
  return {
    host, backend: profile.sshBackend,
    ...(user !== undefined && { user }), ...(port !== undefined && { port }),
    ...(profile.sshIdentity !== undefined && { identity: profile.sshIdentity }),
    ...(profile.sshConfig !== undefined && { config: profile.sshConfig }),
  };
}

/** The same for people: `ssh://ann@box:2222`. */
export function targetOf(profile: ServerProfile): string {
  const { host, user, port } = sshTarget(profile);
  return formatAddress({ kind: "ssh", host, ...(user !== undefined && { user }), ...(port !== undefined && { port }) });
}

/** Equal for profiles that one tunnel can serve. */
export function profileSum(profile: ServerProfile): string {
  const facts = [formatAddress(profile.addr), profile.remoteAddr && formatAddress(profile.remoteAddr), sshTarget(profile)];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
}

function hostOf(addr: Address): string {
  return addr.kind === "unix" ? "localhost" : addr.host;
}

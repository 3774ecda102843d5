/** The way to a server on another machine: tcp and tls with what was stored of it, ssh through its tunnel. */
import { FugueError } from "../base/errors.ts";
import type { Paths } from "../base/paths.ts";
import { formatAddress } from "../config/address.ts";
import type { ServerProfile } from "../config/servers.ts";
import type { Dialer } from "../transport/dialer.ts";

export function remoteDialer(profile: ServerProfile, _paths: Paths, _env: Record<string, string | undefined>): Dialer {
  return async () => {
    throw new FugueError("usage", `${formatAddress(profile.addr)} is not an address of this release`, "it speaks to unix sockets: unix:///PATH");
  };
}

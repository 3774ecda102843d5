/** What commands do to make this server known to other machines: its secret, and invites to it. */
import { hostname, networkInterfaces } from "node:os";
import { FugueError } from "../../base/errors.ts";
import type { InviteInfo, Trust } from "../../commands/context.ts";
import { formatAddress, isLoopback, parseAddress, type Address } from "../../config/address.ts";
import { formatInvite, MOST_ADDRESSES } from "../../trust/invite.ts";
import { formatSecret } from "../../trust/secret.ts";
import type { Daemon } from "../daemon.ts";

type NetworkAddress = Extract<Address, { kind: "tcp" | "tls" }>;

export class TrustOperations implements Trust {
  /** @param allowed the caller is our own user on this machine, and not read-only */
  constructor(private readonly daemon: Daemon, private readonly allowed: boolean) {}

  secret(): string {
    this.checkAllowed();
    return formatSecret(this.daemon.trust.secret);
  }

  renewSecret(): string {
    this.checkAllowed();
    const { trust, clients, log } = this.daemon;
    trust.renewSecret();
    for (const client of [...clients]) if (!client.peer.trusted) client.close("the server's secret was renewed");
    log.info("secret renewed");
    return formatSecret(trust.secret);
  }

  async invite(expires: number, urls: readonly string[]): Promise<InviteInfo> {
    this.checkAllowed();
    const addresses = urls.length > 0 ? urls.map(invitedAddress) : this.reachable();
    if (addresses.length > MOST_ADDRESSES) throw new FugueError("usage", "there are too many addresses", `${MOST_ADDRESSES} at most`);
    const { trust, clock } = this.daemon;
    const fingerprint = addresses.some(({ kind }) => kind === "tls") ? (await trust.certificate()).fingerprint : undefined;
    const end = clock.wall() + expires;
    const { id, secret } = trust.invites.open(clock.wall(), end);
    const invite = formatInvite({ addresses, ...(fingerprint ? { fingerprint } : {}), id, secret, expires: end });
    return { invite, addresses: addresses.map(formatAddress), expires: end, name: serverName() };
  }

  private checkAllowed(): void {
    if (this.allowed) return;
    throw new FugueError(
      "refused", "a server tells its secrets only to its own user on its own machine", "run this there, for example over ssh",
    );
  }

  /** Where others may reach this server, as far as it can know: encrypted addresses first. */
  private reachable(): NetworkAddress[] {
    const listening = this.daemon.listening.filter((address) => address.kind !== "unix");
    if (listening.length === 0) {
      throw new FugueError(
        "failed", "this server listens on no port", "start it with: fugue serve --listen tls://0.0.0.0:9999 (over ssh no invite is needed)",
      );
    }
    const all = listening.flatMap((address) => (isWildcard(address.host) ? namesOf(address) : [address]));
    return all.sort((a, b) => Number(a.kind === "tcp") - Number(b.kind === "tcp")).slice(0, MOST_ADDRESSES);
  }
}

/** An address as the person gave it: how the other machine reaches this server. @throws FugueError `usage` */
function invitedAddress(url: string): NetworkAddress {
  const address = parseAddress(url);
  if (address.kind === "unix" || address.kind === "ssh") {
    throw new FugueError("usage", `nobody is invited to ${formatAddress(address)}`, "give a tcp:// or tls:// address; over ssh no invite is needed");
  }
  if (address.kind === "tcp" && !isLoopback(address.host)) {
    throw new FugueError("usage", `tcp is not encrypted, and ${address.host} is not only this machine`, "use tls://");
  }
  return address;
}

function isWildcard(host: string): boolean {
  return /^(0\.0\.0\.0|::|0)$/.test(host);
}

/** This machine's name and addresses, in place of "all addresses". */
function namesOf(address: NetworkAddress): NetworkAddress[] {
  const name = hostname();
  const isV4Only = address.host !== "::";
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
    .filter(({ internal, family, address: ip }) => !internal && !(isV4Only && family !== "IPv4") && !/^fe80:/i.test(ip));
  const hosts = [...(/^[\p{L}\p{N}._-]+$/u.test(name) && !isLoopback(name) ? [name] : []), ...own.map(({ address: ip }) => ip)];
  return [...new Set(hosts.length > 0 ? hosts : [isV4Only ? "127.0.0.1" : "::1"])].map((host) => ({ ...address, host }));
}

/** A name for this server elsewhere: the host's, without its domain. */
function serverName(): string {
  const name = hostname().split(".")[0]!.replace(/[^\p{L}\p{N}_-]/gu, "").replace(/^-+/, "").slice(0, 32);
  return name === "" || name === "local" || name === "localhost" ? "server" : name;
}

/** Using an invite: the first connection to a server that this machine did not know, and the lasting secret it brings. */
import { asFugueError, FugueError } from "../../base/errors.ts";
import { formatAddress, type Address } from "../../config/address.ts";
import type { Welcome } from "../../protocol/messages.ts";
import type { Duplex } from "../../transport/duplex.ts";
import { connectTcp } from "../../transport/tcp.ts";
import { connectTls } from "../../transport/tls.ts";
import { invitedCredentials } from "../../trust/credentials.ts";
import { checkInviteTime, type Invite } from "../../trust/invite.ts";
import { Connection } from "./connection.ts";
import type { ClientIdentity } from "./greeting.ts";

/** What an invite was exchanged for. To be stored with `storeServerSecret`. */
export interface Redeemed {
  /** The address of the invite that answered. */
  readonly address: Address;
  readonly secret: Uint8Array;
  /** Of the certificate to pin; absent on tcp. */
  readonly fingerprint?: string;
  readonly welcome: Welcome;
}

/**
 * Uses an invite at the first of its addresses at which the server is found. Used or refused, it is void.
 * @param now milliseconds since 1970
 * @throws FugueError `refused` if it has expired or was used; else what went wrong at the first address
 */
export async function redeemInvite(invite: Invite, identity: ClientIdentity, now: number): Promise<Redeemed> {
  checkInviteTime(invite, now);
  let failure: FugueError | undefined;
  for (const address of invite.addresses) {
    try {
      return await redeemAt(address, invite, identity);
    } catch (thrown) {
      const error = asFugueError(thrown);
      // who refuses the invite may be another server at an address of this machine's own: the next one is tried as well
      if (!failure || (error.code === "refused" && failure.code !== "refused")) failure = error;
    }
  }
  throw failure!;
}

async function redeemAt(address: Address, invite: Invite, identity: ClientIdentity): Promise<Redeemed> {
  const { duplex, fingerprint } = await dial(address, invite);
  const connection = await Connection.open(duplex, identity, {}, invitedCredentials(invite, fingerprint));
  const { lastingSecret: secret, welcome } = connection;
  connection.end();
  if (!secret) throw new FugueError("protocol", `${formatAddress(address)} gave no secret for the invite`, "bring that server up to date");
  return { address, secret, ...(fingerprint ? { fingerprint } : {}), welcome: welcome! };
}

async function dial(address: Address, invite: Invite): Promise<{ duplex: Duplex; fingerprint: string }> {
  if (address.kind === "tcp") return { duplex: await connectTcp(address.host, address.port), fingerprint: "" };
  if (address.kind === "tls" && invite.fingerprint) {
    return { duplex: await connectTls(address.host, address.port, invite.fingerprint), fingerprint: invite.fingerprint };
  }
  throw new FugueError("usage", `no invite leads to ${formatAddress(address)}`);
}

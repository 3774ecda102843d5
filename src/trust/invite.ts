/**
 * Invites: one line that adds a server on another machine. It holds addresses, the certificate's fingerprint, and a
 * secret of its own that works once and not for long; the server exchanges it for the lasting secret.
 */
import { FugueError } from "../base/errors.ts";
import { formatAddress, isLoopback, parseAddress, type Address } from "../config/address.ts";
import { SECRET_BYTES } from "./secret.ts";
import { parseFingerprint } from "./server-secrets.ts";

/** What an invite line says. */
export interface Invite {
  /** Where the server can be reached, the best first; 1 to MOST_ADDRESSES, of kind tcp or tls. */
  readonly addresses: readonly Address[];
  /** Of the server's certificate; present if one of the addresses is tls. */
  readonly fingerprint?: string;
  /** Names the invite to the server: 16 hexadecimal digits. */
  readonly id: string;
  /** The invite's own secret, never the server's. */
  readonly secret: Uint8Array;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

const PREFIX = "fugue1:";
const LONGEST_INVITE = 4096;
export const MOST_ADDRESSES = 8;

/** The line. It holds a secret: whoever reads it first can use it. */
export function formatInvite({ addresses, fingerprint, id, secret, expires }: Invite): string {
  const fields = {
    a: addresses.map(formatAddress), ...(fingerprint ? { f: fingerprint } : {}), i: id, s: Buffer.from(secret).toString("base64url"),
    e: Math.floor(expires / 1000),
  };
  return `${PREFIX}${Buffer.from(JSON.stringify(fields)).toString("base64url")}`;
}

/**
 * Reads an invite line. Blanks and line breaks that a mail or a terminal put in are ignored.
 * @throws FugueError `usage` if it is none, or damaged
 */
export function inviteFrom(text: string): Invite {
  const line = text.replace(/\s+/g, "");
  if (!line.startsWith("fugue")) throw bad("this is not an invite");
  if (!line.startsWith(PREFIX)) throw new FugueError("version", "this invite is of another release", "bring both machines to the same release");
  if (line.length > LONGEST_INVITE) throw bad("the invite is too long");
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(Buffer.from(line.slice(PREFIX.length), "base64url").toString("utf8")) as Record<string, unknown>;
  } catch {
    throw bad("the invite is damaged");
  }
  return checked(fields);
}

function checked(fields: Record<string, unknown>): Invite {
  const { a, f, i, s, e } = Object(fields) as Record<string, unknown>;
  if (!Array.isArray(a) || a.length === 0 || a.length > MOST_ADDRESSES) throw bad("the invite is damaged");
  if (typeof i !== "string" || !/^[0-9a-f]{16}$/.test(i)) throw bad("the invite is damaged");
  if (typeof s !== "string" || typeof e !== "number" || !Number.isSafeInteger(e) || e < 0) throw bad("the invite is damaged");
  const secret = new Uint8Array(Buffer.from(s, "base64url"));
  if (secret.length !== SECRET_BYTES) throw bad("the invite is damaged");
  const addresses = a.map((url) => parseAddress(String(url)));
  // tcp is not encrypted: it may lead to this machine only, where a forward begins
  if (addresses.some((address) => address.kind !== "tls" && !(address.kind === "tcp" && isLoopback(address.host)))) throw bad("the invite names an address that it must not");
  const fingerprint = f === undefined ? undefined : parseFingerprint(String(f), "the invite");
  if (!fingerprint && addresses.some(({ kind }) => kind === "tls")) throw bad("the invite lacks the certificate's fingerprint");
  return { addresses, ...(fingerprint ? { fingerprint } : {}), id: i, secret, expires: e * 1000 };
}

/** @throws FugueError `refused` if the invite is too old by this machine's clock. */
export function checkInviteTime(invite: Invite, now: number): void {
  if (now < invite.expires) return;
  throw new FugueError("refused", "this invite has expired", "make another one on that machine: fugue server invite");
}

function bad(message: string): FugueError {
  return new FugueError("usage", message, "copy the whole line that fugue server invite printed, from fugue1: on");
}

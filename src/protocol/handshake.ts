/**
 * The mutual proof of a shared secret, where the peer's user id does not stand in: HMAC-SHA-256 (RFC 2104) over
 * everything that both sides said before, so that no proof can be used twice, for the other side, or for other terms.
 * Pure: no I/O, no clock.
 */
import { FugueError } from "../base/errors.ts";
import { NONCE_BYTES, PROOF_BYTES, PROTOCOL_MAGIC, PROTOCOL_MAX, PROTOCOL_MIN } from "./limits.ts";
import type { ServerHello } from "./messages.ts";

/** Who proves. A proof of one role is worthless for the other. */
export type Role = "server" | "client";

/** Everything that the two sides agree on before either believes the other. */
export interface Terms {
  /** Versions that the server offered, and the one that the client chose. */
  readonly min: number;
  readonly max: number;
  readonly version: number;
  readonly serverNonce: Uint8Array;
  readonly clientNonce: Uint8Array;
  /** SHA-256 of the server's certificate in lowercase hex; empty without TLS. */
  readonly fingerprint: string;
  /** Set if the secret is that of an invite. */
  readonly invite?: string | null;
}

/** What this role sends to prove that it knows the secret under these terms: PROOF_BYTES bytes. */
export function prove(secret: Uint8Array, role: Role, terms: Terms): Uint8Array {
  return mac(secret, `fugue ${role} proof`, transcript(terms));
}

/** Whether a proof is the one that the role would have sent. Takes equally long wherever they differ. */
export function isProof(proof: Uint8Array | null | undefined, secret: Uint8Array, role: Role, terms: Terms): boolean {
  if (proof?.length !== PROOF_BYTES) return false;
  const wanted = prove(secret, role, terms);
  let different = 0;
  for (let i = 0; i < PROOF_BYTES; i++) different |= proof[i]! ^ wanted[i]!;
  return different === 0;
}

/** Loaded by the first invite: it takes milliseconds that no other start has to pay for. */
const ciphers = () => process.getBuiltinModule("node:crypto");

/** The lasting secret, readable only for who holds the invite's secret of this very handshake (AES-256-GCM). */
export function sealSecret(lasting: Uint8Array, inviteSecret: Uint8Array, terms: Terms): Uint8Array {
  const cipher = ciphers().createCipheriv("aes-256-gcm", sealingKey(inviteSecret, terms), ONCE);
  return new Uint8Array(Buffer.concat([cipher.update(lasting), cipher.final(), cipher.getAuthTag()]));
}

/** The reverse. @throws FugueError `protocol` if it was not sealed for this handshake, or was changed. */
export function openSecret(sealed: Uint8Array, inviteSecret: Uint8Array, terms: Terms): Uint8Array {
  try {
    const cipher = ciphers().createDecipheriv("aes-256-gcm", sealingKey(inviteSecret, terms), ONCE);
    cipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    return new Uint8Array(Buffer.concat([cipher.update(sealed.subarray(0, -TAG_BYTES)), cipher.final()]));
  } catch (error) {
    throw new FugueError("protocol", "the server's secret can't be opened", "make another invite: fugue server invite", error);
  }
}

const TAG_BYTES = 16;
/** The nonce of the cipher. The key is used for one message only, so it may be constant. */
const ONCE = new Uint8Array(12);

function sealingKey(inviteSecret: Uint8Array, terms: Terms): Uint8Array {
  return mac(inviteSecret, "fugue sealed secret", transcript(terms));
}

function mac(secret: Uint8Array, label: string, text: Uint8Array): Uint8Array {
  return new Uint8Array(new Bun.CryptoHasher("sha256", secret).update(label).update("\0").update(text).digest());
}

/** The terms as bytes, each part with its length before it: no two terms have the same bytes. */
function transcript({ min, max, version, serverNonce, clientNonce, fingerprint, invite }: Terms): Uint8Array {
  const numbers = Buffer.alloc(12);
  [min, max, version].forEach((n, i) => numbers.writeUInt32BE(n, i * 4));
  const parts = [Buffer.from(PROTOCOL_MAGIC), numbers, serverNonce, clientNonce, Buffer.from(fingerprint), Buffer.from(invite ?? "")];
  return Buffer.concat(parts.flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  }));
}

/**
 * The version to speak with a server: the newest of both.
 * @throws FugueError `protocol` if it is no fugue server, `version` if there is none in common
 */
export function chooseVersion({ magic, min, max }: ServerHello): number {
  if (magic !== PROTOCOL_MAGIC) throw noFugueServer();
  const version = Math.min(max, PROTOCOL_MAX);
  if (version >= min && version >= PROTOCOL_MIN) return version;
  const isOlder = max < PROTOCOL_MIN;
  throw new FugueError(
    "version", `the server is ${isOlder ? "older" : "newer"} than this client: it speaks protocol ${span(min, max)}, the client ${span(PROTOCOL_MIN, PROTOCOL_MAX)}`,
    isOlder ? "install a newer fugue on its machine, and start its server anew" : "bring this fugue up to date",
  );
}

function span(min: number, max: number): string {
  return min === max ? `${min}` : `${min} to ${max}`;
}

/** What answers is something else. */
export function noFugueServer(cause?: unknown): FugueError {
  return new FugueError("protocol", "this is no fugue server", "another program listens there: check the address and the port", cause);
}

/** A nonce that is long enough never to come twice. @throws FugueError `protocol`. */
export function checkNonce(nonce: Uint8Array): void {
  if (nonce.length < NONCE_BYTES / 2 || nonce.length > NONCE_BYTES * 2) throw new FugueError("protocol", "the nonce is of a wrong length");
}

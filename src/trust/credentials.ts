/** What a client proves with, and what it expects of the server: from a profile, or from an invite. */
import { FugueError } from "../base/errors.ts";
import type { Paths } from "../base/paths.ts";
import type { ServerProfile } from "../config/servers.ts";
import type { Invite } from "./invite.ts";
import { readPrivateFile } from "./private-file.ts";
import { parseSecret } from "./secret.ts";
import { readServerSecret, type ServerTrustRecord } from "./server-secrets.ts";

/** What both sides must know where the peer's user id does not stand in: see protocol/handshake.ts. */
export interface Credentials {
  /** 32 random bytes, the same on both sides; never sent. */
  readonly secret: Uint8Array;
  /** SHA-256 of the server's certificate as the client saw it, lowercase hex; the empty string without TLS. */
  readonly fingerprint: string;
  /** Set if the secret is that of an invite: names the invite to the server. */
  readonly invite?: string;
}

/** The parts of a profile that trust depends on. */
export type TrustedProfile = Pick<ServerProfile, "name" | "secretFile">;

/**
 * What is known of a profile's server: its secret from `secret_file` or from the store, its pinned certificate from the
 * store. Undefined if there is no secret.
 * @throws FugueError `refused` if a file is not private, `config` if it holds something else
 */
export function trustOf(profile: TrustedProfile, paths: Paths): ServerTrustRecord | undefined {
  const stored = readServerSecret(paths, profile.name);
  if (profile.secretFile === undefined) return stored;
  const text = readPrivateFile(profile.secretFile);
  if (text === undefined) {
    throw new FugueError("config", `server '${profile.name}': there is no file ${profile.secretFile}`, "correct secret_file, or remove it");
  }
  return { ...stored, secret: parseSecret(text, profile.secretFile) };
}

/**
 * What to prove to a profile's server over a connection whose certificate has this fingerprint (empty: no TLS).
 * @throws FugueError `refused` if no secret is stored, and as `trustOf`
 */
export function credentialsFor(profile: TrustedProfile, paths: Paths, fingerprint: string): Credentials {
  const known = trustOf(profile, paths);
  if (known) return { secret: known.secret, fingerprint };
  throw noSecret(profile.name);
}

/** The certificate to expect of a profile's server. @throws FugueError `refused` if none is pinned. */
export function pinnedFingerprint(profile: TrustedProfile, paths: Paths): string {
  const pinned = readServerSecret(paths, profile.name)?.fingerprint;
  if (pinned) return pinned;
  throw new FugueError(
    "refused", `the certificate of server '${profile.name}' is not known here`,
    `run there: fugue server invite; then here: fugue server add ${profile.name} --invite LINE`,
  );
}

/** What an invited client proves; `fingerprint` is empty on a connection without TLS. */
export function invitedCredentials(invite: Invite, fingerprint: string): Credentials {
  return { secret: invite.secret, fingerprint, invite: invite.id };
}

function noSecret(name: string): FugueError {
  return new FugueError(
    "refused", `no secret of server '${name}' is stored here`,
    `run there: fugue server invite; then here: fugue server add ${name} --invite LINE`,
  );
}

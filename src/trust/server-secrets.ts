/** What this machine knows of other servers: the secret it shares with each, and the certificate it pinned. */
import { join } from "node:path";
import { FugueError } from "../base/errors.ts";
import { checkName } from "../base/names.ts";
import type { Paths } from "../base/paths.ts";
import { readPrivateFile, removePrivateFile, writePrivateFile } from "./private-file.ts";
import { formatSecret, parseSecret } from "./secret.ts";

/** One server, as this machine trusts it. */
export interface ServerTrustRecord {
  readonly secret: Uint8Array;
  /** SHA-256 of its certificate, 64 lowercase hexadecimal digits; absent where no TLS is spoken. */
  readonly fingerprint?: string;
}

/** `FUGUE_HOME/secrets/NAME`. @throws FugueError `usage` for a name that no server has. */
function pathOf(paths: Paths, name: string): string {
  return join(paths.home, "secrets", checkName("server", name));
}

/**
 * What is stored for a server, or undefined.
 * @throws FugueError `refused` if the file is not private, `config` if it holds something else
 */
export function readServerSecret(paths: Paths, name: string): ServerTrustRecord | undefined {
  const path = pathOf(paths, name);
  const text = readPrivateFile(path);
  if (text === undefined) return undefined;
  const [secret, fingerprint] = text.trim().split("\n");
  return { secret: parseSecret(secret ?? "", path), ...(fingerprint ? { fingerprint: parseFingerprint(fingerprint, path) } : {}) };
}

/** Stores what is known of a server (0600, replaced as a whole). */
export function storeServerSecret(paths: Paths, name: string, { secret, fingerprint }: ServerTrustRecord): void {
  const lines = [formatSecret(secret), ...(fingerprint ? [fingerprint] : [])];
  writePrivateFile(pathOf(paths, name), `${lines.join("\n")}\n`);
}

/** Forgets a server. @returns whether anything was known of it. */
export function removeServerSecret(paths: Paths, name: string): boolean {
  return removePrivateFile(pathOf(paths, name));
}

/** SHA-256 of a certificate: hexadecimal digits, with or without colons between bytes. @throws FugueError `config`. */
export function parseFingerprint(text: string, where: string): string {
  const digits = text.trim().replaceAll(":", "").toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  throw new FugueError("config", `${where} does not hold the fingerprint of a certificate`, "it is SHA-256: 64 hexadecimal digits");
}

/** Private keys in files: what they are before they are opened, and opening them with a passphrase. */
import { createPrivateKey } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { utils, type ParsedKey } from "ssh2";
import { FugueError, systemCode } from "../../base/errors.ts";
import { keyType } from "./known-hosts.ts";
import type { SshMemory } from "./memory.ts";
import type { Patience } from "./patience.ts";

const LARGEST_KEY_BYTES = 1 << 18;
const PASSPHRASE_TRIES = 3;

/** A private key's file. */
export interface KeyFile {
  readonly path: string;
  readonly text: string;
  /** Size and time of change: another stamp is another key. */
  readonly stamp: string;
  readonly encrypted: boolean;
  /** Absent only for encrypted keys of the old PEM format without a `.pub` beside them. */
  readonly publicKey?: ParsedKey;
}

/**
 * Looks at a file without opening the key. @returns undefined if it does not exist
 * @throws FugueError `refused` if it can't be read or holds no private key that ssh2 knows
 */
export function readKeyFile(path: string): KeyFile | undefined {
  let text: string;
  let stamp: string;
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > LARGEST_KEY_BYTES) throw new FugueError("refused", `${path} is no private key`);
    stamp = `${stat.size} ${stat.mtimeMs}`;
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return undefined;
    if (error instanceof FugueError) throw error;
    throw new FugueError("refused", `${path} can't be read (${systemCode(error) ?? "failed"})`, undefined, error);
  }
  const parsed = parsePrivate(text);
  if (!(parsed instanceof Error)) return { path, text, stamp, encrypted: false, publicKey: parsed };
  if (!isEncrypted(parsed, text)) throw new FugueError("refused", `${path} holds no private key that can be used (${parsed.message})`);
  return { path, text, stamp, encrypted: true, publicKey: publicPart(path, text) };
}

function isEncrypted(error: Error, text: string): boolean {
  return /encrypted/i.test(error.message) || text.includes("BEGIN ENCRYPTED PRIVATE KEY");
}

/** A private key in any of OpenSSH's formats; PKCS#8, which ssh2 does not read, is written anew for it. */
function parsePrivate(text: string, passphrase?: string): ParsedKey | Error {
  let source = text;
  if (/BEGIN (ENCRYPTED )?PRIVATE KEY/.test(text)) {
    if (text.includes("ENCRYPTED") && passphrase === undefined) return new Error("encrypted");
    try {
      const key = createPrivateKey({ key: text, passphrase });
      const type = key.asymmetricKeyType === "rsa" ? "pkcs1" : "sec1";
      source = key.export({ format: "pem", type }).toString();
      passphrase = undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
  const parsed = utils.parseKey(source, passphrase);
  const key = Array.isArray(parsed) ? parsed[0]! : parsed;
  if (key instanceof Error) return key;
  return key.isPrivateKey() ? key : new Error("it is a public key");
}

/** The public part of an encrypted key: from the file itself in OpenSSH's own format, else from the file beside it. */
function publicPart(path: string, text: string): ParsedKey | undefined {
  const own = embeddedPublicKey(text);
  if (own) {
    const parsed = utils.parseKey(`${keyType(own)} ${own.toString("base64")}`);
    if (!(parsed instanceof Error)) return Array.isArray(parsed) ? parsed[0] : parsed;
  }
  try {
    const parsed = utils.parseKey(readFileSync(`${path}.pub`, "utf8"));
    return parsed instanceof Error ? undefined : Array.isArray(parsed) ? parsed[0] : parsed;
  } catch {
    return undefined;
  }
}

/** The public key that stands unencrypted in an `openssh-key-v1` file (PROTOCOL.key of OpenSSH). */
export function embeddedPublicKey(text: string): Buffer | undefined {
  const base64 = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text)?.[1];
  if (base64 === undefined) return undefined;
  const data = Buffer.from(base64, "base64");
  if (data.subarray(0, 15).toString("latin1") !== "openssh-key-v1\0") return undefined;
  let at = 15;
  const next = () => {
    if (at + 4 > data.length) return undefined;
    const length = data.readUInt32BE(at);
    at += 4 + length;
    return at <= data.length ? data.subarray(at - length, at) : undefined;
  };
  // cipher, kdf, its options; then the number of keys
  if (!next() || !next() || !next()) return undefined;
  at += 4;
  const key = next();
  return key && keyType(key) ? key : undefined;
}

/**
 * Opens a key: from memory, without a passphrase, or by asking for it up to three times.
 * @returns undefined if it is locked and nobody can be asked, or an empty passphrase was given, or all were wrong
 */
export async function openKey(file: KeyFile, patience: Patience, memory: SshMemory): Promise<ParsedKey | undefined> {
  if (!file.encrypted) return file.publicKey;
  const kept = memory.key(file.path, file.stamp) as ParsedKey | undefined;
  if (kept) return kept;
  if (!patience.prompter) return undefined;
  for (let tries = 0; tries < PASSPHRASE_TRIES; tries++) {
    const passphrase = await patience.ask(`${tries > 0 ? "Wrong. " : ""}Passphrase for the key ${file.path}: `, false);
    if (passphrase === "") return undefined;
    const key = parsePrivate(file.text, passphrase);
    if (key instanceof Error) continue;
    memory.keepKey(file.path, file.stamp, key);
    return key;
  }
  return undefined;
}

/** The secret that a server and its clients share: 32 random bytes, written as 64 hexadecimal digits. */
import { FugueError } from "../base/errors.ts";
import type { Paths } from "../base/paths.ts";
import { randomHex, type Random } from "../base/random.ts";
import { createPrivateFile, readPrivateFile, writePrivateFile } from "./private-file.ts";

/** Length of every secret, in bytes. */
export const SECRET_BYTES = 32;

/** Reads a secret. @throws FugueError `config` if the text is none; the text itself is never in the message. */
export function parseSecret(text: string, where: string): Uint8Array {
  const digits = text.trim();
  if (/^[0-9a-fA-F]{64}$/.test(digits)) return new Uint8Array(Buffer.from(digits, "hex"));
  throw new FugueError("config", `${where} does not hold a secret`, "a secret is 64 hexadecimal digits, as fugue server secret prints it");
}

/** The text that parseSecret reads back. */
export function formatSecret(secret: Uint8Array): string {
  return Buffer.from(secret).toString("hex");
}

/** This home's own secret, made on first use. @throws FugueError `refused` if its file is not private. */
export function ownSecret(paths: Paths, random: Random): Uint8Array {
  const text = readPrivateFile(paths.token) ?? createPrivateFile(paths.token, `${randomHex(random, SECRET_BYTES)}\n`);
  return parseSecret(text, paths.token);
}

/** Another secret in the place of this home's own. @throws FugueError `system` if it can't be written */
export function newSecret(paths: Paths, random: Random): Uint8Array {
  const text = randomHex(random, SECRET_BYTES);
  writePrivateFile(paths.token, `${text}\n`);
  return parseSecret(text, paths.token);
}

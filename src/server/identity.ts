/** The identity of a server, by which links and clients know it again wherever it is reached. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { systemCode } from "../base/errors.ts";
import { replaceFile } from "../base/replace-file.ts";

const ID = /^[0-9a-f]{32}$/;

/**
 * Reads it, or makes it at the first start. Never throws: where it can't be read or kept it lasts as long as the process,
 * and what may be there stays as it is.
 * @returns 32 hexadecimal digits
 */
export function serverIdentity(path: string): string {
  let isReadable = true;
  try {
    const id = readFileSync(path, "utf8").trim();
    if (ID.test(id)) return id;
  } catch (error) {
    isReadable = systemCode(error) === "ENOENT";
  }
  const id = randomBytes(16).toString("hex");
  try {
    if (isReadable) replaceFile(path, `${id}\n`);
  } catch {
    // a read-only home
  }
  return id;
}

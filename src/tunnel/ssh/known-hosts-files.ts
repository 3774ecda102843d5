/** The known_hosts files of a configuration: read together, and the one that new keys are added to. */
import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { FugueError, systemCode } from "../../base/errors.ts";
import type { Random } from "../../base/random.ts";
import type { SshConfiguration } from "./configuration.ts";
import { hashName, keyType, parseKnownHosts, type KnownHost } from "./known-hosts.ts";

const LARGEST_FILE_BYTES = 16 << 20;

/** All entries, the user's files first. Files that are not there hold nothing. @throws FugueError `system` if one can't be read */
export function readKnownHosts(configuration: SshConfiguration): KnownHost[] {
  return [...configuration.userKnownHosts, ...configuration.globalKnownHosts].flatMap((file) => {
    try {
      const stat = statSync(file);
      // /dev/null is how people say that nothing is to be known
      if (!stat.isFile()) return [];
      if (stat.size > LARGEST_FILE_BYTES) throw new FugueError("system", `${file} is larger than 16 MiB`, "remove lines from it: ssh-keygen -R HOST");
      return parseKnownHosts(readFileSync(file, "utf8"), file);
    } catch (error) {
      const code = systemCode(error);
      if (code === "ENOENT" || code === "ENOTDIR") return [];
      if (error instanceof FugueError) throw error;
      // an unreadable file may hold a revocation: going on without it would not be safe
      throw new FugueError("system", `can't read ${file}: ${code ?? "failed"}`, "make it readable for you", error);
    }
  });
}

/**
 * Adds a key to the user's first file, which is made (0600, its folder 0700) if it is not there. One append, so that
 * others who write at the same time lose nothing. @returns the file, or undefined if the configuration has none
 * @throws FugueError `system`
 */
export function addKnownHost(configuration: SshConfiguration, name: string, key: Uint8Array, random: Random): string | undefined {
  const file = configuration.userKnownHosts[0];
  if (file === undefined) return undefined;
  const hosts = configuration.hashKnownHosts ? hashName(name, random.bytes(20)) : name;
  const line = `${hosts} ${keyType(key)} ${Buffer.from(key).toString("base64")}\n`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    appendFileSync(file, endsInMidLine(file) ? `\n${line}` : line, { mode: 0o600 });
  } catch (error) {
    throw new FugueError("system", `can't add the host key to ${file}: ${systemCode(error) ?? "failed"}`, "make the file writable, or add the key by hand", error);
  }
  return file;
}

/** Somebody's editor may have left the last line without its end. */
function endsInMidLine(file: string): boolean {
  let fd: number;
  try {
    fd = openSync(file, "r");
  } catch {
    return false;
  }
  try {
    const stat = fstatSync(fd);
    const last = new Uint8Array(1);
    return stat.isFile() && stat.size > 0 && readSync(fd, last, 0, 1, stat.size - 1) === 1 && last[0] !== 10;
  } finally {
    closeSync(fd);
  }
}

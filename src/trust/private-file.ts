/** Small files that hold secrets: only their owner reads them, they are never half written, and links are not followed. */
import { closeSync, constants, fstatSync, fsyncSync, linkSync, openSync, readSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { FugueError, systemCode } from "../base/errors.ts";
import { ensurePrivateFolder } from "../base/paths.ts";
import { randomHex, systemRandom } from "../base/random.ts";

/** No file of this kind is larger. */
const LARGEST_PRIVATE_BYTES = 64 * 1024;

/**
 * The text of a private file, or undefined if there is none.
 * @throws FugueError `refused` if it is a link, somebody else's, or open to others; `system` if it can't be read
 */
export function readPrivateFile(path: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === "ELOOP") throw new FugueError("refused", `${path} is a symbolic link`, "put the file itself there", error);
    throw new FugueError("system", `can't read ${path}: ${code ?? "failed"}`, "check its owner and mode: ls -l", error);
  }
  try {
    checkPrivate(path, fd);
    const bytes = new Uint8Array(LARGEST_PRIVATE_BYTES + 1);
    let length = 0;
    for (let got = 1; got > 0 && length < bytes.length; length += got) got = readSync(fd, bytes, length, bytes.length - length, null);
    if (length > LARGEST_PRIVATE_BYTES) throw new FugueError("tooLarge", `${path} is larger than a file of this kind`);
    return new TextDecoder().decode(bytes.subarray(0, length));
  } finally {
    closeSync(fd);
  }
}

/** The file behind an open descriptor is regular, ours, and nobody else's to read or write. */
function checkPrivate(path: string, fd: number): void {
  const stat = fstatSync(fd);
  if (!stat.isFile()) throw new FugueError("refused", `${path} is not a regular file`, "move it away");
  if (process.getuid && stat.uid !== process.getuid()) {
    throw new FugueError("refused", `${path} belongs to another user (uid ${stat.uid})`, "move it away, or set FUGUE_HOME");
  }
  if ((stat.mode & 0o077) !== 0) {
    const mode = (stat.mode & 0o777).toString(8).padStart(4, "0");
    throw new FugueError("refused", `${path} is open to other users (mode ${mode})`, `if nobody has read it: chmod 600 ${path}`);
  }
}

/** Replaces a private file (0600) as a whole, or makes it. @throws FugueError `system` if that fails. */
export function writePrivateFile(path: string, text: string): void {
  place(path, text, (temporary) => renameSync(temporary, path));
}

/**
 * Makes a private file unless there is one: of several processes that try, one wins.
 * @returns what the file holds afterwards
 */
export function createPrivateFile(path: string, text: string): string {
  place(path, text, (temporary) => {
    try {
      linkSync(temporary, path);
    } catch (error) {
      if (systemCode(error) !== "EEXIST") throw error;
    } finally {
      unlinkSync(temporary);
    }
  });
  return readPrivateFile(path)!;
}

/** Removes a private file. @returns whether there was one. */
export function removePrivateFile(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw new FugueError("system", `can't remove ${path}: ${systemCode(error) ?? "failed"}`, undefined, error);
  }
}

function place(path: string, text: string, commit: (temporary: string) => void): void {
  ensurePrivateFolder(dirname(path));
  const temporary = `${path}.${randomHex(systemRandom, 6)}`;
  try {
    const fd = openSync(temporary, "wx", 0o600);
    try {
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    commit(temporary);
  } catch (error) {
    try {
      unlinkSync(temporary);
    } catch {
      // it was moved to its place, or never made
    }
    const code = systemCode(error);
    const hint = code === "ENOSPC" ? "the disk is full: make room" : "check the folder's owner and mode";
    throw new FugueError("system", `can't write ${path}: ${code ?? String(error)}`, hint, error);
  }
}

/** Files and links that are replaced as a whole: whoever looks sees the old one or the new one. */
import { closeSync, constants, fchmodSync, fsyncSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const NEW_ONLY = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/**
 * Puts a file in the place of another, or where none is. The folder must exist. Of writers side by side in several
 * processes the last one counts.
 * @param options.mode 0600 if it is not said
 * @param options.sync it is on the disk before it takes the other's place
 * @throws system errors; the old one is then as it was, and nothing lies beside it
 */
export function replaceFile(path: string, content: string | Uint8Array, { mode = 0o600, sync = false } = {}): void {
  beside(path, (fresh) => {
    const fd = openSync(fresh, NEW_ONLY, mode);
    try {
      // whatever the umask takes away
      fchmodSync(fd, mode);
      writeFileSync(fd, content);
      if (sync) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  });
}

/**
 * The same for a file that its user keeps: it stays a link if it was one, and keeps its mode; its folder is made.
 * @throws system errors
 */
export function replaceUserFile(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  let real = path;
  let mode = 0o600;
  try {
    real = realpathSync(path);
    mode = statSync(real).mode & 0o777;
  } catch {
    // there is no file yet
  }
  replaceFile(real, content, { mode, sync: true });
}

/** Lets a symbolic link lead elsewhere, or makes it. @throws system errors; the old one is then as it was */
export function replaceLink(path: string, target: string): void {
  beside(path, (fresh) => symlinkSync(target, fresh));
}

function beside(path: string, make: (fresh: string) => void): void {
  const fresh = `${path}.${process.pid}.new`;
  // what an earlier process of this number has left
  rmSync(fresh, { force: true });
  try {
    make(fresh);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** Where fugue keeps things, and the check that they are private. */
import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { FugueError, systemCode } from "./errors.ts";

/** Every path of one fugue home. */
export interface Paths {
  readonly home: string;
  /** The daemon's socket: what local clients open. */
  readonly socket: string;
  /** The keeper's socket: what the daemon opens. */
  readonly keeperSocket: string;
  readonly keeperLock: string;
  readonly token: string;
  readonly serverId: string;
  readonly tunnels: string;
  readonly state: string;
  readonly logs: string;
}

/** The paths under `FUGUE_HOME`, or `~/.fugue`, absolute. Nothing is created. */
export function pathsFrom(env: Record<string, string | undefined>): Paths {
  const home = resolve(env.FUGUE_HOME || join(env.HOME || homedir(), ".fugue"));
  return {
    home,
    socket: join(home, "fugue.sock"),
    keeperSocket: join(home, "state", "keeper.sock"),
    keeperLock: join(home, "state", "keeper.lock"),
    token: join(home, "token"),
    serverId: join(home, "server-id"),
    tunnels: join(home, "tunnels"),
    state: join(home, "state"),
    logs: join(home, "logs"),
  };
}

/**
 * Makes sure that a folder exists, is ours, is no symlink, and is closed to everybody else (0700).
 * @throws FugueError `refused` if it is someone else's or a symlink, `system` if it cannot be made.
 */
export function ensurePrivateFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = systemCode(error);
    const hint = code === "EROFS" || code === "EACCES" || code === "EPERM"
      ? "set FUGUE_HOME to a folder that you can write"
      : code === "ENOSPC" ? "the disk is full: make room, or set FUGUE_HOME to another disk"
      : code === "EEXIST" || code === "ENOTDIR" ? "something that is no folder is there: set FUGUE_HOME" : undefined;
    throw new FugueError("system", `can't create ${path}: ${code ?? "failed"}`, hint, error);
  }
  const stat = lstatSync(path);
  if (stat.isSymbolicLink() || !stat.isDirectory()) {
    throw new FugueError("refused", `${path} is a symbolic link or no folder`, "fugue wants a real folder there: set FUGUE_HOME");
  }
  if (process.getuid && stat.uid !== process.getuid()) {
    throw new FugueError("refused", `${path} belongs to another user (uid ${stat.uid})`, "set FUGUE_HOME to a folder of yours");
  }
  if ((stat.mode & 0o077) !== 0) chmodSync(path, 0o700);
}

/** Creates the private folders of a home. @throws as ensurePrivateFolder. */
export function ensureHome(paths: Paths): void {
  for (const folder of [paths.home, paths.state, paths.logs, paths.tunnels]) ensurePrivateFolder(folder);
}

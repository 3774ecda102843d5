/** Where fugue keeps things, and the check that they are private. */
import { chmodSync, lstatSync, mkdirSync, statfsSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
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

/** In a home that hosts share: the folder of their folders. */
const HOSTS = "hosts";
/** Numbers of file systems that several hosts may share (statfs(2)): NFS, SMB, CIFS, SMB2, AFS, Coda, Lustre, GPFS, Ceph. */
const SHARED_FILE_SYSTEMS = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x73757245, 0x0bd00bd0, 0x47504653, 0x00c36400]);

/** Whether a folder, or what it would be made in, lies on a file system that other hosts may use at the same time. */
function isShared(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    try {
      return SHARED_FILE_SYSTEMS.has(statfsSync(at).type >>> 0);
    } catch {
      if (at === dirname(at)) return false;
    }
  }
}

/**
 * The folder of this host: a home that hosts share has one for each, because sockets and locks are of no use to others.
 * `FUGUE_PER_HOST` says that it is shared (1) or is not (0), where the file system does not tell.
 */
function hostFolder(home: string, env: Record<string, string | undefined>): string {
  const shared = env.FUGUE_PER_HOST ? env.FUGUE_PER_HOST !== "0" : isShared(home);
  if (!shared || basename(dirname(home)) === HOSTS) return home;
  return join(home, HOSTS, hostname().replace(/[^A-Za-z0-9.-]/g, "-").replace(/^\.+/, "") || "host");
}

/** The paths under `FUGUE_HOME`, or `~/.fugue`, absolute. Nothing is created. */
export function pathsFrom(env: Record<string, string | undefined>): Paths {
  const home = hostFolder(resolve(env.FUGUE_HOME || join(env.HOME || homedir(), ".fugue")), env);
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
  const hosts = dirname(paths.home);
  const above = basename(hosts) === HOSTS ? [dirname(hosts), hosts] : [];
  for (const folder of [...above, paths.home, paths.state, paths.logs, paths.tunnels]) ensurePrivateFolder(folder);
}

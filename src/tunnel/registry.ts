/** The folder of tunnels: which files belong to a server's tunnel, which tunnels there are, and what is left of dead ones. */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { systemCode } from "../base/errors.ts";
import type { Paths } from "../base/paths.ts";
import { LONGEST_SOCKET_PATH } from "../transport/unix.ts";
import { liveness } from "./process-identity.ts";
import { readRecord, removeFile, type TunnelRecord } from "./record.ts";

/** The files of one tunnel. */
export interface TunnelFiles {
  /** Locked by the tunnel's process as long as it lives: whoever finds it locked starts no second one. */
  readonly lock: string;
  readonly record: string;
  /** Each connection becomes a stream to the far daemon. */
  readonly data: string;
  readonly control: string;
  /** A link to the agent of the client that came last. */
  readonly agent: string;
  readonly log: string;
}

const LONGEST_STEM = 48;
const MOST_RECORDS = 1000;
/** Between a server's name and the name of a machine: no server's file name holds it. */
const HOST_MARK = "@";
const HASH_MARK = "~";

/** Where the files of a server's tunnel are on this machine. Several machines with one home don't share a tunnel. */
export function tunnelFiles(paths: Paths, name: string): TunnelFiles {
  const plain = filesOf(paths, stemOf(paths, name));
  const own = filesOf(paths, stemOf(paths, name, hostname()));
  if (typeof readRecord(own.record) === "object") return own;
  const record = readRecord(plain.record);
  return typeof record === "object" && liveness(record.process) === "elsewhere" ? own : plain;
}

function filesOf(paths: Paths, stem: string): TunnelFiles {
  const at = (ending: string): string => join(paths.tunnels, `${stem}${ending}`);
  return {
    lock: at(".lock"), record: at(".json"), data: at(".sock"), control: at(".ctl"), agent: at(".agent"),
    log: join(paths.logs, `tunnel-${stem}.log`),
  };
}

/** The name of a tunnel's log, without its folder. */
export function logName(paths: Paths, name: string): string {
  return tunnelFiles(paths, name).log.slice(paths.logs.length + 1);
}

/** A file name that is safe everywhere and leaves the socket's path short enough; long names end with a sum of the whole. */
function stemOf(paths: Paths, name: string, host?: string): string {
  const safe = (text: string): string => encodeURIComponent(text).replaceAll(/[.!~*'()]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  const stem = host === undefined ? safe(name) : `${safe(name)}${HOST_MARK}${safe(host)}`;
  const room = LONGEST_SOCKET_PATH - Buffer.byteLength(join(paths.tunnels, ".sock")) - 1;
  if (stem.length <= Math.min(LONGEST_STEM, room)) return stem;
  const sum = createHash("sha256").update(stem).digest("hex").slice(0, 10);
  return `${stem.slice(0, Math.max(1, Math.min(LONGEST_STEM, room) - sum.length - 1)).replace(/%.?$/, "")}${HASH_MARK}${sum}`;
}

/** A record of the registry and how its process stands. */
export interface ListedTunnel {
  readonly record: TunnelRecord;
  readonly files: TunnelFiles;
  readonly alive: "alive" | "elsewhere";
}

/**
 * Tunnels with a live process, those of other machines included, by name. What dead ones left is removed; records that
 * are corrupt, and files that are not ours, are left alone and not shown.
 */
export function listTunnels(paths: Paths): ListedTunnel[] {
  const found: ListedTunnel[] = [];
  for (const stem of stems(paths)) {
    const files = filesOf(paths, stem);
    const record = readRecord(files.record);
    if (typeof record !== "object") continue;
    const alive = liveness(record.process);
    if (alive === "dead") removeLeftovers(files, record);
    else found.push({ record, files, alive });
  }
  return found.sort((a, b) => (a.record.name < b.record.name ? -1 : 1));
}

/** Files in the folder that look like records and are none: for people who ask what is wrong. */
export function badRecords(paths: Paths): string[] {
  return stems(paths).map((stem) => filesOf(paths, stem).record).filter((path) => {
    const record = readRecord(path);
    return record === "corrupt" || record === "foreign";
  });
}

function stems(paths: Paths): string[] {
  try {
    const names = readdirSync(paths.tunnels).filter((name) => name.endsWith(".json"));
    return names.sort().slice(0, MOST_RECORDS).map((name) => name.slice(0, -".json".length));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** A new tunnel may have taken the dead one's place since its record was read: then nothing is removed. */
function removeLeftovers(files: TunnelFiles, dead: TunnelRecord): void {
  const now = readRecord(files.record);
  if (typeof now !== "object" || now.process.pid !== dead.process.pid || now.process.started !== dead.process.started) return;
  // sockets stay: the next tunnel replaces them, and one that starts in this moment would lose its own
  removeFile(files.record);
}

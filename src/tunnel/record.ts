/** The record of one tunnel on disk: who holds it, where it listens, how it is. Read with suspicion, written atomically. */
import { closeSync, constants, fstatSync, openSync, readFileSync, unlinkSync } from "node:fs";
import { systemCode } from "../base/errors.ts";
import { replaceFile } from "../base/replace-file.ts";
import type { ProcessIdentity } from "./process-identity.ts";

/** `starting`: never connected yet. `waiting`: lost, tries again by itself. `stuck`: lost, and somebody would be asked. */
export const TUNNEL_STATES = ["starting", "ready", "connecting", "waiting", "stuck"] as const;
export type TunnelState = (typeof TUNNEL_STATES)[number];

/** Version of the record's form. A reader takes other versions as well, and only what it knows of them. */
export const RECORD_VERSION = 1;
const LARGEST_RECORD_BYTES = 64 * 1024;

export interface TunnelRecord {
  readonly version: number;
  /** Name of the server in the configuration. */
  readonly name: string;
  readonly process: ProcessIdentity;
  /** Release of the fugue that holds it. */
  readonly release: string;
  /** The machine that is logged in to: `ssh://ann@box:22`. */
  readonly target: string;
  /** Where clients connect: unix:// of the data socket, and tcp:// if it listens on a port. */
  readonly endpoints: readonly string[];
  /** Sums up what of the configuration it was made from: another sum is another tunnel. */
  readonly profile: string;
  readonly state: TunnelState;
  /** When it came into this state, milliseconds since the epoch. */
  readonly since: number;
  readonly reconnects: number;
  readonly lastError?: string;
}

/** Writes a record: a reader sees the old or the new one. Mode 0600. @throws system errors */
export function writeRecord(path: string, record: TunnelRecord): void {
  replaceFile(path, `${JSON.stringify(record)}\n`, { sync: true });
}

/** What is wrong with a file that should be a record. */
export type BadRecord = "missing" | "corrupt" | "foreign";

/**
 * Reads a record. `foreign`: a symbolic link, no plain file, or another user's: nothing in it counts.
 * @throws system errors other than the file's absence
 */
export function readRecord(path: string): TunnelRecord | BadRecord {
  let fd: number;
  try {
    // a fifo must not block
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT") return "missing";
    if (code === "ELOOP" || code === "EACCES" || code === "ENXIO") return "foreign";
    throw error;
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || (process.getuid && stat.uid !== process.getuid()) || (stat.mode & 0o022) !== 0) return "foreign";
    if (stat.size > LARGEST_RECORD_BYTES) return "corrupt";
    return parseRecord(readFileSync(fd, "utf8")) ?? "corrupt";
  } finally {
    closeSync(fd);
  }
}

/** Removes a file of a tunnel; absent is fine. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
}

/** The record in a text, or undefined if it is none. */
export function parseRecord(text: string): TunnelRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is TunnelRecord {
  if (typeof value !== "object" || value === null) return false;
  const r = value as Record<string, unknown>;
  const strings = [r.name, r.release, r.target, r.profile].every((field) => typeof field === "string");
  const numbers = [r.version, r.since, r.reconnects].every((field) => typeof field === "number" && Number.isFinite(field));
  return strings && numbers && isIdentity(r.process) && TUNNEL_STATES.includes(r.state as TunnelState)
    && Array.isArray(r.endpoints) && r.endpoints.every((endpoint) => typeof endpoint === "string")
    && (r.lastError === undefined || typeof r.lastError === "string");
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== "object" || value === null) return false;
  const p = value as Record<string, unknown>;
  // pids below 2 must never be signalled
  return Number.isInteger(p.pid) && (p.pid as number) > 1
    && typeof p.started === "string" && typeof p.boot === "string" && typeof p.host === "string";
}

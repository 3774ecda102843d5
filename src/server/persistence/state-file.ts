/**
 * Files of state that are replaced as a whole: written beside the old one and renamed over it, so that there is always
 * one that is complete. What cannot be read is kept aside for people, and never in anybody's way.
 *
 *   file := "FGST", version (1 byte), kind (1 byte), checksum (8 bytes, xxHash64 of the rest, little-endian), payload
 *
 * A version that ever was released stays readable.
 */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FugueError, systemCode } from "../../base/errors.ts";

/** What a file holds. Numbers are never used again. */
export const STATE_KIND = { model: 1, screen: 2, buffers: 3, messages: 4 } as const;

export type StateKind = (typeof STATE_KIND)[keyof typeof STATE_KIND];

const MAGIC = 0x46475354;
const VERSION = 1;
const HEAD_BYTES = 14;
const LARGEST_BYTES = 64 * 1024 * 1024;
/** Damaged files that are kept, the newest ones. */
const MOST_DAMAGED = 20;
/** Folders for files that could not be read: damaged ones, and those of a later release, which are never removed by themselves. */
const ASIDE = { damaged: "damaged", newer: "newer" } as const;
export const ASIDE_FOLDERS: readonly string[] = Object.values(ASIDE);

/** Why a file can't be read: it is damaged, or a later release wrote it. */
export type Unreadable = keyof typeof ASIDE;

/** A payload with its head. */
export function encodeStateFile(kind: StateKind, payload: Uint8Array): Uint8Array {
  const file = new Uint8Array(HEAD_BYTES + payload.length);
  const view = new DataView(file.buffer);
  view.setUint32(0, MAGIC);
  file[4] = VERSION;
  file[5] = kind;
  view.setBigUint64(6, Bun.hash.xxHash64(payload), true);
  file.set(payload, HEAD_BYTES);
  return file;
}

/** @throws FugueError `protocol` if it is damaged, `version` if a later release wrote it. */
export function decodeStateFile(kind: StateKind, file: Uint8Array): Uint8Array {
  if (file.length < HEAD_BYTES || file.length > LARGEST_BYTES) throw new FugueError("protocol", `${file.length} bytes are no file of state`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(0) !== MAGIC || file[5] !== kind) throw new FugueError("protocol", "this is another kind of file");
  if (file[4] !== VERSION) throw new FugueError("version", `written in format ${file[4]}, this release reads ${VERSION}`);
  const payload = file.slice(HEAD_BYTES);
  if (view.getBigUint64(6, true) !== Bun.hash.xxHash64(payload)) throw new FugueError("protocol", "the checksum is wrong");
  return payload;
}

/** The payload of a file, undefined if there is none. @throws FugueError as decodeStateFile, `system` if it can't be read. */
export function readStateFile(kind: StateKind, path: string): Uint8Array | undefined {
  let file: Uint8Array;
  try {
    file = readFileSync(path);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw new FugueError("system", `can't read ${path}: ${systemCode(error) ?? "failed"}`, undefined, error);
  }
  return decodeStateFile(kind, file);
}

/** Writes a file in the place of another, off the event loop. `sync`: it is on the disk before it takes the other's place. */
export async function replaceStateFile(path: string, bytes: Uint8Array, sync: boolean): Promise<void> {
  const beside = `${path}.new`;
  try {
    const file = await open(beside, "w", 0o600);
    try {
      await file.writeFile(bytes);
      if (sync) await file.datasync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    // on a full disk it would only take room
    rmSync(beside, { force: true });
    throw error;
  }
}

/** What was written to a file, or renamed within a folder, is on the disk when this resolves. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Moves a file that can't be read, or `bytes` instead of it, into a folder beside. Of damaged ones a bounded number is
 * kept. @returns where it is now, if it could be moved
 */
export function setAside(path: string, state: string, why: Unreadable, stamp: number, how: "move" | "copy" | Uint8Array = "move"): string | undefined {
  const folder = join(state, ASIDE[why]);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (why === "damaged") dropOldest(folder);
    const to = join(folder, `${basename(dirname(path))}-${basename(path)}.${stamp}`);
    if (how === "move") renameSync(path, to);
    else if (how === "copy") copyFileSync(path, to);
    else writeFileSync(to, how, { mode: 0o600 });
    return to;
  } catch {
    return undefined;
  }
}

function dropOldest(folder: string): void {
  const names = readdirSync(folder).sort((a, b) => stampOf(a) - stampOf(b));
  for (const name of names.slice(0, Math.max(0, names.length + 1 - MOST_DAMAGED))) rmSync(join(folder, name), { force: true });
}

function stampOf(name: string): number {
  return Number(name.slice(name.lastIndexOf(".") + 1)) || 0;
}

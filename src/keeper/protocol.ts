/**
 * What daemon and keeper say to each other, version 1. Little-endian: u32 length of the rest, u8 type, u32 pane,
 * f64 position, payload. The meaning of `position` and payload is given per type. Types are never reused; a keeper
 * outlives many daemons, so every later daemon must be able to speak this version.
 */
import { FugueError } from "../base/errors.ts";
import { MessageSplitter } from "../base/splitter.ts";

export const KEEPER_VERSION = 1;

/** Daemon to keeper. */
export const TO_KEEPER = {
  /** payload JSON {versions:[1], pid}. Answered by `welcome`. Any later daemon connection replaces the older one. */
  hello: 1,
  /** payload JSON SpawnRequest. Idempotent by pane. Answered by `spawned`. */
  spawn: 2,
  /** position = offset from which log records are wanted, in order. Output is sent as far as credit goes. */
  attach: 3,
  /** position = more bytes of output that the daemon takes for this pane. */
  credit: 4,
  /** position = input sequence; payload = u32 client, f64 effect ordinal (0: none), bytes. Answered by `written`. */
  write: 5,
  /** payload = u16 cols, u16 rows. Logged at the current offset. */
  resize: 6,
  /** position = signal number, sent to the process group of the pane's leader and to its foreground group. */
  kill: 7,
  /** The pane is forgotten: master closed, log dropped. */
  close: 8,
  /** position = offset covered by the checkpoint in the payload; the log before it is dropped. */
  checkpoint: 9,
  /** payload = u8 key length, key, bytes. Kept in memory until replaced; empty bytes delete. */
  putBlob: 10,
  /** position = ordinal of an external effect that is about to happen. */
  effect: 11,
  /** position 1: the daemon serves clients, so its next restart is not put off long; 0: it is healthy, the backoff begins anew. */
  healthy: 12,
  /** Ends everything: panes, daemon, keeper. */
  stop: 13,
  /** position = checkpoint wanted for this pane: answered by `checkpointed`. */
  fetchCheckpoint: 14,
  /** payload JSON {executable}: a daemon of another build is to take over. Answered by `upgraded`, as often as its state changes. */
  upgrade: 15,
  /** payload JSON {executable}: a keeper of another build is to take this one's place. Answered by `replaced`; the connection ends when it does. */
  replace: 16,
} as const;

/** Keeper to daemon. */
export const FROM_KEEPER = {
  /** payload JSON KeeperWelcome. */
  welcome: 1,
  /** payload JSON {pid} or {error}. */
  spawned: 2,
  /** position = offset of the first byte; payload = bytes. */
  output: 3,
  /** position = offset at which it happened; payload = u16 cols, u16 rows. */
  resized: 4,
  /** position = offset of the end; payload JSON PaneExit. */
  exited: 5,
  /** position = input sequence; payload = u32 client. The bytes are in the PTY. */
  written: 6,
  /** payload = key length, key, bytes: one per blob, sent before `welcome`. */
  blob: 7,
  /** position = its offset; payload = the checkpoint (empty: none). */
  checkpointed: 8,
  /** payload JSON {error}: the request was malformed or impossible. */
  error: 9,
  /** The keeper ends everything from now on: what ends after this is no news. */
  stopping: 10,
  /** payload JSON UpgradeState. */
  upgraded: 11,
  /** payload JSON UpgradeState, of the keeper itself. */
  replaced: 12,
} as const;

export interface SpawnRequest {
  argv: string[];
  /** Name in argv[0], e.g. `-bash` for a login shell. */
  argv0?: string;
  env: Record<string, string>;
  cwd: string;
  cols: number;
  rows: number;
}

export interface PaneExit {
  /** Exit code, or null if a signal ended it. */
  code: number | null;
  signal: string | null;
}

/** A pane as the keeper knows it. */
export interface KeptPane {
  pane: number;
  pid: number;
  /** Offset of the oldest log record held, and of the next byte to come. */
  start: number;
  end: number;
  cols: number;
  rows: number;
  /** The size at `start`: what the log is to be replayed from if there is no checkpoint. */
  startCols?: number;
  startRows?: number;
  /** Largest effect ordinal recorded. */
  effect: number;
  /** Per client the largest input sequence written. */
  inputs: [client: number, sequence: number][];
  exit?: PaneExit;
}

/** How the last wish for another build, of the daemon or of the keeper, went, or goes. */
export interface UpgradeState {
  executable: string;
  state: "trying" | "done" | "failed";
  why?: string;
}

export interface KeeperWelcome {
  version: number;
  pid: number;
  startedAt: number;
  /** How often the daemon was restarted, and why the last time. */
  restarts: number;
  lastExit?: string;
  upgrade?: UpgradeState;
  /** How the last replacement of the keeper went. */
  replaced?: UpgradeState;
  /** The keeper's release. */
  release?: string;
  panes: KeptPane[];
}

/** Largest message either side accepts. Checkpoints and blobs are bounded below it by their writers. */
export const LARGEST_KEEPER_MESSAGE = 16 * 1024 * 1024;
/** Bytes of log a pane may hold beyond its last checkpoint; reading its PTY pauses there. */
export const LOG_BOUND_BYTES = 8 * 1024 * 1024;

/** Bytes of a message besides its payload: length, type, pane, position. */
export const KEEPER_HEAD_BYTES = 4 + 1 + 4 + 8;
const utf8 = new TextEncoder();

/** One message as bytes. */
export function encodeKeeperMessage(type: number, pane: number, position: number, payload?: Uint8Array): Uint8Array {
  const size = payload?.length ?? 0;
  const out = new Uint8Array(KEEPER_HEAD_BYTES + size);
  const view = new DataView(out.buffer);
  view.setUint32(0, KEEPER_HEAD_BYTES - 4 + size, true);
  out[4] = type;
  view.setUint32(5, pane, true);
  view.setFloat64(9, position, true);
  if (payload) out.set(payload, KEEPER_HEAD_BYTES);
  return out;
}

export function jsonPayload(value: unknown): Uint8Array {
  return utf8.encode(JSON.stringify(value));
}

export function parseJsonPayload<T>(payload: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(payload)) as T;
}

/** Payload of `resize` and `resized`. */
export function sizePayload(cols: number, rows: number): Uint8Array {
  return new Uint8Array(new Uint16Array([cols, rows]).buffer);
}

export function parseSizePayload(payload: Uint8Array): { cols: number; rows: number } {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return { cols: view.getUint16(0, true), rows: view.getUint16(2, true) };
}

/** Payload of `putBlob` and `blob`. @throws FugueError `tooLarge` for a key of more than 255 bytes. */
export function blobPayload(key: string, bytes: Uint8Array): Uint8Array {
  const name = utf8.encode(key);
  if (name.length > 255) throw new FugueError("tooLarge", `a blob's key of ${name.length} bytes`);
  const out = new Uint8Array(1 + name.length + bytes.length);
  out[0] = name.length;
  out.set(name, 1);
  out.set(bytes, 1 + name.length);
  return out;
}

export function parseBlobPayload(payload: Uint8Array): { key: string; bytes: Uint8Array } {
  const length = payload[0] ?? 0;
  return { key: new TextDecoder().decode(payload.subarray(1, 1 + length)), bytes: payload.slice(1 + length) };
}

/** Payload of `write`. */
export function writePayload(client: number, effect: number, bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + bytes.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, client, true);
  view.setFloat64(4, effect, true);
  out.set(bytes, 12);
  return out;
}

export function parseWritePayload(payload: Uint8Array): { client: number; effect: number; bytes: Uint8Array } {
  if (payload.length < 12) throw new FugueError("protocol", "short write message");
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return { client: view.getUint32(0, true), effect: view.getFloat64(4, true), bytes: payload.subarray(12) };
}

/** Called for each message; the payload is a view, valid during the call. */
export type KeeperHandler = (type: number, pane: number, position: number, payload: Uint8Array) => void;

/** Cuts a byte stream into keeper messages. */
export class KeeperDecoder {
  private readonly splitter = new MessageSplitter(LARGEST_KEEPER_MESSAGE, true);

  /** @throws FugueError `tooLarge` or `protocol`; the connection is then unusable. */
  push(chunk: Uint8Array, each: KeeperHandler): void {
    this.splitter.push(chunk, (message) => {
      if (message.length < KEEPER_HEAD_BYTES - 4) throw new FugueError("protocol", "short keeper message");
      const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
      each(message[0]!, view.getUint32(1, true), view.getFloat64(5, true), message.subarray(KEEPER_HEAD_BYTES - 4));
    });
  }
}

/**
 * What one keeper leaves to the next when it is replaced in place: a stream of messages of the keeper's protocol. Later
 * keepers read what every released one wrote: types are never reused, fields only added.
 */
import { FugueError } from "../base/errors.ts";
import { PaneLog } from "./pane-log.ts";
import {
  FROM_KEEPER, KeeperDecoder, blobPayload, encodeKeeperMessage, jsonPayload, parseBlobPayload, parseJsonPayload, type KeptPane, type PaneExit,
} from "./protocol.ts";

export const HANDOVER_VERSION = 1;

/** Messages besides those that daemons get too: `blob`, and `checkpointed`, `output`, `resized`, `exited` of the pane before. */
const HANDOVER = {
  /** The first. payload JSON: version, and what is known of the keeper. */
  keeper: 101,
  /** position = the log's start; payload JSON {kept, program}. What belongs to the pane follows. */
  pane: 102,
  /** payload = input that the program has not taken. */
  unwritten: 103,
  /** The last: nothing is missing. position = number of panes. */
  end: 104,
} as const;

/** All that is held of a pane. */
export interface PaneStock {
  kept: KeptPane;
  log: PaneLog;
  /** The checkpoint that covers everything up to `checkpointOffset`; empty: none. */
  checkpoint: Uint8Array;
  checkpointOffset: number;
  /** Input that the program has not taken yet. */
  unwritten: Uint8Array;
}

/** Where a pane's program is. */
export interface KeptProgram {
  /** Descriptor of its terminal's master. */
  master: number;
  /** How it ended, if it has. */
  exit: PaneExit | undefined;
  /** Writers to its terminal are made to wait, and to be let go. */
  held: boolean;
}

/** A keeper's memory. */
export interface Handover {
  /** Milliseconds since 1970. */
  startedAt: number;
  restarts: number;
  lastExit: string | undefined;
  blobs: Map<string, Uint8Array>;
  panes: (PaneStock & { program: KeptProgram })[];
}

/** The messages that say it all, one after the other: together they may be much larger than memory likes. */
export function* handoverMessages({ startedAt, restarts, lastExit, blobs, panes }: Handover): Generator<Uint8Array> {
  yield encodeKeeperMessage(HANDOVER.keeper, 0, 0, jsonPayload({ version: HANDOVER_VERSION, startedAt, restarts, lastExit }));
  for (const [key, bytes] of blobs) yield encodeKeeperMessage(FROM_KEEPER.blob, 0, 0, blobPayload(key, bytes));
  for (const { kept, program, log, checkpoint, checkpointOffset, unwritten } of panes) {
    const id = kept.pane;
    yield encodeKeeperMessage(HANDOVER.pane, id, log.start, jsonPayload({ kept, program }));
    yield encodeKeeperMessage(FROM_KEEPER.checkpointed, id, checkpointOffset, checkpoint);
    for (const { type, offset, payload } of log) yield encodeKeeperMessage(type, id, offset, payload);
    if (unwritten.length > 0) yield encodeKeeperMessage(HANDOVER.unwritten, id, 0, unwritten);
  }
  yield encodeKeeperMessage(HANDOVER.end, 0, panes.length);
}

/** @throws FugueError `version` or `protocol` if it is of a later release, incomplete or makes no sense */
export function readHandover(chunks: Iterable<Uint8Array>): Handover {
  const decoder = new KeeperDecoder();
  let about: { version: number; startedAt: number; restarts: number; lastExit?: string } | undefined;
  let complete = false;
  const blobs = new Map<string, Uint8Array>();
  const panes: Handover["panes"] = [];
  const inPane = (type: number, id: number, position: number, payload: Uint8Array): void => {
    const pane = panes.at(-1);
    if (pane?.kept.pane !== id) throw new FugueError("protocol", `message ${type} of a pane that was not introduced`);
    if (type === FROM_KEEPER.checkpointed) [pane.checkpoint, pane.checkpointOffset] = [payload.slice(), position];
    else if (type === HANDOVER.unwritten) pane.unwritten = payload.slice();
    else if (position === pane.log.end) pane.log.append(type, payload.slice());
    else throw new FugueError("protocol", `the log of pane %${id} has a hole at ${pane.log.end}`);
  };
  for (const chunk of chunks) {
    decoder.push(chunk, (type, id, position, payload) => {
      if (type === HANDOVER.keeper) about = parseJsonPayload(payload);
      else if (type === HANDOVER.end) complete = position === panes.length;
      else if (type === FROM_KEEPER.blob) {
        const { key, bytes } = parseBlobPayload(payload);
        blobs.set(key, bytes);
      } else if (type === HANDOVER.pane) {
        const { kept, program } = parseJsonPayload<{ kept: KeptPane; program: KeptProgram }>(payload);
        panes.push({ kept, program, log: new PaneLog(position), checkpoint: new Uint8Array(), checkpointOffset: 0, unwritten: new Uint8Array() });
      } else inPane(type, id, position, payload);
    });
  }
  if (about === undefined || !complete) throw new FugueError("protocol", "what the keeper left is incomplete");
  if (about.version !== HANDOVER_VERSION) throw new FugueError("version", `what the keeper left is of format ${about.version}, known is ${HANDOVER_VERSION}`);
  const short = panes.find(({ kept, log }) => kept.end !== log.end);
  if (short) throw new FugueError("protocol", `the log of pane %${short.kept.pane} ends at ${short.log.end}, not at ${short.kept.end}`);
  return { startedAt: about.startedAt, restarts: about.restarts, lastExit: about.lastExit, blobs, panes };
}

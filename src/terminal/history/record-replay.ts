/**
 * Puts a history together again from its records, some of which may be damaged, outdated or superseded.
 *
 * Blocks get their ids in the order in which they begin, so a record speaks for all lines from its first one on, as
 * far as it goes: what records of smaller ids say about those lines is outdated (lines were taken back and came again).
 * Of records with one id the one given last counts.
 */
import { Block, readHeader, type BlockHeader } from "./block.ts";

/** One block, as it is kept outside. The numbers are repeated outside so that a damaged block leaves a known gap. */
export interface HistoryRecord {
  readonly id: number;
  readonly firstLine: number;
  readonly lines: number;
  readonly bytes: Uint8Array;
}

/** Lines `from` up to `to` (exclusive). */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** What the records add up to. */
export interface ReplayedHistory {
  /** Readable blocks, oldest first. */
  readonly blocks: Block[];
  readonly start: number;
  readonly end: number;
  readonly gaps: LineRange[];
  /** Greater than every id seen. */
  readonly nextId: number;
  /** Header of the newest record, if it is readable: its last line may be open. */
  readonly newest: BlockHeader | undefined;
}

function plausible(record: HistoryRecord): boolean {
  const { id, firstLine, lines } = record;
  return [id, firstLine, lines, firstLine + lines].every((value) => Number.isSafeInteger(value) && value >= 0);
}

/** The header of a record, or undefined if it is damaged or contradicts what is said of it. */
function headerOf(record: HistoryRecord): BlockHeader | undefined {
  try {
    const header = readHeader(record.bytes);
    const same = header.id === record.id && header.firstLine === record.firstLine && header.lines === record.lines;
    return same ? header : undefined;
  } catch {
    return undefined;
  }
}

/** Lets blocks end at `line`; those that begin there or later go. */
function cutAt(blocks: Block[], line: number): void {
  while (blocks.length > 0 && blocks[blocks.length - 1]!.firstLine >= line) blocks.pop();
  const last = blocks[blocks.length - 1];
  if (last !== undefined && last.endLine > line) last.lines = line - last.firstLine;
}

function gapsBetween(blocks: readonly Block[], start: number, end: number): LineRange[] {
  const gaps: LineRange[] = [];
  let known = start;
  for (const block of blocks) {
    if (block.firstLine > known) gaps.push({ from: known, to: block.firstLine });
    known = Math.max(known, block.endLine);
  }
  if (end > known) gaps.push({ from: known, to: end });
  return gaps;
}

/** Replays records in any order. Never throws: what cannot be read becomes a gap. */
export function replayRecords(records: readonly HistoryRecord[]): ReplayedHistory {
  const usable = records.filter(plausible);
  const sorted = usable.map((record, order) => ({ record, order }));
  sorted.sort((a, b) => a.record.id - b.record.id || a.order - b.order);
  const blocks: Block[] = [];
  let newest: BlockHeader | undefined;
  let floor = 0;
  let end = 0;
  for (const { record } of sorted) {
    newest = headerOf(record);
    end = record.firstLine + record.lines;
    if (newest === undefined) continue;
    floor = Math.max(floor, newest.floor);
    cutAt(blocks, record.firstLine);
    if (record.lines > 0) blocks.push(Block.packed(newest, record.bytes));
  }
  cutAt(blocks, end);
  const oldest = usable.reduce((least, record) => Math.min(least, record.firstLine), end);
  const start = Math.min(Math.max(floor, oldest), end);
  while (blocks.length > 0 && blocks[0]!.endLine <= start) blocks.shift();
  const nextId = usable.reduce((most, record) => Math.max(most, record.id), 0) + 1;
  return { blocks, start, end, gaps: gapsBetween(blocks, start, end), nextId, newest };
}

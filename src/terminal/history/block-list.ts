/** The finished blocks of one history, oldest first: lookup by line, their weight, and the last decompressed ones. */
import { type Block, type LineImage } from "./block.ts";

/** Decompressed blocks that are kept for the next read. */
const CACHED_BLOCKS = 4;

/** A queue of blocks with ascending line numbers; there may be gaps between them. */
export class BlockList {
  private blocks: (Block | undefined)[] = [];
  /** Index of the oldest block; the places before it are free. */
  private head = 0;
  /** No block before this index is raw. */
  private packedTo = 0;
  private readonly cache = new Map<number, LineImage>();
  /** Bytes that the blocks hold, without the cache. */
  bytes = 0;
  /** The part of `bytes` that is in blocks with raw lines. */
  rawBytes = 0;

  get length(): number {
    return this.blocks.length - this.head;
  }

  get first(): Block | undefined {
    return this.blocks[this.head];
  }

  get last(): Block | undefined {
    return this.length > 0 ? this.blocks[this.blocks.length - 1] : undefined;
  }

  /** Block `index`, 0 being the oldest. */
  at(index: number): Block | undefined {
    return this.blocks[this.head + index];
  }

  push(block: Block): void {
    this.blocks.push(block);
    this.weigh(block, 1);
  }

  /** Removes the oldest block, in constant time. */
  shift(): Block | undefined {
    const block = this.first;
    if (block === undefined) return undefined;
    this.blocks[this.head++] = undefined;
    this.forget(block);
    if (this.head > 64 && this.head * 2 > this.blocks.length) {
      this.blocks = this.blocks.slice(this.head);
      this.packedTo = Math.max(0, this.packedTo - this.head);
      this.head = 0;
    }
    return block;
  }

  /** Removes the newest block. */
  pop(): Block | undefined {
    const block = this.last;
    if (block === undefined) return undefined;
    this.blocks.pop();
    this.packedTo = Math.min(this.packedTo, this.blocks.length);
    this.forget(block);
    return block;
  }

  clear(): void {
    this.blocks = [];
    this.head = this.packedTo = this.bytes = this.rawBytes = 0;
    this.cache.clear();
  }

  private forget(block: Block): void {
    this.weigh(block, -1);
    this.cache.delete(block.id);
  }

  private weigh(block: Block, sign: 1 | -1): void {
    this.bytes += sign * block.bytes;
    if (block.isRaw) this.rawBytes += sign * block.bytes;
  }

  /** Index of the first block that ends after `line`: the one that holds it, unless it lies in a gap before. */
  indexOf(line: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle)!.endLine > line) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The lines of a block. @throws FugueError `protocol` if they cannot be decompressed. */
  read(block: Block): LineImage {
    if (block.isRaw) return block.read();
    const cached = this.cache.get(block.id);
    const image = cached ?? block.read();
    this.cache.delete(block.id);
    this.cache.set(block.id, image);
    if (this.cache.size > CACHED_BLOCKS) this.cache.delete(this.cache.keys().next().value!);
    return image;
  }

  dropCache(): void {
    this.cache.clear();
  }

  /** Bytes of the cache. */
  get cacheBytes(): number {
    let bytes = 0;
    for (const image of this.cache.values()) bytes += image.bytes.length + image.starts.length * 4;
    return bytes;
  }

  /** Compresses the oldest raw block. @returns its raw lines for reuse, or undefined if no block is raw. */
  compressOldest(floor: number): LineImage | undefined {
    this.packedTo = Math.max(this.packedTo, this.head);
    for (; this.packedTo < this.blocks.length; this.packedTo++) {
      const block = this.blocks[this.packedTo]!;
      if (block.isRaw) return this.compress(block, floor);
    }
    return undefined;
  }

  private compress(block: Block, floor: number): LineImage | undefined {
    this.weigh(block, -1);
    const image = block.compress(floor);
    this.weigh(block, 1);
    return image;
  }

  /** The record of a block, which is compressed for it. */
  record(block: Block, floor: number): Uint8Array {
    this.compress(block, floor);
    return block.record(floor);
  }
}

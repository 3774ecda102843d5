/**
 * A run of finished lines that stay together: raw at first, later one compressed record, which is also the form that
 * is kept on disk.
 *
 *   record := "FGHB", version (1 byte), checksum (8 bytes, xxHash64 of all that follows, little-endian),
 *             varints id, first line, lines, floor, tail (open, columns, width, pad, row), length of the image,
 *             the image compressed by zstd
 *   image  := the lines' lengths as varints, then the lines
 *
 * `floor` is the first line that the history still had; the tail tells how its last line may go on.
 */
import { ByteReader, ByteWriter } from "../../base/bytes.ts";
import { FugueError } from "../../base/errors.ts";
import { BLOCK_LINES, type TailState } from "./line-packer.ts";

const MAGIC = 0x46474842;
const VERSION = 1;
const HEAD_BYTES = 13;
const LEVEL = 1;
/** More than a block of one line of the greatest size needs. */
const MAX_IMAGE_BYTES = 64 * 1024 * 1024;

/** Packed lines in memory: line `i` lies at `starts[i]` and ends where the next begins, the last one at `length`. */
export interface LineImage {
  readonly bytes: Uint8Array;
  readonly length: number;
  /** The first `lines` entries are valid. */
  readonly starts: Uint32Array;
  readonly lines: number;
}

/** Where line `index` ends in the image. */
export function lineEnd(image: LineImage, index: number): number {
  return index + 1 < image.lines ? image.starts[index + 1]! : image.length;
}

/** Bytes of line `index`: a view. */
export function imageLine(image: LineImage, index: number): Uint8Array {
  return image.bytes.subarray(image.starts[index]!, lineEnd(image, index));
}

/** What a record says about itself. */
export interface BlockHeader {
  readonly id: number;
  readonly firstLine: number;
  readonly lines: number;
  readonly floor: number;
  readonly tail: TailState;
}

const scratch = new ByteWriter(4096);

/** Makes the record of an image of `header.lines` lines. */
export function encodeRecord(header: BlockHeader, image: LineImage): Uint8Array {
  scratch.reset();
  for (let i = 0; i < image.lines; i++) scratch.varint(lineEnd(image, i) - image.starts[i]!);
  scratch.bytes(image.bytes.subarray(0, image.length));
  const imageBytes = scratch.length;
  const packed = Bun.zstdCompressSync(scratch.view(), { level: LEVEL });
  scratch.reset();
  const { tail } = header;
  for (const value of [header.id, header.firstLine, header.lines, header.floor]) scratch.varint(value);
  scratch.varint(tail.open ? 1 : 0);
  for (const value of [tail.columns, tail.width, tail.pad, tail.row, imageBytes]) scratch.varint(value);
  const record = new Uint8Array(HEAD_BYTES + scratch.length + packed.length);
  record.set(scratch.view(), HEAD_BYTES);
  record.set(packed, HEAD_BYTES + scratch.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, MAGIC);
  record[4] = VERSION;
  view.setBigUint64(5, Bun.hash.xxHash64(record.subarray(HEAD_BYTES)), true);
  return record;
}

/**
 * Reads the header of a record and checks the whole record against its checksum.
 * @throws FugueError `protocol` if it is damaged, `version` if a newer release wrote it.
 */
export function readHeader(record: Uint8Array): BlockHeader {
  return parseHeader(record).header;
}

function parseHeader(record: Uint8Array): { header: BlockHeader; imageBytes: number; at: number } {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  if (record.length < HEAD_BYTES || view.getUint32(0) !== MAGIC) throw damaged();
  if (record[4] !== VERSION) {
    throw new FugueError("version", `a block of history has version ${record[4]}`, "it was written by another release");
  }
  if (view.getBigUint64(5, true) !== Bun.hash.xxHash64(record.subarray(HEAD_BYTES))) throw damaged();
  const input = new ByteReader(record, HEAD_BYTES);
  const header = {
    id: input.varint(),
    firstLine: input.varint(),
    lines: input.varint(),
    floor: input.varint(),
    tail: {
      open: input.varint() === 1,
      columns: input.varint(),
      width: input.varint(),
      pad: input.varint(),
      row: input.varint(),
    },
  };
  const imageBytes = input.varint();
  if (header.lines > BLOCK_LINES || imageBytes > MAX_IMAGE_BYTES) throw damaged();
  return { header, imageBytes, at: input.at };
}

/** Decompresses a record. @throws FugueError as `readHeader`. */
export function decodeRecord(record: Uint8Array): LineImage {
  const { header, imageBytes, at } = parseHeader(record);
  let image: Uint8Array;
  try {
    image = Bun.zstdDecompressSync(record.subarray(at));
  } catch (error) {
    throw damaged(error);
  }
  if (image.length !== imageBytes) throw damaged();
  const input = new ByteReader(image);
  const starts = new Uint32Array(header.lines);
  let length = 0;
  for (let i = 0; i < header.lines; i++) {
    starts[i] = length;
    length += input.varint();
  }
  if (input.at + length !== image.length) throw damaged();
  return { bytes: image.subarray(input.at), length, starts, lines: header.lines };
}

function damaged(cause?: unknown): FugueError {
  return new FugueError("protocol", "a block of history is damaged", undefined, cause);
}

const CLOSED: TailState = { open: false, columns: 0, width: 0, pad: 0, row: 1 };

/** Finished lines of a history, raw or as a record. */
export class Block {
  /** Lines that count; it may hold more at its end that were superseded. */
  lines: number;

  private constructor(
    readonly id: number,
    readonly firstLine: number,
    /** Lines in its record. */
    readonly recordLines: number,
    private image: LineImage | undefined,
    private packed: Uint8Array | undefined,
  ) {
    this.lines = recordLines;
  }

  /** A raw block; the image's arrays belong to it from now on. */
  static raw(id: number, firstLine: number, image: LineImage): Block {
    return new Block(id, firstLine, image.lines, image, undefined);
  }

  /** A block from its record, whose header was read before. */
  static packed(header: BlockHeader, record: Uint8Array): Block {
    return new Block(header.id, header.firstLine, header.lines, undefined, record);
  }

  /** The number after its last line. */
  get endLine(): number {
    return this.firstLine + this.lines;
  }

  get isRaw(): boolean {
    return this.image !== undefined;
  }

  /** Bytes of memory that it holds. */
  get bytes(): number {
    const image = this.image;
    return (image ? image.bytes.length + image.starts.length * 4 : 0) + (this.packed?.length ?? 0);
  }

  /** The raw lines, decompressed if need be. @throws FugueError as `decodeRecord`. */
  read(): LineImage {
    return this.image ?? decodeRecord(this.packed!);
  }

  /** Its record, made at the first call. `floor`: see `BlockHeader`. */
  record(floor: number): Uint8Array {
    const { id, firstLine, recordLines: lines } = this;
    return (this.packed ??= encodeRecord({ id, firstLine, lines, floor, tail: CLOSED }, this.image!));
  }

  /** Lets go of the raw lines. @returns them, for the next block to reuse. */
  compress(floor: number): LineImage | undefined {
    this.record(floor);
    const image = this.image;
    this.image = undefined;
    return image;
  }
}

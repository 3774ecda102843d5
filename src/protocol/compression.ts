/**
 * Messages that travel compressed (zstd, RFC 8878), to clients on other machines that asked for it in their hello. Both
 * the size that is announced and the one that comes out are bounded. Pure: no I/O.
 */
import { FugueError } from "../base/errors.ts";
import { LARGEST_MESSAGE } from "./limits.ts";
import type { Packed } from "./messages.ts";

/** Loaded by the first message of another machine: it brings streams along, which a start on this one has no time for. */
const zlib = () => process.getBuiltinModule("node:zlib");

/** What a client may ask for in its hello. */
export const ZSTD = "zstd";
/** Messages up to this size go as they are: a packet carries them anyway. */
const LEAST_BYTES = 1024;
/** Fast: a picture takes some hundredths of a millisecond. */
const LEVEL = 1;
/** No decoder needs more memory than the largest message has: 2^24 bytes. */
const LARGEST_WINDOW_LOG = 24;

/** A message `[number, body]` compressed, or undefined if that is not worth it. */
export function pack(cbor: Uint8Array): Packed | undefined {
  if (cbor.length <= LEAST_BYTES) return undefined;
  const { constants, zstdCompressSync } = zlib();
  const bytes = zstdCompressSync(cbor, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });
  // less than a tenth gained is not worth the work of the other side
  if (bytes.length > cbor.length * 0.9) return undefined;
  return { size: cbor.length, bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) };
}

/** The reverse. @throws FugueError `tooLarge` beyond LARGEST_MESSAGE, `protocol` if it is not what was announced */
export function unpack({ size, bytes }: Packed): Uint8Array {
  if (size > LARGEST_MESSAGE) throw new FugueError("tooLarge", `a compressed message of ${size} bytes`);
  const { constants, zstdDecompressSync } = zlib();
  let cbor: Buffer;
  try {
    cbor = zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, size), params: { [constants.ZSTD_d_windowLogMax]: LARGEST_WINDOW_LOG } });
  } catch (error) {
    throw new FugueError("protocol", "a compressed message can't be read, or is larger than it says", undefined, error);
  }
  if (cbor.length !== size) throw new FugueError("protocol", `a compressed message has ${cbor.length} bytes, not ${size}`);
  return cbor;
}

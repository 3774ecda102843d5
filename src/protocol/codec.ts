/** Messages to bytes and back: u32 big-endian length, then CBOR [number, body] (RFC 8949). */
// not the package's main module: that loads node:stream, which takes longer than everything else here
import { Decoder } from "cbor-x/decode";
import { Encoder } from "cbor-x/encode";
import { FugueError } from "../base/errors.ts";
import { MessageSplitter } from "../base/splitter.ts";
import { checkBody } from "./check.ts";
import { pack, unpack } from "./compression.ts";
import { LARGEST_MESSAGE } from "./limits.ts";
import { MESSAGES, type Message, type MessageBodies, type MessageName } from "./messages.ts";

// int64AsNumber: encoders may write any integer in eight bytes; beyond 2^53 the check of the body refuses it
const OPTIONS = { useRecords: false, tagUint8Array: false, mapsAsObjects: true, int64AsNumber: true } as const;
const encoder = new Encoder(OPTIONS);
const decoder = new Decoder(OPTIONS);
const nameOf = new Map<number, MessageName>(
  Object.entries(MESSAGES).map(([name, entry]) => [entry.number, name as MessageName]),
);

/** One message as bytes with its length before it. @throws FugueError `tooLarge` beyond LARGEST_MESSAGE. */
export function encodeMessage<N extends MessageName>(name: N, body: MessageBodies[N]): Uint8Array {
  return framed(encode(name, body));
}

/** The same, compressed where that pays: for clients that asked for it. */
export function encodePacked<N extends MessageName>(name: N, body: MessageBodies[N]): Uint8Array {
  const cbor = encode(name, body);
  const packed = pack(cbor);
  return framed(packed ? encode("packed", packed) : cbor);
}

function encode<N extends MessageName>(name: N, body: MessageBodies[N]): Uint8Array {
  const cbor = encoder.encode([MESSAGES[name].number, body]);
  if (cbor.length > LARGEST_MESSAGE) throw new FugueError("tooLarge", `${name} message of ${cbor.length} bytes`);
  return cbor;
}

function framed(cbor: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 + cbor.length);
  new DataView(out.buffer).setUint32(0, cbor.length);
  out.set(cbor, 4);
  return out;
}

/**
 * Decodes one message without its length and checks its shape.
 * @returns undefined for a number this build does not know.
 * @throws FugueError `protocol` on anything malformed.
 */
export function decodeMessage(bytes: Uint8Array): Message | undefined {
  let value: unknown;
  try {
    // byte strings inside alias their input: give the decoder bytes of its own
    value = decoder.decode(bytes.slice());
  } catch (error) {
    throw new FugueError("protocol", "a message is not valid CBOR", undefined, error);
  }
  if (!Array.isArray(value) || typeof value[0] !== "number") throw new FugueError("protocol", "a message is not [number, body]");
  const name = nameOf.get(value[0]);
  if (name === undefined) return undefined;
  checkBody(name, value[1]);
  return { name, body: value[1] } as Message;
}

/** Cuts a byte stream into messages. */
export class MessageReader {
  private readonly splitter: MessageSplitter;
  private unpacks = false;

  /** @param largest longest message accepted; raise it with `allow` once the peer is known */
  constructor(largest: number) {
    this.splitter = new MessageSplitter(largest, false);
  }

  allow(largest: number): void {
    this.splitter.largest = largest;
  }

  /** Takes compressed messages from now on: this side has asked for them. */
  allowPacked(): void {
    this.unpacks = true;
  }

  /** `bytes` is a message's size on the wire. @throws FugueError `tooLarge` or `protocol`; the connection is then unusable. */
  push(chunk: Uint8Array, each: (message: Message, bytes: number) => void): void {
    this.splitter.push(chunk, (bytes) => {
      const message = this.unpacked(decodeMessage(bytes));
      if (message) each(message, bytes.length + 4);
    });
  }

  private unpacked(message: Message | undefined): Message | undefined {
    if (message?.name !== "packed") return message;
    if (!this.unpacks) throw new FugueError("protocol", "a compressed message that nobody asked for");
    const inner = decodeMessage(unpack(message.body));
    if (inner?.name === "packed") throw new FugueError("protocol", "a compressed message in a compressed one");
    return inner;
  }
}

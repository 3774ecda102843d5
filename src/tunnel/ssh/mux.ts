/** The control socket of an OpenSSH master connection (PROTOCOL.mux of OpenSSH): is it alive, and its proxy mode. */
import { MessageSplitter } from "../../base/splitter.ts";
import type { Clock } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import type { Duplex } from "../../transport/duplex.ts";
import { connectUnix } from "../../transport/unix.ts";
import { WireReader, WireWriter } from "./wire.ts";

const HELLO = 0x00000001;
const VERSION = 4;
const ALIVE_CHECK = 0x10000004;
const ALIVE = 0x80000005;
const PROXY = 0x1000000f;
const PROXY_STARTED = 0x8000000f;
const PERMISSION_DENIED = 0x80000002;
/** CHANNEL_MUX_MAX_PACKET of OpenSSH. */
const LARGEST_PACKET = 256 * 1024;
const CHECK_MS = 2000;

/** Packets of SSH's connection protocol as a master passes them on: unencrypted, each begins with its type. */
export interface PacketStream {
  /** Sets who hears packets (valid during the call) and the end. To be called at once. */
  listen(packet: (bytes: Uint8Array) => void, close: () => void, drain: () => void): void;
  send(packet: WireWriter): void;
  /** Bytes that have not left this process. */
  readonly buffered: number;
  close(): void;
}

/** Whether a master connection answers on this socket. Never throws. */
export async function isLiveMaster(path: string, clock: Clock): Promise<boolean> {
  try {
    const duplex = await connectUnix(path);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = clock.after(CHECK_MS, () => resolve(false));
    const splitter = new MessageSplitter(LARGEST_PACKET, false);
    duplex.listen({
      data: (bytes) => feed(splitter, bytes, (message) => {
        const kind = message.uint32();
        if (kind === HELLO) duplex.write(new WireWriter().uint32(ALIVE_CHECK).uint32(0).framed());
        else resolve(kind === ALIVE);
      }, () => resolve(false)),
      close: () => resolve(false),
    });
    duplex.write(hello());
    const alive = await promise;
    timer.cancel();
    duplex.close(true);
    return alive;
  } catch {
    return false;
  }
}

/** Connects to a master in proxy mode. @throws FugueError `closed`, `refused`, `protocol` */
export async function connectProxy(path: string): Promise<PacketStream> {
  const duplex = await connectUnix(path);
  const stream = new ProxyStream(duplex);
  await stream.started;
  return stream;
}

function hello(): Uint8Array {
  return new WireWriter().uint32(HELLO).uint32(VERSION).framed();
}

function feed(splitter: MessageSplitter, bytes: Uint8Array, each: (message: WireReader) => void, bad: (error: unknown) => void): void {
  try {
    splitter.push(bytes, (message) => each(new WireReader(message)));
  } catch (error) {
    bad(error);
  }
}

class ProxyStream implements PacketStream {
  readonly started: Promise<void>;
  private readonly splitter = new MessageSplitter(LARGEST_PACKET, false);
  private packet: ((bytes: Uint8Array) => void) | undefined;
  private ended: (() => void) | undefined;
  private drained: (() => void) | undefined;

  constructor(private readonly duplex: Duplex) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.started = promise;
    const fail = (error: FugueError) => {
      reject(error);
      this.duplex.close(true);
    };
    let proxy = false;
    duplex.listen({
      data: (bytes) => {
        try {
          this.splitter.push(bytes, (message) => {
            // the byte before the type is the length of a padding that is not there
            if (proxy) return this.packet?.(message.subarray(1));
            const kind = new WireReader(message).uint32();
            if (kind === HELLO) return duplex.write(new WireWriter().uint32(PROXY).uint32(0).framed());
            if (kind === PERMISSION_DENIED) return fail(new FugueError("refused", "the ssh master connection refused to be shared"));
            if (kind !== PROXY_STARTED) return fail(new FugueError("protocol", "the ssh master connection can't be shared", "OpenSSH 7.4 or newer is needed"));
            proxy = true;
            resolve();
          });
        } catch (error) {
          fail(new FugueError("protocol", "the ssh master connection sent nonsense", undefined, error));
        }
      },
      close: () => {
        reject(new FugueError("closed", "the ssh master connection is gone"));
        this.ended?.();
      },
      drain: () => this.drained?.(),
    });
    duplex.write(hello());
  }

  get buffered(): number {
    return this.duplex.buffered;
  }

  listen(packet: (bytes: Uint8Array) => void, close: () => void, drain: () => void): void {
    this.packet = packet;
    this.ended = close;
    this.drained = drain;
  }

  send(packet: WireWriter): void {
    this.duplex.write(packet.framed());
  }

  close(): void {
    this.duplex.close(true);
  }
}

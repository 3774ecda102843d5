/** The control socket of an OpenSSH master connection (PROTOCOL.mux of OpenSSH): is it alive, forwards, its proxy mode. */
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
const ANSWER_MS = 2000;
const OPEN_FORWARD = 0x10000006;
const CLOSE_FORWARD = 0x10000007;
const OK = 0x80000001;
const REMOTE_PORT = 0x80000007;
const LOCAL_FORWARD = 1;
/** A port that means: the host is the path of a unix socket. */
const STREAMLOCAL = 0xfffffffe;

/** Packets of SSH's connection protocol as a master passes them on: unencrypted, each begins with its type. */
export interface PacketStream {
  /** Sets who hears packets (valid during the call) and the end. To be called at once. */
  listen(packet: (bytes: Uint8Array) => void, close: () => void, drain: () => void): void;
  send(packet: WireWriter): void;
  /** Bytes that have not left this process. */
  readonly buffered: number;
  close(): void;
}

/** Sends one request to a master. @returns the type of its answer, or undefined if there was none within 2 s */
async function ask(path: string, clock: Clock, request: WireWriter): Promise<number | undefined> {
  let duplex: Duplex;
  try {
    duplex = await connectUnix(path);
  } catch {
    return undefined;
  }
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const timer = clock.after(ANSWER_MS, () => resolve(undefined));
  const splitter = new MessageSplitter(LARGEST_PACKET, false);
  duplex.listen({
    data: (bytes) => {
      try {
        splitter.push(bytes, (message) => {
          const kind = new WireReader(message).uint32();
          if (kind === HELLO) duplex.write(request.framed());
          else resolve(kind);
        });
      } catch {
        resolve(undefined);
      }
    },
    close: () => resolve(undefined),
  });
  duplex.write(hello());
  const answer = await promise;
  timer.cancel();
  duplex.close(true);
  return answer;
}

/** Whether a master connection answers on this socket. Never throws. */
export async function isLiveMaster(path: string, clock: Clock): Promise<boolean> {
  return (await ask(path, clock, new WireWriter().uint32(ALIVE_CHECK).uint32(0))) === ALIVE;
}

/** Where a master's forward leads: a path, or a host and port as the far machine sees them. */
export type ForwardTarget = { readonly path: string } | { readonly host: string; readonly port: number };

/** Lets a master listen on a local unix socket for connections to a far target. @returns whether it does */
export async function openForward(path: string, clock: Clock, socket: string, target: ForwardTarget): Promise<boolean> {
  const answer = await ask(path, clock, forward(OPEN_FORWARD, socket, target));
  return answer === OK || answer === REMOTE_PORT;
}

/** Ends such a forward. */
export async function closeForward(path: string, clock: Clock, socket: string, target: ForwardTarget): Promise<void> {
  await ask(path, clock, forward(CLOSE_FORWARD, socket, target));
}

function forward(command: number, socket: string, target: ForwardTarget): WireWriter {
  const [host, port] = "path" in target ? [target.path, STREAMLOCAL] : [target.host, target.port];
  return new WireWriter().uint32(command).uint32(0).uint32(LOCAL_FORWARD).string(socket).uint32(STREAMLOCAL).string(host).uint32(port);
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

/** One channel of RFC 4254 as a Duplex: windows both ways, standard error, requests, exit status. */
import type { Duplex, DuplexHandlers } from "../../transport/duplex.ts";
import type { SshExit } from "./connection.ts";
import { MESSAGE, WINDOW_BYTES, message } from "./channel-messages.ts";
import type { Channels } from "./channels.ts";
import type { WireReader, WireWriter } from "./wire.ts";

const MOST_STDERR_BYTES = 64 * 1024;
const STDERR = 1;

/** `ends` as in StreamDuplex: what closing means. */
export class MuxChannel implements Duplex {
  /** Resolves when both sides have closed it, or the connection is gone. */
  readonly exit: Promise<SshExit>;
  private readonly resolveExit: (exit: SshExit) => void;
  private status: SshExit = {};
  private handlers: DuplexHandlers | undefined;
  private paused = false;
  /** What arrived while nobody listened or the reader paused; never more than the window. */
  private inbox: Uint8Array[] = [];
  private taken = 0;
  /** Bytes that the peer may still send; a tenth of the window beyond it is forgiven, as in OpenSSH. */
  private credit = WINDOW_BYTES * 1.1;
  private outbox: Uint8Array[] = [];
  private queued = 0;
  private readonly answers: ((ok: boolean) => void)[] = [];
  private readonly errors: Uint8Array[] = [];
  private errorBytes = 0;
  private closing = false;
  private sentEof = false;
  private sentClose = false;
  private heardEnd = false;
  private heardClose = false;
  private done = false;

  constructor(
    private readonly channels: Channels, private readonly id: number, private readonly remote: number,
    private window: number, private readonly packet: number, readonly label: string, private readonly ends: "stream" | "program",
  ) {
    const { promise, resolve } = Promise.withResolvers<SshExit>();
    this.exit = promise;
    this.resolveExit = resolve;
  }

  get buffered(): number {
    return this.queued + this.channels.buffered;
  }

  /** Requests are answered on it. */
  get usable(): boolean {
    return !this.sentClose && !this.heardClose;
  }

  /** The first 64 KiB of standard error. */
  stderr(): string {
    return Buffer.concat(this.errors).toString("utf8");
  }

  listen(handlers: DuplexHandlers): void {
    this.handlers = handlers;
    queueMicrotask(() => this.deliver());
  }

  write(bytes: Uint8Array): void {
    if (this.done || this.closing || bytes.length === 0) return;
    if (this.queued === 0) bytes = bytes.subarray(this.sendSome(bytes));
    if (bytes.length === 0) return;
    this.outbox.push(bytes.slice());
    this.queued += bytes.length;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    queueMicrotask(() => this.deliver());
  }

  close(now = false): void {
    if (this.done) return;
    this.closing = true;
    if (now) {
      this.outbox = [];
      this.queued = 0;
      this.inbox = [];
      this.sendClose();
      return void queueMicrotask(() => this.finish());
    }
    this.endIfSent();
  }

  /** Asks something about this channel, such as `exec`. @returns whether the server agreed */
  request(type: string, payload: (writer: WireWriter) => WireWriter): Promise<boolean> {
    if (this.done || this.sentClose) return Promise.resolve(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.answers.push(resolve);
    this.channels.send(payload(message(MESSAGE.request).uint32(this.remote).string(type).boolean(true)));
    return promise;
  }

  /** A packet for this channel, after its recipient. @throws RangeError if it is malformed */
  receive(type: number, packet: WireReader): void {
    switch (type) {
      case MESSAGE.windowAdjust:
        this.window = Math.min(this.window + packet.uint32(), 0xffffffff);
        return this.flush();
      case MESSAGE.data:
        this.inbox.push(this.within(packet.string()).slice());
        return this.deliver();
      case MESSAGE.extendedData:
        return this.receiveExtended(packet.uint32(), this.within(packet.string()));
      case MESSAGE.eof:
        this.heardEnd = true;
        return this.deliver();
      case MESSAGE.close:
        this.heardEnd = true;
        this.heardClose = true;
        this.sendClose();
        this.channels.forget(this.id);
        return this.deliver();
      case MESSAGE.request:
        return this.receiveRequest(packet);
      case MESSAGE.success:
      case MESSAGE.failure:
        this.answers.shift()?.(type === MESSAGE.success);
    }
  }

  /** The connection is gone. What had arrived is still delivered unless the reader has paused. */
  gone(): void {
    this.heardEnd = true;
    this.heardClose = true;
    if (this.paused || !this.handlers) this.inbox = [];
    this.deliver();
    if (this.paused || !this.handlers) this.finish();
  }

  /** The connection has sent everything. */
  drained(): void {
    if (this.queued === 0 && !this.done) this.handlers?.drain?.();
  }

  /** @throws RangeError if the peer sends more than it may: nobody fills our memory */
  private within(bytes: Uint8Array): Uint8Array {
    this.credit -= bytes.length;
    if (this.credit < 0) throw new RangeError("the window is exceeded");
    return bytes;
  }

  private receiveExtended(kind: number, bytes: Uint8Array): void {
    const room = MOST_STDERR_BYTES - this.errorBytes;
    if (kind === STDERR && room > 0) {
      const kept = bytes.slice(0, room);
      this.errors.push(kept);
      this.errorBytes += kept.length;
    }
    this.took(bytes.length);
  }

  private receiveRequest(packet: WireReader): void {
    const type = packet.text();
    const wantsReply = packet.boolean();
    if (type === "exit-status") this.status = { code: packet.uint32() };
    else if (type === "exit-signal") this.status = { signal: packet.text() };
    if (wantsReply) this.channels.send(message(MESSAGE.failure).uint32(this.remote));
  }

  private deliver(): void {
    while (this.inbox.length > 0 && this.handlers && !this.paused && !this.done) {
      const bytes = this.inbox.shift()!;
      this.handlers.data(bytes);
      this.took(bytes.length);
    }
    if (this.inbox.length > 0 || !this.heardEnd) return;
    if (this.ends === "stream" && !this.done) this.close();
    if (this.heardClose) this.finish();
  }

  /** The reader has these: the peer may send as much again, said in halves of the window. */
  private took(bytes: number): void {
    this.taken += bytes;
    if (this.taken < WINDOW_BYTES / 2 || this.heardEnd) return;
    this.channels.send(message(MESSAGE.windowAdjust).uint32(this.remote).uint32(this.taken));
    this.credit += this.taken;
    this.taken = 0;
  }

  /** Sends what the window lets through. @returns how many bytes that was */
  private sendSome(bytes: Uint8Array): number {
    let sent = 0;
    while (sent < bytes.length && this.window > 0) {
      const piece = bytes.subarray(sent, sent + Math.min(this.window, this.packet, bytes.length - sent));
      this.channels.send(message(MESSAGE.data).uint32(this.remote).string(piece));
      this.window -= piece.length;
      sent += piece.length;
    }
    return sent;
  }

  private flush(): void {
    if (this.done || this.outbox.length === 0) return;
    while (this.outbox.length > 0 && this.window > 0) {
      const head = this.outbox[0]!;
      const sent = this.sendSome(head);
      this.queued -= sent;
      if (sent < head.length) this.outbox[0] = head.subarray(sent);
      else this.outbox.shift();
    }
    if (this.outbox.length > 0) return;
    if (this.closing) this.endIfSent();
    else if (this.channels.buffered === 0) this.handlers?.drain?.();
  }

  private endIfSent(): void {
    if (this.queued > 0) return;
    if (!this.sentEof && !this.sentClose) this.channels.send(message(MESSAGE.eof).uint32(this.remote));
    this.sentEof = true;
    if (this.ends === "stream") this.sendClose();
  }

  private sendClose(): void {
    if (this.sentClose) return;
    this.sentClose = true;
    this.channels.send(message(MESSAGE.close).uint32(this.remote));
  }

  private finish(): void {
    if (this.done) return;
    this.done = true;
    this.resolveExit(this.status);
    for (const answer of this.answers.splice(0)) answer(false);
    this.handlers?.close();
  }
}

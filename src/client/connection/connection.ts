/** One connection to one daemon: handshake, requests with their replies, and what the daemon pushes. */
import { systemClock, type Clock, type Timer } from "../../base/clock.ts";
import { asFugueError, codeFromWire, FugueError } from "../../base/errors.ts";
import { MessageReader, encodeMessage } from "../../protocol/codec.ts";
import { HANDSHAKE_TIMEOUT_MS, LARGEST_MESSAGE, LARGEST_STRANGER_MESSAGE } from "../../protocol/limits.ts";
import type {
  Attach, Frame, HistoryLines, InputAck, Message, MessageBodies, MessageName, Reply, ServerEvent, View, Watched, Welcome, WireError,
} from "../../protocol/messages.ts";
import type { Notices, Subscribe } from "../../protocol/notices.ts";
import type { Credentials } from "../../transport/dialer.ts";
import type { Duplex } from "../../transport/duplex.ts";
import { FrameAcks } from "./frame-acks.ts";
import { ClientGreeting, type ClientIdentity } from "./greeting.ts";

/** What a TUI hears from its daemon. A command line needs none of it. */
export interface ConnectionHandlers {
  view?(view: View): void;
  /** `bytes`: size on the wire, to be acknowledged once painted. */
  frame?(frame: Frame, bytes: number): void;
  event?(event: ServerEvent): void;
  inputAck?(ack: InputAck): void;
  watched?(watched: Watched): void;
  notices?(notices: Notices): void;
  pong?(): void;
  /** A reply to a command that was sent with `send`: its owner keeps count. */
  reply?(reply: Reply): void;
  /** Everything of one batch of bytes has been handed over, and it was not only a sign of life: a good moment to paint. */
  settled?(): void;
  /** The connection is gone. */
  closed?(error: FugueError | undefined): void;
}

interface Pending {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

function fromWire(error: WireError): FugueError {
  return new FugueError(codeFromWire(error.code), error.message, error.hint ?? undefined);
}

/** With this much unsent a server's questions for a sign of life stay unanswered. */
const MOST_WAITING_PONG_BYTES = 64 * 1024;

export class Connection {
  welcome: Welcome | undefined;
  private readonly reader = new MessageReader(LARGEST_STRANGER_MESSAGE);
  private readonly pending = new Map<number, Pending>();
  private readonly histories = new Map<number, { resolve(lines: HistoryLines): void; reject(error: Error): void }>();
  private sequence = 0;
  private greeted!: { resolve(): void; reject(error: Error): void };
  /** Settled once the server has accepted this client. @throws FugueError `version`, `refused`, `closed`, … */
  readonly ready: Promise<void>;
  private readonly greeting: ClientGreeting;
  /** What is sent before our hello: it leaves with it, in one write. */
  private early: Uint8Array[] | undefined = [];
  private readonly patience: Timer;
  private readonly acks: FrameAcks;
  private heard = false;
  /** Something came in this batch besides signs of life. */
  private isNews = false;
  private ended = false;
  private readonly afterwards: (() => void)[] = [];
  private goodbye: FugueError | undefined;

  private constructor(
    private readonly duplex: Duplex, private readonly identity: ClientIdentity, private readonly handlers: ConnectionHandlers,
    credentials: Credentials | undefined, clock: Clock,
  ) {
    this.ready = new Promise((resolve, reject) => (this.greeted = { resolve, reject }));
    this.ready.catch(() => {});
    this.greeting = new ClientGreeting(identity, credentials, (bytes) => duplex.write(bytes), () => this.takeEarly());
    this.acks = new FrameAcks(clock, (painted) => this.send("ack", { bytes: painted }));
    this.patience = clock.after(HANDSHAKE_TIMEOUT_MS, () => this.fail(this.greeting.lateness));
    duplex.listen({ data: (bytes) => this.receive(bytes), close: () => this.close(undefined) });
  }

  /**
   * Begins the handshake. What is sent before `ready` leaves together with the hello, in one write, once the server has
   * proved itself (where that is needed): an attach, or the first command.
   */
  static begin(
    duplex: Duplex, identity: ClientIdentity, handlers: ConnectionHandlers = {}, credentials?: Credentials, clock: Clock = systemClock,
  ): Connection {
    return new Connection(duplex, identity, handlers, credentials, clock);
  }

  /** Completes the handshake. @throws FugueError `version`, `refused`, `closed`, `timeout`, … */
  static async open(
    duplex: Duplex, identity: ClientIdentity, handlers: ConnectionHandlers = {}, credentials?: Credentials, clock: Clock = systemClock,
  ): Promise<Connection> {
    const connection = Connection.begin(duplex, identity, handlers, credentials, clock);
    await connection.ready;
    return connection;
  }

  /** The error that a reply carries, if it does. */
  static errorOf(reply: Reply): FugueError | undefined {
    return reply.error ? fromWire(reply.error) : undefined;
  }

  /** Whether bytes came since this was asked last: any byte proves life. */
  takeHeard(): boolean {
    const { heard } = this;
    this.heard = false;
    return heard;
  }

  /** Calls back once the connection is over, whoever ended it. */
  onClosed(run: () => void): void {
    if (this.ended) run();
    else this.afterwards.push(run);
  }

  /** What the server gave in exchange for an invite, if this client came with one: the lasting secret. */
  get lastingSecret(): Uint8Array | undefined {
    return this.greeting.lastingSecret;
  }

  get closed(): boolean {
    return this.ended;
  }

  private receive(bytes: Uint8Array): void {
    this.heard = true;
    try {
      this.reader.push(bytes, (message, size) => this.handle(message, size));
      // a sign of life changes nothing that is shown: with fifty servers they come all the time
      if (this.isNews) this.handlers.settled?.();
      this.isNews = false;
    } catch (error) {
      this.fail(this.welcome ? asFugueError(error) : this.greeting.readAs(asFugueError(error)));
    }
  }

  private handle(message: Message, size: number): void {
    // what comes behind a failure in the same batch is not heard
    if (this.ended) return;
    if (!this.welcome && message.name !== "goodbye") return this.greet(message);
    if (message.name !== "pong" && message.name !== "ping") this.isNews = true;
    switch (message.name) {
      case "goodbye":
        this.goodbye = fromWire(message.body);
        return this.close(this.goodbye);
      case "reply":
        return this.settle(message.body);
      case "frame":
        return this.handlers.frame?.(message.body, size);
      case "view":
        return this.handlers.view?.(message.body);
      case "event":
        return this.handlers.event?.(message.body);
      case "inputAck":
        return this.handlers.inputAck?.(message.body);
      case "historyLines":
        this.histories.get(message.body.seq)?.resolve(message.body);
        return void this.histories.delete(message.body.seq);
      case "watched":
        return this.handlers.watched?.(message.body);
      case "notices":
        return this.handlers.notices?.(message.body);
      case "ping":
        // who asks without reading gets no more answers than fit
        return this.duplex.buffered < MOST_WAITING_PONG_BYTES ? this.send("pong", message.body) : undefined;
      case "pong":
        return this.handlers.pong?.();
    }
  }

  private greet(message: Message): void {
    this.welcome = this.greeting.take(message);
    if (!this.welcome) return;
    this.patience.cancel();
    this.reader.allow(LARGEST_MESSAGE);
    if (this.identity.compression) this.reader.allowPacked();
    this.greeted.resolve();
  }

  private takeEarly(): Uint8Array[] {
    const early = this.early ?? [];
    this.early = undefined;
    return early;
  }

  private settle(reply: Reply): void {
    const waiting = this.pending.get(reply.seq);
    if (!waiting) return this.handlers.reply?.(reply);
    this.pending.delete(reply.seq);
    const error = Connection.errorOf(reply);
    if (error) waiting.reject(error);
    else waiting.resolve(reply);
  }

  private close(error: FugueError | undefined): void {
    if (this.ended) return;
    this.ended = true;
    this.patience.cancel();
    this.acks.dispose();
    const reason = error ?? new FugueError("closed", "the daemon closed the connection");
    this.duplex.close();
    this.greeted.reject(reason);
    this.rejectAll(reason);
    this.handlers.closed?.(error);
  }

  send<N extends MessageName>(name: N, body: MessageBodies[N]): void {
    if (this.ended) return;
    const bytes = encodeMessage(name, body);
    if (this.early) this.early.push(bytes);
    else this.duplex.write(bytes);
  }

  /** Frames of so many bytes on the wire were painted: the server may send as much again. */
  acknowledge(bytes: number): void {
    if (!this.ended) this.acks.painted(bytes);
  }

  /** Gives the connection up with a reason, at once: its owner is told as if the other side had closed it. */
  fail(error: FugueError): void {
    // the reason first: the end of a socket may be told at once
    this.close(error);
    this.duplex.close(true);
  }

  private request(send: (seq: number) => void, seq = ++this.sequence): Promise<Reply> {
    if (this.ended) return Promise.reject(this.goodbye ?? new FugueError("closed", "not connected"));
    return new Promise((resolve, reject) => {
      this.pending.set(seq, { resolve, reject });
      send(seq);
    });
  }

  /**
   * Runs a command of the daemon, numbered by this connection. @param signal gives it up: the daemon is told, and nobody waits for its answer
   * @throws FugueError as the daemon says, `interrupted`
   */
  command(name: string, args: Record<string, unknown>, signal?: AbortSignal): Promise<Reply> {
    if (signal?.aborted) return Promise.reject(new FugueError("interrupted", "cancelled"));
    let give = () => {};
    const reply = this.request((seq) => {
      give = () => this.giveUp(seq);
      this.send("command", { seq, name, args });
    });
    signal?.addEventListener("abort", give, { once: true });
    return signal ? reply.finally(() => signal.removeEventListener("abort", give)) : reply;
  }

  private giveUp(seq: number): void {
    this.send("cancel", { seq });
    this.pending.get(seq)?.reject(new FugueError("interrupted", "cancelled"));
    this.pending.delete(seq);
  }

  /** @param seq of the caller, who numbers everything or nothing */
  attach(seq: number, request: Omit<Attach, "seq">): Promise<Reply> {
    return this.request(() => this.send("attach", { seq, ...request }), seq);
  }

  /** Asks for notices. @param seq of the caller, who numbers everything or nothing */
  subscribe(seq: number, request: Omit<Subscribe, "seq">): Promise<Reply> {
    return this.request(() => this.send("subscribe", { seq, ...request }), seq);
  }

  /** Logical lines [from, to) of a pane; the daemon bounds the answer. */
  history(seq: number, pane: number, from: number, to: number): Promise<HistoryLines> {
    if (this.ended) return Promise.reject(new FugueError("closed", "not connected"));
    return new Promise((resolve, reject) => {
      this.histories.set(seq, { resolve, reject });
      this.send("history", { seq, pane, from, to });
    });
  }

  /** Ends the connection in order. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.patience.cancel();
    this.acks.dispose();
    const reason = new FugueError("closed", "the connection was closed");
    this.greeted.reject(reason);
    this.rejectAll(reason);
    this.duplex.close();
  }

  private rejectAll(reason: FugueError): void {
    for (const run of this.afterwards.splice(0)) run();
    for (const waiting of [...this.pending.values(), ...this.histories.values()]) waiting.reject(reason);
    this.pending.clear();
    this.histories.clear();
  }
}

/** One connection to one daemon: handshake, requests with their replies, and what the daemon pushes. */
import { asFugueError, codeFromWire, FugueError } from "../../base/errors.ts";
import { MessageReader, encodeMessage } from "../../protocol/codec.ts";
import { LARGEST_MESSAGE, PROTOCOL_MAGIC, PROTOCOL_MAX, PROTOCOL_MIN } from "../../protocol/limits.ts";
import type {
  Attach, ClientHello, Frame, HistoryLines, InputAck, Message, MessageBodies, MessageName, Reply, ServerEvent, View, Welcome, WireError,
} from "../../protocol/messages.ts";
import type { Duplex } from "../../transport/duplex.ts";

/** What a TUI hears from its daemon. A command line needs none of it. */
export interface ConnectionHandlers {
  view?(view: View): void;
  /** `bytes`: size on the wire, to be acknowledged once painted. */
  frame?(frame: Frame, bytes: number): void;
  event?(event: ServerEvent): void;
  inputAck?(ack: InputAck): void;
  /** Everything of one batch of bytes has been handed over: a good moment to paint. */
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

export class Connection {
  welcome: Welcome | undefined;
  private readonly reader = new MessageReader(LARGEST_MESSAGE);
  private readonly pending = new Map<number, Pending>();
  private readonly histories = new Map<number, { resolve(lines: HistoryLines): void; reject(error: Error): void }>();
  private sequence = 0;
  private greeted!: { resolve(): void; reject(error: Error): void };
  private readonly ready: Promise<void>;
  private ended = false;
  private goodbye: FugueError | undefined;

  private constructor(private readonly duplex: Duplex, private readonly hello: Omit<ClientHello, "version">, private readonly handlers: ConnectionHandlers) {
    this.ready = new Promise((resolve, reject) => (this.greeted = { resolve, reject }));
    duplex.listen({ data: (bytes) => this.receive(bytes), close: () => this.close(undefined) });
  }

  /** Completes the handshake. @throws FugueError `version`, `refused`, `closed`, … */
  static async open(duplex: Duplex, hello: Omit<ClientHello, "version">, handlers: ConnectionHandlers = {}): Promise<Connection> {
    const connection = new Connection(duplex, hello, handlers);
    await connection.ready;
    return connection;
  }

  get closed(): boolean {
    return this.ended;
  }

  private receive(bytes: Uint8Array): void {
    try {
      this.reader.push(bytes, (message, size) => this.handle(message, size));
      this.handlers.settled?.();
    } catch (error) {
      this.close(asFugueError(error));
    }
  }

  private handle(message: Message, size: number): void {
    switch (message.name) {
      case "serverHello":
        return this.answerHello(message.body);
      case "welcome":
        this.welcome = message.body;
        return this.greeted.resolve();
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
      case "ping":
        return this.send("pong", message.body);
    }
  }

  private answerHello({ magic, min, max }: MessageBodies["serverHello"]): void {
    if (magic !== PROTOCOL_MAGIC) return this.close(new FugueError("protocol", "this is no fugue daemon"));
    const version = Math.min(max, PROTOCOL_MAX);
    if (version < min || version < PROTOCOL_MIN) {
      return this.close(new FugueError("version", `the daemon speaks protocol ${min} to ${max}, this client ${PROTOCOL_MIN} to ${PROTOCOL_MAX}`, "bring the older one up to date"));
    }
    this.send("clientHello", { version, ...this.hello });
  }

  private settle(reply: Reply): void {
    const waiting = this.pending.get(reply.seq);
    this.pending.delete(reply.seq);
    if (reply.error) waiting?.reject(fromWire(reply.error));
    else waiting?.resolve(reply);
  }

  private close(error: FugueError | undefined): void {
    if (this.ended) return;
    this.ended = true;
    const reason = error ?? new FugueError("closed", "the daemon closed the connection");
    this.duplex.close();
    this.greeted.reject(reason);
    this.ready.catch(() => {});
    this.rejectAll(reason);
    this.handlers.closed?.(error);
  }

  send<N extends MessageName>(name: N, body: MessageBodies[N]): void {
    if (!this.ended) this.duplex.write(encodeMessage(name, body));
  }

  private request(send: (seq: number) => void): Promise<Reply> {
    if (this.ended) return Promise.reject(this.goodbye ?? new FugueError("closed", "not connected"));
    const seq = ++this.sequence;
    return new Promise((resolve, reject) => {
      this.pending.set(seq, { resolve, reject });
      send(seq);
    });
  }

  /**
   * Runs a command of the daemon. @param signal gives it up: the daemon is told, and nobody waits for its answer
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

  attach(request: Omit<Attach, "seq">): Promise<Reply> {
    return this.request((seq) => this.send("attach", { seq, ...request }));
  }

  /** Logical lines [from, to) of a pane; the daemon bounds the answer. */
  history(pane: number, from: number, to: number): Promise<HistoryLines> {
    if (this.ended) return Promise.reject(new FugueError("closed", "not connected"));
    const seq = ++this.sequence;
    return new Promise((resolve, reject) => {
      this.histories.set(seq, { resolve, reject });
      this.send("history", { seq, pane, from, to });
    });
  }

  /** Ends the connection in order. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.rejectAll(new FugueError("closed", "the connection was closed"));
    this.duplex.close();
  }

  private rejectAll(reason: FugueError): void {
    for (const waiting of [...this.pending.values(), ...this.histories.values()]) waiting.reject(reason);
    this.pending.clear();
    this.histories.clear();
  }
}

/**
 * The TUI's lasting tie to its daemon: one connection at a time, made again when it breaks. Input is numbered and kept
 * until the daemon says it is in the PTY, and sent again after a reconnect: the keeper writes each number once.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import { FugueError, asFugueError } from "../../base/errors.ts";
import type { Random } from "../../base/random.ts";
import { MOST_UNACKED_INPUTS } from "../../protocol/limits.ts";
import type { InputEvent } from "../../protocol/input.ts";
import type { Attach, ClientHello, Frame, HistoryLines, Input, Reply, ServerEvent, View } from "../../protocol/messages.ts";
import type { Duplex } from "../../transport/duplex.ts";
import { Connection } from "../connection/connection.ts";

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2000;

/** Opens a byte stream to the daemon. */
export type Dial = () => Promise<Duplex>;

export interface LinkHandlers {
  view(view: View): void;
  frame(frame: Frame, bytes: number): void;
  event(event: ServerEvent): void;
  settled(): void;
  /** The state changed: connected, or since when not. */
  stateChanged(): void;
  /** Input was refused: what to tell the person. */
  refused(reason: string): void;
  /** It is over for good. */
  failed(error: FugueError): void;
}

export class SessionLink {
  state: "connected" | "reconnecting" = "reconnecting";
  /** When the connection was lost, in milliseconds of the clock. */
  lostAt = 0;
  private connection: Connection | undefined;
  private sequence = 0;
  private unacked: Input[] = [];
  private retry: Timer | undefined;
  private delay = FIRST_RETRY_MS;
  private ended = false;

  constructor(
    private readonly dial: Dial,
    private readonly hello: Omit<ClientHello, "version">,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly handlers: LinkHandlers,
    /** What to attach to, asked anew for each connection. */
    private readonly request: () => Omit<Attach, "seq">,
  ) {}

  /** Connects and attaches for the first time. @throws FugueError if either fails. */
  async open(): Promise<void> {
    await this.connect();
  }

  private async connect(): Promise<void> {
    const duplex = await this.dial();
    let connection: Connection | undefined;
    connection = await Connection.open(duplex, this.hello, {
      view: (view) => this.handlers.view(view),
      frame: (frame, bytes) => {
        if (frame.input) this.acknowledged(frame.pane, frame.input, undefined);
        this.handlers.frame(frame, bytes);
      },
      event: (event) => this.handlers.event(event),
      settled: () => this.handlers.settled(),
      inputAck: ({ seq, pane, refused }) => this.acknowledged(pane, seq, refused ?? undefined),
      closed: (error) => this.closed(connection, error),
    });
    this.connection = connection;
    await connection.attach(this.request());
    this.state = "connected";
    this.delay = FIRST_RETRY_MS;
    for (const input of this.unacked) connection.send("input", input);
    this.handlers.stateChanged();
  }

  private closed(connection: Connection | undefined, error: FugueError | undefined): void {
    if (this.ended || connection !== this.connection) return;
    this.connection = undefined;
    if (error && error.code !== "system") return this.fail(error);
    if (this.state === "connected") this.lostAt = this.clock.now();
    this.state = "reconnecting";
    this.handlers.stateChanged();
    this.scheduleRetry();
  }

  private scheduleRetry(): void {
    this.retry?.cancel();
    const jitter = 0.75 + this.random.float() / 2;
    this.retry = this.clock.after(this.delay * jitter, () => void this.tryAgain());
    this.delay = Math.min(this.delay * 2, LONGEST_RETRY_MS);
  }

  /** Tries at once instead of waiting out the backoff: a key was pressed. */
  hurry(): void {
    if (this.state === "connected" || !this.retry) return;
    this.retry.cancel();
    void this.tryAgain();
  }

  private async tryAgain(): Promise<void> {
    this.retry = undefined;
    if (this.ended) return;
    try {
      await this.connect();
    } catch (thrown) {
      const error = asFugueError(thrown);
      this.connection?.end();
      this.connection = undefined;
      if (error.code === "noTarget" || error.code === "version" || error.code === "refused") return this.fail(error);
      if (!this.ended) this.scheduleRetry();
    }
  }

  private fail(error: FugueError): void {
    if (this.ended) return;
    this.ended = true;
    this.retry?.cancel();
    this.handlers.failed(error);
  }

  private acknowledged(pane: number, seq: number, refused: string | undefined): void {
    if (this.unacked.length > 0) this.unacked = this.unacked.filter((input) => input.pane !== pane || input.seq > seq);
    if (refused !== undefined) this.handlers.refused(refused);
  }

  /** Types into a pane. @returns false if too much waits already: nothing was sent. */
  input(pane: number, event: InputEvent): boolean {
    if (this.unacked.length >= MOST_UNACKED_INPUTS) return false;
    const input = { seq: ++this.sequence, pane, event };
    this.unacked.push(input);
    // while an attach is under way older input waits: what is typed now goes after it
    if (this.state === "connected") this.connection?.send("input", input);
    return true;
  }

  /** Input typed while there was no connection. */
  get waitingInputs(): number {
    return this.state === "connected" ? 0 : this.unacked.length;
  }

  acknowledgeFrames(bytes: number): void {
    this.connection?.send("ack", { bytes });
  }

  /** The terminal's size, and its default colours as far as they are known. */
  resize(cols: number, rows: number, colors?: { foreground?: number; background?: number }): void {
    this.connection?.send("resize", { cols, rows, colors });
  }

  /** Runs a command of the daemon. @throws FugueError as it says, or `closed`. */
  command(name: string, args: Record<string, unknown>): Promise<Reply> {
    if (!this.connection) return Promise.reject(new FugueError("closed", "not connected to the daemon"));
    return this.connection.command(name, args);
  }

  history(pane: number, from: number, to: number): Promise<HistoryLines> {
    if (!this.connection) return Promise.reject(new FugueError("closed", "not connected to the daemon"));
    return this.connection.history(pane, from, to);
  }

  get host(): string {
    return this.connection?.welcome?.host ?? "";
  }

  end(): void {
    this.ended = true;
    this.retry?.cancel();
    this.connection?.end();
  }
}

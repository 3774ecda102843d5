/**
 * A client's lasting tie to one server: one connection at a time, made again when it breaks. Input and commands are
 * numbered and kept until they are answered, and sent again after a reconnect: the server takes each number once.
 */
import { Backoff } from "../../base/backoff.ts";
import type { Clock, Timer } from "../../base/clock.ts";
import { FugueError, asFugueError, type ErrorCode } from "../../base/errors.ts";
import type { Random } from "../../base/random.ts";
import { ZSTD } from "../../protocol/compression.ts";
import { MOST_UNACKED_INPUTS, MOST_WATCHED_PANES } from "../../protocol/limits.ts";
import type { InputEvent } from "../../protocol/input.ts";
import type { Attach, HistoryLines, Input, PaneClaim, Reply, Watch } from "../../protocol/messages.ts";
import type { Subscribe } from "../../protocol/notices.ts";
import { explained, type Dialer, type Prompter } from "../../transport/dialer.ts";
import { Connection } from "./connection.ts";
import type { ClientIdentity } from "./greeting.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { LinkHandlers, LinkState } from "./link-handlers.ts";
import { PendingCommands } from "./pending-commands.ts";

/** A connection that lasted this long was a good one: after it the first retry comes soon. */
const GOOD_CONNECTION_MS = 100;

/** What no retry can mend: somebody has to change something first. */
const LASTING: ReadonlySet<ErrorCode> = new Set(["noTarget", "version", "refused", "usage", "config", "protocol"]);
/** Reasons to close an established connection that a new one mends; after any other a server said goodbye for good. */
const PASSING: ReadonlySet<ErrorCode> = new Set(["timeout", "system", "tooLarge"]);

/** What leaves with a greeting. */
interface Said {
  readonly attach: Omit<Attach, "seq"> | undefined;
  readonly watch: Watch;
}

function otherServer(name: string): FugueError {
  return new FugueError("refused", `another server than before answers as ${name}`, "if that is right, try again: what was typed for the other one is dropped");
}

export class ServerLink {
  state: LinkState = "idle";
  /** Why it is not connected, as far as anybody knows. */
  error: FugueError | undefined;
  /** Reconnects since the link was opened. */
  reconnects = 0;
  private connection: Connection | undefined;
  private request: (() => Omit<Attach, "seq">) | undefined;
  private watching: readonly number[] = [];
  private claims: readonly PaneClaim[] = [];
  private watchText = "[[],[]]";
  private wantsSessions = false;
  private subscription: Omit<Subscribe, "seq"> | undefined;
  private inputSequence = 0;
  private sequence = 0;
  private unacked: Input[] = [];
  /** Panes are watched for the sake of input that waited for them. */
  private isTypingUnseen = false;
  private readonly commands: PendingCommands;
  private retryTimer: Timer | undefined;
  private readonly heart: Heartbeat;
  private readonly backoff: Backoff;
  /** The server is on this machine. */
  private isNear = false;
  private establishedAt = 0;
  private attempt: Promise<void> | undefined;

  constructor(
    /** The server's name in the user's configuration, or `local`. */
    readonly name: string,
    private readonly dial: Dialer,
    private readonly hello: ClientIdentity,
    private readonly clock: Clock,
    random: Random,
    private readonly handlers: LinkHandlers,
  ) {
    this.backoff = new Backoff(random);
    this.commands = new PendingCommands(name, () => (this.connected ? this.connection : undefined));
    this.heart = new Heartbeat(clock, () => this.handlers.lifeChanged?.());
  }

  /** Identity of the server at the other end; undefined until it was reached once. */
  server: string | undefined;
  /** A person asked to try again: whoever answers is the server from now on. */
  private isOtherAccepted = false;
  /** Its host name, for people. */
  host = "";

  get connected(): boolean {
    return this.state === "connected";
  }

  /** When something was heard last, in milliseconds of the clock; 0: never. */
  get heardAt(): number {
    return this.heart.heardAt;
  }

  /** Smoothed round trip, milliseconds; undefined until one was measured. */
  get roundTrip(): number | undefined {
    return this.heart.roundTrip;
  }

  /** Milliseconds since something was heard; 0 if never. */
  get silence(): number {
    return this.heardAt === 0 ? 0 : this.clock.now() - this.heardAt;
  }

  /** Input typed while there was no connection. */
  get waitingInputs(): number {
    return this.connected ? 0 : this.unacked.length;
  }

  /**
   * Connects for the first time, and attaches if `request` is given; later connections ask it anew.
   * @throws FugueError if that fails; the link is then `failed`
   */
  async open(request?: () => Omit<Attach, "seq">, prompter?: Prompter): Promise<void> {
    this.request = request;
    try {
      // a tunnel whose line died while nobody used it finds that out now: the second attempt gets the new one
      await this.tryNow(prompter).catch((error) => (asFugueError(error).code === "closed" ? this.tryNow(prompter) : Promise.reject(error)));
    } catch (thrown) {
      const error = asFugueError(thrown);
      if (!this.isEnded) this.fail(error);
      throw error;
    }
  }

  /**
   * Tries at once, because a person asks for it: then another server at this address is accepted, too.
   * @throws FugueError; where trying can help it goes on in the background, else the link is `failed`
   */
  async retry(prompter?: Prompter): Promise<void> {
    // an attempt in the background can't ask anybody: its end is waited for
    if (prompter && this.attempt) await this.attempt.catch(() => {});
    if (this.state === "failed") this.isOtherAccepted = true;
    try {
      await this.tryNow(prompter);
    } catch (thrown) {
      const error = asFugueError(thrown);
      this.goOn(error);
      throw error;
    } finally {
      // for this attempt only: those in the background ask nobody
      this.isOtherAccepted = false;
    }
  }

  private async tryNow(prompter: Prompter | undefined): Promise<void> {
    if (this.connected) return;
    if (this.state === "ended") throw new FugueError("closed", "the connection was closed");
    this.retryTimer?.cancel();
    this.retryTimer = undefined;
    if (this.state === "idle" || this.state === "failed") this.become(this.heardAt > 0 ? "reconnecting" : "connecting");
    await this.connect(prompter);
  }

  /**
   * Opens in the background, without asking anybody; goes on trying where trying can help.
   * @returns when the first attempt is over, whatever came of it
   */
  start(): Promise<void> {
    if (this.state !== "idle" && this.state !== "failed") return Promise.resolve();
    this.become("connecting");
    return this.tryAgain();
  }

  // other methods change the state while one of ours waits: the compiler can't know
  private get isEnded(): boolean {
    return (this.state as LinkState) === "ended";
  }

  private become(state: LinkState, error?: FugueError): void {
    this.state = state;
    this.error = error;
    this.handlers.stateChanged?.();
  }

  /** One attempt at a time: who asks meanwhile waits for the same. */
  private connect(prompter?: Prompter): Promise<void> {
    return (this.attempt ??= this.dialAndGreet(prompter).finally(() => (this.attempt = undefined)));
  }

  private async dialAndGreet(prompter: Prompter | undefined): Promise<void> {
    const dialed = await this.dial(prompter);
    const { duplex, credentials, remote } = dialed;
    this.isNear = remote !== true;
    if (this.isEnded) {
      duplex.listen({ data() {}, close() {} });
      duplex.close(true);
      throw new FugueError("closed", "the connection was closed");
    }
    prompter?.progress("attaching");
    let attached: Promise<Reply> | undefined;
    let subscribed: Promise<Reply> | undefined;
    let connection: Connection | undefined;
    let lost: FugueError | undefined;
    let said: Said;
    const expected = this.isOtherAccepted ? undefined : this.server;
    try {
      connection = Connection.begin(duplex, {
        ...this.hello, ...(expected !== undefined && { server: expected }), ...(remote && { compression: [ZSTD] }),
      }, {
        view: (view) => this.handlers.view?.(view),
        frame: (frame, bytes) => {
          if (frame.input) this.acknowledged(frame.pane, frame.input, undefined);
          this.handlers.frame?.(frame, bytes);
        },
        watched: (watched) => this.handlers.watched?.(watched),
        event: (event) => this.handlers.event?.(event),
        notices: (notices) => this.handlers.notices?.(notices),
        settled: () => this.handlers.settled?.(),
        inputAck: ({ seq, pane, refused }) => this.acknowledged(pane, seq, refused ?? undefined),
        reply: (reply) => this.commands.replied(reply),
        pong: () => this.heart.pong(),
        closed: (error) => {
          lost = error ?? new FugueError("closed", "the server closed the connection");
          this.closed(connection, error);
        },
      }, credentials, this.clock);
      this.connection = connection;
      // everything that can be said without an answer leaves with the greeting: it costs no round trip of its own
      said = { attach: this.request?.(), watch: this.watchWithTyped() };
      if (said.attach) attached = connection.attach(this.nextSequence(), said.attach);
      if (said.watch.panes.length > 0 || said.watch.claims || said.watch.sessions) connection.send("watch", said.watch);
      if (this.subscription) subscribed = connection.subscribe(this.nextSequence(), this.subscription);
      for (const reply of [attached, subscribed]) reply?.catch(() => {});
      await connection.ready.catch((error) => {
        throw explained(error, dialed);
      });
      this.heart.start(connection);
      this.meet(connection.welcome!.server, expected);
      this.host = connection.welcome!.host;
      await attached;
      await subscribed;
      // it may have ended in the same batch of bytes in which it began
      if (lost) throw lost;
    } catch (error) {
      connection?.end();
      this.heart.stop();
      if (this.connection === connection) this.connection = undefined;
      throw error;
    }
    this.established(connection, said);
  }

  /** @throws FugueError `refused` if another server than before is behind the address */
  private meet(server: string, expected: string | undefined): void {
    if (expected !== undefined && server !== expected) throw otherServer(this.name);
    if (this.server !== undefined && server !== this.server) {
      if (this.unacked.length > 0) this.handlers.refused?.(`another server answers as ${this.name}: what was typed for the one before is dropped`);
      this.unacked = [];
    }
    this.server = server;
  }

  /** @param said what left with the greeting: what has changed since is said now, before what was typed */
  private established(connection: Connection, said: Said): void {
    if (this.heardAt > 0) this.reconnects++;
    this.heart.heard();
    this.establishedAt = this.clock.now();
    const { attach, watch } = said;
    const now = this.request?.();
    if (attach && !now) connection.send("leave", {});
    else if (attach && now && (now.cols !== attach.cols || now.rows !== attach.rows)) connection.send("resize", { cols: now.cols, rows: now.rows });
    const shown = this.watchWithTyped();
    if (JSON.stringify(shown) !== JSON.stringify(watch)) connection.send("watch", shown);
    for (const input of this.unacked) connection.send("input", input);
    this.commands.resend(connection);
    this.become("connected");
  }

  private nextSequence(): number {
    return ++this.sequence;
  }

  // Loss and return

  private closed(connection: Connection | undefined, error: FugueError | undefined): void {
    // before it was established, whoever waits for it hears of it
    if (this.isEnded || connection === undefined || connection !== this.connection || !this.connected) return;
    this.connection = undefined;
    this.heart.stop();
    if (connection.takeHeard()) this.heart.heard();
    if (error && !PASSING.has(error.code)) return this.fail(error);
    if (this.clock.now() - this.establishedAt >= GOOD_CONNECTION_MS) this.backoff.reset(this.isNear);
    this.become("reconnecting", error);
    this.scheduleRetry();
  }

  private scheduleRetry(): void {
    this.retryTimer?.cancel();
    this.retryTimer = this.clock.after(this.backoff.next(), () => void this.tryAgain());
  }

  /** Tries at once instead of waiting out the backoff: a key was pressed, or the network is back. */
  hurry(): void {
    if (this.connected || !this.retryTimer) return;
    this.retryTimer.cancel();
    void this.tryAgain();
  }

  private async tryAgain(): Promise<void> {
    this.retryTimer = undefined;
    if (this.isEnded || this.connected) return;
    try {
      await this.connect();
    } catch (thrown) {
      this.goOn(asFugueError(thrown));
    }
  }

  /** After an attempt that failed: the next one, if it can help. */
  private goOn(error: FugueError): void {
    if (this.isEnded) return;
    if (LASTING.has(error.code)) return this.fail(error);
    this.become(this.heardAt > 0 ? "reconnecting" : "connecting", error);
    this.scheduleRetry();
  }

  private fail(error: FugueError): void {
    this.retryTimer?.cancel();
    this.retryTimer = undefined;
    this.heart.stop();
    this.connection = undefined;
    this.become("failed", error);
    this.commands.reject(error);
    this.handlers.failed?.(error);
  }

  // What it carries

  private acknowledged(pane: number, seq: number, refused: string | undefined): void {
    if (this.unacked.length > 0) this.unacked = this.unacked.filter((input) => input.pane !== pane || input.seq > seq);
    if (this.isTypingUnseen && this.unacked.length === 0 && this.connected) {
      this.isTypingUnseen = false;
      this.connection?.send("watch", this.watchRequest());
    }
    this.handlers.acknowledged?.(pane, seq);
    if (refused !== undefined) this.handlers.refused?.(refused);
  }

  /** Types into a pane. @returns the input's number, from 1 on; undefined if too much waits already: nothing was sent. */
  input(pane: number, event: InputEvent): number | undefined {
    if (this.unacked.length >= MOST_UNACKED_INPUTS) return undefined;
    const input = { seq: ++this.inputSequence, pane, event };
    this.unacked.push(input);
    // while an attach is under way older input waits: what is typed now goes after it
    if (this.connected) this.connection?.send("input", input);
    return input.seq;
  }

  /** Forgets what was typed while there was no connection. @returns how many inputs that were. */
  discardWaiting(): number {
    const count = this.waitingInputs;
    if (count > 0) this.unacked = [];
    return count;
  }

  acknowledgeFrames(bytes: number): void {
    this.connection?.acknowledge(bytes);
  }

  /** The terminal's size, and its default colours as far as they are known. */
  resize(cols: number, rows: number, colors?: { foreground?: number; background?: number }): void {
    if (this.connected) this.connection?.send("resize", { cols, rows, colors });
  }

  /** Shows a session from now on, also after reconnects. @throws FugueError as the server says; then nothing has changed. */
  async attach(request: () => Omit<Attach, "seq">): Promise<Reply> {
    if (!this.connected || !this.connection) throw this.away();
    const before = this.request;
    this.request = request;
    try {
      return await this.connection.attach(this.nextSequence(), request());
    } catch (error) {
      if (this.request === request) this.request = before;
      throw error;
    }
  }

  /** Shows no session any more; the connection stays. */
  leave(): void {
    this.request = undefined;
    if (this.connected) this.connection?.send("leave", {});
  }

  /** Sets sizes for some of the panes, and which panes are shown besides those of the attached session. */
  watch(panes: readonly number[], claims: readonly PaneClaim[] = []): void {
    const text = JSON.stringify([panes, claims]);
    if (text === this.watchText) return;
    this.watchText = text;
    this.watching = panes.slice(0, MOST_WATCHED_PANES);
    this.claims = claims.slice(0, MOST_WATCHED_PANES);
    if (this.connected) this.connection?.send("watch", this.watchRequest());
  }

  /** Asks to be told whenever the server's sessions change. */
  watchSessions(): void {
    if (this.wantsSessions) return;
    this.wantsSessions = true;
    if (this.connected) this.connection?.send("watch", this.watchRequest());
  }

  /** Asks for notices with every connection that is made from now on. */
  subscribe(request: Omit<Subscribe, "seq">): void {
    this.subscription = request;
  }

  private watchRequest(panes: Iterable<number> = this.watching): Watch {
    const { claims } = this;
    return { panes: [...panes], ...(claims.length > 0 && { claims: [...claims] }), ...(this.wantsSessions && { sessions: true }) };
  }

  /** With the panes for which input waits: a server takes it for what its client looks at, and that may be something else by now. */
  private watchWithTyped(): Watch {
    const panes = new Set([...this.watching, ...this.unacked.map(({ pane }) => pane)]);
    this.isTypingUnseen = panes.size > this.watching.length;
    return this.watchRequest([...panes].slice(0, MOST_WATCHED_PANES));
  }

  /**
   * Runs a command of the server; sent again after a reconnect, with its number, if no reply came.
   * @param signal gives it up: the server is told, and nobody waits for its answer
   * @throws FugueError as the server says, `closed` where the link is given up, `tooLarge` with too many under way,
   * `interrupted`
   */
  command(name: string, args: Record<string, unknown>, signal?: AbortSignal): Promise<Reply> {
    if (this.state === "ended" || this.state === "failed" || this.state === "idle") return Promise.reject(this.away());
    return this.commands.run(this.nextSequence(), name, args, signal);
  }

  history(pane: number, from: number, to: number): Promise<HistoryLines> {
    if (!this.connected || !this.connection) return Promise.reject(this.away());
    return this.connection.history(this.nextSequence(), pane, from, to);
  }

  private away(): FugueError {
    return this.error ?? new FugueError("closed", `not connected to ${this.name}`);
  }

  end(): void {
    if (this.isEnded) return;
    const { connection } = this;
    this.state = "ended";
    this.retryTimer?.cancel();
    this.heart.stop();
    this.connection = undefined;
    this.commands.callOff(connection);
    connection?.end();
    this.commands.reject(new FugueError("closed", "the connection was closed"));
  }
}

/** One client of the daemon: its handshake, its messages, where it looks, what it still has to be sent. */
import { asFugueError, ERROR_CODES, FugueError } from "../../base/errors.ts";
import { RELEASE } from "../../base/release.ts";
import type { Timer } from "../../base/clock.ts";
import { MessageReader, encodeMessage, encodePacked } from "../../protocol/codec.ts";
import { ZSTD } from "../../protocol/compression.ts";
import { LARGEST_MESSAGE, LARGEST_STRANGER_MESSAGE, SILENT_CLIENT_MS } from "../../protocol/limits.ts";
import type {
  Attach, ClientHello, CommandMessage, HistoryRequest, Input, Message, MessageBodies, MessageName, PaneClaim, Reply, Resize, ServerEvent, Watch, WireError,
} from "../../protocol/messages.ts";
import type { Subscribe } from "../../protocol/notices.ts";
import type { Duplex } from "../../transport/duplex.ts";
import type { Daemon } from "../daemon.ts";
import { ClientFocus } from "../model/focus.ts";
import { panesOf } from "../model/layout.ts";
import type { OnCancel } from "../operations/commands-under-way.ts";
import { Operations } from "../operations/operations.ts";
import { historyLines } from "../operations/capture.ts";
import { OWN_USER, ServerGreeting, type Peer } from "./greeting.ts";
import { PaneIsStarting } from "../restoring.ts";
import { Outbox } from "./outbox.ts";
import { checkSubscriber, Subscription, wantedBy } from "./subscription.ts";
import { buildView, watchedPane } from "./view.ts";

/** Messages that may wait in this process for a client that does not read; beyond it the client is dropped. */
const MOST_BUFFERED_BYTES = 32 * 1024 * 1024;
/** With this much waiting for it a client is slow: views wait, bells and notifications are left out. */
const SLOW_BYTES = 256 * 1024;
/** Acknowledgements of input wait this long for a frame that carries them. */
const INPUT_ACK_MS = 10;

export function wireError(error: FugueError): WireError {
  return { code: ERROR_CODES[error.code].wire, message: error.message, hint: error.hint };
}

export class ClientConnection {
  id = 0;
  hello: ClientHello | undefined;
  attached = false;
  readOnly = false;
  cols = 80;
  rows = 24;
  attachedAt = 0;
  activeAt = 0;
  readonly focus: ClientFocus;
  outbox: Outbox;
  private readonly reader = new MessageReader(LARGEST_STRANGER_MESSAGE);
  private readonly greeting: ServerGreeting;
  private revision = 0;
  /** Per pane the largest input sequence that is in its PTY and that the client was not told. */
  private readonly inputs = new Map<number, number>();
  private inputAck: Timer | undefined;
  private viewText = "";
  /** Panes shown through links in windows of other servers. */
  private watching: readonly number[] = [];
  private watchedText = "";
  /** Sizes that links to our panes were given in windows of other servers. */
  claims: readonly PaneClaim[] = [];
  /** It lists sessions, also while it shows none. */
  wantsSessions = false;
  /** When bytes came last, milliseconds of the clock. */
  private heardAt = 0;
  /** Runs for those that give signs of life: the silence of one of them means that it is gone. */
  private silence: Timer | undefined;
  private viewDue = false;
  /** It asked for compressed messages: it is on another machine. */
  private packs = false;
  private subscription: Subscription | undefined;
  private closed = false;

  constructor(private readonly daemon: Daemon, private readonly duplex: Duplex, readonly peer: Peer = OWN_USER) {
    this.focus = new ClientFocus(daemon.model);
    this.outbox = this.makeOutbox();
    this.greeting = new ServerGreeting(daemon.trust, daemon.clock, peer, {
      send: (name, body) => void this.send(name, body), fail: (error) => this.fail(error),
    });
    duplex.listen({
      data: (bytes) => this.receive(bytes),
      close: () => this.ended(),
      drain: () => {
        if (this.viewDue) this.sync();
        this.subscription?.drain();
      },
    });
    this.greeting.begin();
  }

  private makeOutbox(): Outbox {
    return new Outbox(this.id, this.daemon.clock, (frame) => {
      if ((this.inputs.get(frame.pane) ?? Infinity) <= (frame.input ?? 0)) this.inputs.delete(frame.pane);
      return this.send("frame", frame);
    });
  }

  /** Sends a message. @returns its size on the wire. */
  send<N extends MessageName>(name: N, body: MessageBodies[N]): number {
    const bytes = this.packs ? encodePacked(name, body) : encodeMessage(name, body);
    this.duplex.write(bytes);
    if (this.duplex.buffered > MOST_BUFFERED_BYTES) this.fail(new FugueError("tooLarge", "the client does not read"));
    return bytes.length;
  }

  event(event: ServerEvent): void {
    if (this.duplex.buffered > SLOW_BYTES && (event.kind === "bell" || event.kind === "notification" || event.kind === "sessions")) return;
    this.send("event", event);
  }

  private receive(bytes: Uint8Array): void {
    this.heardAt = this.daemon.clock.now();
    try {
      this.reader.push(bytes, (message) => {
        if (!this.closed) this.handle(message);
      });
    } catch (error) {
      if (!this.hello) this.greeting.refused(error);
      this.fail(asFugueError(error));
    }
  }

  /** Closes this connection with a reason; nobody else notices. */
  private fail(error: FugueError): void {
    if (this.closed) return;
    if (this.hello || this.peer.trusted) {
      this.daemon.log.warn("client dropped", { client: this.id, code: error.code, error: error.message });
    }
    // a stranger that does not speak the protocol learns nothing
    if (this.peer.trusted || this.greeting.speaks) this.duplex.write(encodeMessage("goodbye", wireError(error)));
    // who does not read would never see the end either
    this.duplex.close(this.duplex.buffered > SLOW_BYTES);
    this.ended();
  }

  /** Its client has another connection. */
  private replace(): void {
    this.duplex.close(true);
    // it comes back to its window at once
    this.attached = false;
    this.ended();
  }

  private ended(): void {
    if (this.closed) return;
    this.closed = true;
    this.greeting.end();
    this.inputAck?.cancel();
    this.silence?.cancel();
    this.unsubscribe();
    this.outbox.dispose();
    // a command line that is gone does not come back; others may, with the same numbers
    this.daemon.underWay.left(this, this.hello !== undefined && this.hello.kind !== "cli");
    if (this.hello?.kind === "cli") this.daemon.ledger.forget(this.id);
    this.daemon.clients.delete(this);
    if (this.attached && this.focus.valid) this.daemon.windowLeft(this.focus.window);
    this.daemon.schedule();
  }

  private handle(message: Message): void {
    if (!this.hello) {
      const hello = this.greeting.take(message);
      return hello && this.welcome(hello);
    }
    switch (message.name) {
      case "command":
        return void this.command(message.body);
      case "cancel":
        return this.daemon.underWay.cancel(this.id, message.body.seq);
      case "attach":
        return void this.attach(message.body);
      case "resize":
        return this.resize(message.body);
      case "input":
        return this.input(message.body);
      case "ack":
        return this.outbox.acknowledge(message.body.bytes);
      case "history":
        return this.history(message.body);
      case "subscribe":
        return this.subscribe(message.body);
      case "watch":
        return this.watch(message.body);
      case "leave":
        return this.leave();
      case "ping":
        this.silence ??= this.watchSilence();
        return void this.send("pong", message.body);
    }
  }

  /** @throws FugueError `refused` if the client means another server: what it sent along is not for this one */
  private welcome(hello: ClientHello): void {
    if (hello.server != null && hello.server !== this.daemon.serverId) {
      throw new FugueError("refused", "another server than before answers at this address", "if that is right, try again");
    }
    this.hello = hello;
    this.id = hello.client;
    // the same client on a new connection: the one before is dead, whether that was noticed here or not
    for (const other of this.daemon.clients) if (other !== this && other.id === this.id) other.replace();
    this.outbox = this.makeOutbox();
    this.reader.allow(LARGEST_MESSAGE);
    const { serverId, env } = this.daemon;
    const { sealed } = this.greeting;
    this.send("welcome", { version: hello.version, server: serverId, host: env.HOSTNAME ?? "", release: RELEASE, pid: process.pid, ...(sealed && { secret: sealed }) });
    this.packs = hello.compression?.includes(ZSTD) ?? false;
    // a view may be cut off before its first sign of life; a command line gives none, however long it waits
    if (hello.kind !== "cli") this.silence ??= this.watchSilence();
  }

  private async command(message: CommandMessage): Promise<void> {
    const { seq } = message;
    const reply: MessageBodies["reply"] = { seq };
    try {
      Object.assign(reply, await this.daemon.underWay.run(this, this.id, seq, (onCancel) => this.runOnce(message, onCancel)));
    } catch (error) {
      reply.error = wireError(asFugueError(error));
    }
    if (this.closed) return;
    if (this.attached && this.focus.valid) reply.focus = { window: this.focus.window, pane: this.focus.pane };
    this.sync();
    try {
      this.send("reply", reply);
    } catch (error) {
      this.send("reply", { seq, error: wireError(asFugueError(error)) });
    }
  }

  /** Commands that change something are carried out once for each sequence; those that read, each time. */
  private async runOnce(message: CommandMessage, onCancel: OnCancel): Promise<Pick<Reply, "result" | "error">> {
    const { lookup } = await import("../../commands/registry.ts");
    const { ledger } = this.daemon;
    if ((lookup(message.name)?.effect ?? "read") === "read") return this.run(message, onCancel);
    return ledger.once(this.id, message.seq, message.name, () => this.run(message, onCancel), () => this.daemon.journal());
  }

  /** Never throws. */
  private async run({ name, args }: Pick<CommandMessage, "name" | "args">, onCancel: OnCancel): Promise<Pick<Reply, "result" | "error">> {
    try {
      await this.daemon.adopted;
      const { runServerCommand } = await import("../../commands/run-server.ts");
      const operations = new Operations(this.daemon, this, onCancel);
      return { result: await runServerCommand(operations, name, args) };
    } catch (error) {
      if (error instanceof PaneIsStarting) {
        await this.daemon.restoring.ensure(error.pane);
        if (this.daemon.panes.has(error.pane)) return this.run({ name, args }, onCancel);
      }
      const fugue = asFugueError(error);
      if (fugue.code === "internal") this.daemon.log.error("command failed", { command: name, error: fugue.stack });
      return { error: wireError(fugue) };
    }
  }

  private async attach(request: Attach): Promise<void> {
    try {
      this.cols = request.cols;
      this.rows = request.rows;
      const operations = new Operations(this.daemon, this, () => {});
      const pane = await operations.sessionToAttach(request);
      await this.daemon.takeOverWindow(pane);
      // a client that went meanwhile looks at nothing and sizes nothing
      if (this.closed) return;
      this.viewText = "";
      this.readOnly = request.readOnly ?? false;
      this.attached = true;
      this.attachedAt = this.daemon.clock.wall();
      this.focus.lookAt(pane);
      this.daemon.follow(this.focus.session, request.env ?? {});
      this.active();
      if (request.detachOthers) this.detachOthers();
      this.sync();
      this.daemon.schedule();
      this.send("reply", { seq: request.seq, result: null, focus: { window: this.focus.window, pane: this.focus.pane } });
    } catch (error) {
      this.send("reply", { seq: request.seq, error: wireError(asFugueError(error)) });
    }
  }

  /** The last request counts. */
  private subscribe(request: Subscribe): void {
    const { seq } = request;
    try {
      checkSubscriber(this.hello?.kind);
      const wanted = wantedBy(request, new Operations(this.daemon, this, () => {}).find);
      this.unsubscribe();
      const { duplex } = this;
      this.subscription = new Subscription(wanted, {
        get buffered() {
          return duplex.buffered;
        },
        send: (notices) => void this.send("notices", notices),
      });
      this.daemon.notices.add(this.subscription);
      this.send("reply", { seq, result: null });
    } catch (error) {
      this.send("reply", { seq, error: wireError(asFugueError(error)) });
    }
  }

  private unsubscribe(): void {
    if (this.subscription) this.daemon.notices.remove(this.subscription);
    this.subscription = undefined;
  }

  private watch({ panes, sessions, claims }: Watch): void {
    this.watching = [...new Set(panes)];
    const sizes = this.readOnly ? [] : (claims ?? []);
    if (sizes.length > 0 || this.claims.length > 0) this.daemon.schedule();
    this.claims = sizes;
    this.wantsSessions = sessions ?? false;
    this.daemon.restoring.want(this.watching);
    this.watchedText = "";
    this.sync();
  }

  /** Whether a link or a preview of another server's window shows a pane of ours to this client. */
  watches(pane: number): boolean {
    return this.watching.includes(pane);
  }

  /** Shows no session any more: as a detached client, but with its connection. */
  private leave(): void {
    this.attached = false;
    this.viewText = "";
    this.showPanes();
    this.daemon.schedule();
  }

  /** The panes whose frames this client gets: those of its window, and those that it watches. */
  private showPanes(): void {
    const shown = this.attached && this.focus.valid ? this.daemon.shownPanes(this.focus.window) : [];
    const ids = new Set(shown.map(({ id }) => id));
    const watched = this.watching.filter((id) => !ids.has(id)).flatMap((id) => this.daemon.panes.get(id) ?? []);
    this.outbox.watch([...shown, ...watched]);
  }

  /** Drops the client when it was silent for so long that its machine, or the way there, must be gone. */
  private watchSilence(): Timer {
    const { clock } = this.daemon;
    return clock.after(Math.max(0, this.heardAt + SILENT_CLIENT_MS - clock.now()) + 1, () => {
      if (clock.now() - this.heardAt > SILENT_CLIENT_MS) return this.fail(new FugueError("timeout", "the client fell silent"));
      this.silence = this.watchSilence();
    });
  }

  private detachOthers(): void {
    for (const other of [...this.daemon.clients]) {
      if (other !== this && other.attached && other.focus.session === this.focus.session) other.detach("another client took over");
    }
  }

  detach(reason: string): void {
    this.event({ kind: "detached", reason });
    this.attached = false;
    if (this.focus.valid) this.daemon.windowLeft(this.focus.window);
    this.showPanes();
    this.daemon.schedule();
  }

  sessionEnded(session: string, status: number | undefined): void {
    if (!this.attached) return;
    this.attached = false;
    this.showPanes();
    this.event({ kind: "exited", session, status });
  }

  private resize({ cols, rows, colors }: Resize): void {
    this.cols = cols;
    this.rows = rows;
    if (colors) this.daemon.setColors(colors);
    if (this.attached) this.active();
  }

  /** This client was used: its window takes its size, and the model remembers what a person looks at. */
  active(): void {
    if (!this.attached || !this.focus.valid) return;
    this.activeAt = this.daemon.clock.wall();
    if (this.readOnly && this.daemon.writerAt(this.focus.window)) return;
    this.daemon.model.resizeWindow(this.focus.window, this.cols, this.rows);
    const window = this.daemon.model.window(this.focus.window);
    const session = this.daemon.model.session(window.session);
    // which session was used last is no change that others see: it is journaled with the next one
    session.usedAt = this.activeAt;
    if (session.active !== window.id || window.active !== this.focus.pane || window.bell || window.activity) this.daemon.model.focus(this.focus.pane, this.activeAt);
  }

  private input(message: Input): void {
    const { seq, pane: id, event } = message;
    const late = this.typedWith(id).find((each) => this.daemon.isToCome(each));
    if (late !== undefined) return void this.daemon.restoring.ensure(late).then(() => this.input(message));
    if (this.readOnly || (!this.attached && !this.watching.includes(id))) return this.inputDone(id, seq, "this client is read-only");
    const pane = this.daemon.panes.get(id);
    if (!pane) return this.inputDone(id, seq, "the pane is gone");
    if (event.kind !== "focus" && event.kind !== "mouse" && !this.watching.includes(id)) this.active();
    // this pane last: its acknowledgement says that the others have it, too
    if (event.kind !== "focus" && event.kind !== "mouse") this.synchronizedInput(id, seq, event);
    pane.input(this.id, seq, event);
    this.daemon.typed(pane);
    if (event.kind === "focus" || event.kind === "mouse") return;
    pane.personAt = this.daemon.clock.now();
    // the frame with the echo tells them: asked while the key is on its way, they are fresh by then
    pane.ttyFlags.read();
  }

  /** The panes that get what is typed into one: with synchronised input all of its window. */
  private typedWith(id: number): number[] {
    const window = this.daemon.windowOf(id);
    // through a link only the pane itself is typed into: its window is not seen
    return window?.synchronized && !this.watching.includes(id) ? panesOf(window.tree) : [id];
  }

  /** Types into the others that get it, too. */
  private synchronizedInput(id: number, seq: number, event: Input["event"]): void {
    for (const other of this.typedWith(id)) {
      const beside = other === id ? undefined : this.daemon.panes.get(other);
      if (!beside) continue;
      beside.personAt = this.daemon.clock.now();
      beside.input(this.id, seq, event);
    }
  }

  /** Input is in a PTY, or refused. The next frame says so too: an acknowledgement of its own waits for one a moment. */
  inputDone(pane: number, seq: number, refused?: string): void {
    if (refused !== undefined) return void this.send("inputAck", { seq, pane, refused });
    this.inputs.set(pane, Math.max(this.inputs.get(pane) ?? 0, seq));
    this.inputAck ??= this.daemon.clock.after(INPUT_ACK_MS, () => {
      this.inputAck = undefined;
      for (const [id, done] of this.inputs) this.send("inputAck", { seq: done, pane: id });
      this.inputs.clear();
    });
  }

  private history(request: HistoryRequest): void {
    if (this.daemon.isToCome(request.pane)) return void this.daemon.restoring.ensure(request.pane).then(() => this.history(request));
    const pane = this.daemon.panes.get(request.pane);
    if (!pane) {
      const { seq, pane: id } = request;
      return void this.send("historyLines", { seq, pane: id, from: 0, first: 0, end: 0, lines: [], screen: { line: 0, column: 0 }, rows: [] });
    }
    this.send("historyLines", { seq: request.seq, pane: request.pane, ...historyLines(pane, request.from, request.to) });
  }

  /** Brings the client up to date with the model: the view first, then frames of what it shows. */
  sync(): void {
    if (this.closed) return;
    // views are states: who reads slowly gets the newest one, later
    this.viewDue = this.duplex.buffered > SLOW_BYTES;
    if (this.viewDue) return;
    if (this.attached && this.focus.valid) this.tellView();
    if (this.watching.length > 0 || this.wantsSessions) this.tellWatched();
    // frames last: a client that does not know yet what it shows has no use for them
    this.showPanes();
  }

  private tellView(): void {
    const view = buildView(this.daemon, this.focus, this.readOnly);
    const text = JSON.stringify(view);
    if (text === this.viewText) return;
    this.viewText = text;
    this.send("view", { revision: ++this.revision, ...view });
  }

  private tellWatched(): void {
    // those that are still to come would look as if they had gone
    if (this.watching.some((id) => this.daemon.isToCome(id))) return;
    const panes = this.watching.map((id) => watchedPane(this.daemon, id));
    const watched = { panes, ...(this.wantsSessions && { agents: this.daemon.agents.counts() }) };
    const text = JSON.stringify(watched);
    if (text === this.watchedText) return;
    this.watchedText = text;
    this.send("watched", watched);
  }

  close(reason: string): void {
    this.fail(new FugueError("closed", reason));
  }
}

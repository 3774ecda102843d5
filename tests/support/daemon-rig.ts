/** A whole daemon over a keeper without processes, with clients in memory and a clock that stands still. */
import { mkdirSync } from "node:fs";
import { LogRoot } from "../../src/base/log.ts";
import { NO_RULES } from "../../src/config/mcp-rules.ts";
import { LinkTable } from "../../src/client/mirror/link-table.ts";
import { PaneMirror } from "../../src/client/mirror/pane-mirror.ts";
import { MessageReader, encodeMessage } from "../../src/protocol/codec.ts";
import { LARGEST_MESSAGE } from "../../src/protocol/limits.ts";
import type { InputEvent } from "../../src/protocol/input.ts";
import type {
  Attach, ClientKind, Frame, Message, MessageBodies, MessageName, Reply, View,
} from "../../src/protocol/messages.ts";
import { ClientConnection } from "../../src/server/connections/client-connection.ts";
import type { Peer } from "../../src/server/connections/greeting.ts";
import { Daemon } from "../../src/server/daemon.ts";
import { Operations } from "../../src/server/operations/operations.ts";
import type { ServerSettings } from "../../src/server/settings.ts";
import { memoryPair } from "../../src/transport/memory.ts";
import type { Duplex } from "../../src/transport/duplex.ts";
import { FakeKeeper } from "./fake-keeper.ts";
import { tempHome } from "./temp-folder.ts";
import { VirtualClock, settle } from "./virtual-clock.ts";
import { waitUntil } from "./wait-until.ts";
// the daemon loads these when the first command comes, which takes more than promises: tests that count turns have them
import "../../src/commands/registry.ts";
import "../../src/commands/run-server.ts";

export const SETTINGS: ServerSettings = {
  baseIndex: 0, paneBaseIndex: 0, historyLines: 10_000, historyBytes: 8 << 20, defaultShell: undefined, defaultCommand: [],
  defaultPath: undefined, term: "xterm-256color", env: {},
  remainOnExit: "off", automaticRename: true, allowRename: false, renumberWindows: false, monitorActivity: false,
  monitorBell: true, bellAction: "any", logLevel: "info", setClipboard: true,
  readClipboard: false, synchronized: false, mcpRules: () => NO_RULES, mainPane: { cols: { cells: 80 }, rows: { cells: 24 } },
  agentNotify: [], agentCommand: [], presets: [],
  restore: "shell", persistHistory: true, save: { intervalMs: 2000, sync: false, historyBytes: 1 << 30 },
};

/** Well within the time after which a silent client counts as gone. */
const LIFE_MS = 10_000;

/** A client: it keeps what it is told, mirrors panes, and acknowledges frames unless told not to. */
export class TestClient {
  readonly heard: Message[] = [];
  readonly mirrors = new Map<number, PaneMirror>();
  readonly links = new LinkTable();
  view: View | undefined;
  closed = false;
  id = 0;
  /** Acknowledge frames at once. */
  acks = true;
  unacked = 0;
  private sequence = 0;

  constructor(readonly duplex: Duplex) {
    const reader = new MessageReader(LARGEST_MESSAGE);
    duplex.listen({
      data: (bytes) => reader.push(bytes, (message, size) => this.take(message, size)),
      close: () => void (this.closed = true),
    });
  }

  private take(message: Message, size: number): void {
    this.heard.push(message);
    if (message.name === "view") this.view = message.body;
    if (message.name === "frame") this.frame(message.body, size);
  }

  private frame(frame: Frame, size: number): void {
    let mirror = this.mirrors.get(frame.pane);
    if (!mirror) this.mirrors.set(frame.pane, (mirror = new PaneMirror(frame.pane, this.links)));
    mirror.apply(frame);
    this.unacked += size;
    if (this.acks) this.acknowledge();
  }

  /** Says that everything that has come is painted, or this many bytes of it. */
  acknowledge(bytes = this.unacked): void {
    this.unacked -= bytes;
    if (bytes > 0) this.send("ack", { bytes });
  }

  send<N extends MessageName>(name: N, body: MessageBodies[N]): void {
    this.duplex.write(encodeMessage(name, body));
  }

  all<N extends MessageName>(name: N): MessageBodies[N][] {
    return this.heard.flatMap((m) => (m.name === name ? [m.body as MessageBodies[N]] : []));
  }

  async greet(client: number, kind: ClientKind = "tui", pane?: number): Promise<void> {
    this.id = client;
    this.send("clientHello", { version: 1, client, kind, name: "test", pid: 1, release: "0", pane });
    await settle();
  }

  private async reply(seq: number): Promise<Reply> {
    const find = () => this.all("reply").find((reply) => reply.seq === seq);
    await waitUntil(`a reply to ${seq}`, () => find() !== undefined, () => this.heard.slice(-5));
    return find()!;
  }

  attach(request: Partial<Attach> = {}): Promise<Reply> {
    const seq = ++this.sequence;
    this.send("attach", { seq, cols: 80, rows: 24, ...request });
    return this.reply(seq);
  }

  command(name: string, args: Record<string, unknown> = {}): Promise<Reply> {
    const seq = ++this.sequence;
    this.send("command", { seq, name, args });
    return this.reply(seq);
  }

  /** Sends a command without waiting. @returns its number. */
  begin(name: string, args: Record<string, unknown> = {}): number {
    const seq = ++this.sequence;
    this.send("command", { seq, name, args });
    return seq;
  }

  private inputs = 0;

  type(pane: number, event: InputEvent | string): number {
    const seq = ++this.inputs;
    this.send("input", { seq, pane, event: typeof event === "string" ? { kind: "text", text: event } : event });
    return seq;
  }

  /** What the client shows of a pane. */
  screen(pane: number): string {
    const grid = this.mirrors.get(pane)?.grid;
    if (!grid) return "(nothing)";
    return Array.from({ length: grid.rows }, (_, y) => grid.text(y).trimEnd()).join("\n").trimEnd();
  }
}

export class DaemonRig {
  readonly clock = new VirtualClock();
  keeper = new FakeKeeper();
  readonly home = tempHome();
  readonly lines: string[] = [];
  settings: ServerSettings = { ...SETTINGS };
  daemon!: Daemon;
  private nextClient = 1;
  private readonly duplexes: Duplex[] = [];
  /** One daemon is gone, the next not there yet: whoever dials now reaches nobody. */
  private between = false;

  /** @param id identity of the server */
  private constructor(private readonly id: string) {}

  static async start(settings: Partial<ServerSettings> = {}, id = "id"): Promise<DaemonRig> {
    const rig = new DaemonRig(id);
    rig.settings = { ...rig.settings, ...settings };
    mkdirSync(rig.home.paths.state, { recursive: true });
    await rig.boot();
    return rig;
  }

  /** One with sessions `s0`, `s1`, …, each with a pane that has printed a line, and nobody who looks. */
  static async withSessions(count: number): Promise<DaemonRig> {
    const rig = await DaemonRig.start();
    for (let n = 0; n < count; n++) {
      const client = await rig.attached({ create: { name: `s${n}` } });
      rig.keeper.print(n + 1, `text of ${n}\r\n`);
      client.duplex.close(true);
    }
    await rig.pass(1000);
    return rig;
  }

  /** @param waits until all panes that run have been taken over */
  private async boot(waits = true): Promise<void> {
    const { link, welcome } = await this.keeper.connect();
    const log = new LogRoot(this.clock, (line) => this.lines.push(line), "debug").scope("daemon");
    this.daemon = new Daemon(
      this.home.paths, this.clock, log, link, welcome, () => this.settings,
      { HOME: "/", PATH: "/bin", SHELL: "/bin/sh", HOSTNAME: "h" }, this.id,
    );
    const adopting = this.daemon.adopt();
    await this.settle();
    // those that nobody looks at are taken over a moment later
    let adopted = !waits;
    void adopting.finally(() => (adopted = true));
    for (let ms = 0; ms < 1000 && !adopted; ms += 10) await this.pass(10);
    if (waits) await adopting;
    await this.settle();
    this.between = false;
  }

  /** The daemon is killed and the next one takes over. Clients' connections are gone. @param waits until it has all panes */
  async restart(waits = true): Promise<void> {
    this.between = true;
    for (const duplex of this.duplexes.splice(0)) duplex.close(true);
    this.daemon.dispose();
    await settle();
    await this.boot(waits);
  }

  /** Everything ends, as when the machine does, and starts again from what is on disk. `asked`: it was stopped, not killed. */
  async reboot(asked = false): Promise<void> {
    if (asked) await this.daemon.disk.freeze(true);
    this.keeper = new FakeKeeper();
    await this.restart();
  }

  /** Waits until what has changed is on disk. */
  async saved(): Promise<void> {
    await this.settle();
    await this.daemon.disk.flush();
  }

  async settle(): Promise<void> {
    await settle(60);
  }

  /** Time passes, step by step, with everything that it causes. */
  async pass(ms: number): Promise<void> {
    await this.clock.advanceAsync(ms);
    await this.settle();
  }

  /** The same, long, while a client gives signs of life, as every view does. */
  async passWith(client: TestClient, ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= LIFE_MS) {
      client.send("ping", { n: 1 });
      await this.pass(Math.min(left, LIFE_MS));
    }
  }

  /** A byte stream to the daemon, from our own user at a unix socket or from somebody else. */
  dial(peer?: Peer): Duplex {
    const [client, server] = memoryPair();
    this.duplexes.push(client);
    if (this.between) {
      server.close(true);
      return client;
    }
    this.daemon.clients.add(new ClientConnection(this.daemon, server, peer));
    return client;
  }

  /** A connection that has not been greeted. */
  connect(peer?: Peer): TestClient {
    return new TestClient(this.dial(peer));
  }

  async client(kind: ClientKind = "tui", pane?: number, id = this.nextClient++): Promise<TestClient> {
    const client = this.connect();
    await client.greet(id, kind, pane);
    return client;
  }

  /** A client that shows a new session, or what `request` names. */
  async attached(request: Partial<Attach> = { create: {} }): Promise<TestClient> {
    const client = await this.client();
    const reply = await client.attach(request);
    if (reply.error) throw new Error(reply.error.message);
    await this.settle();
    return client;
  }

  /** The ports of commands, as this client's commands get them. Call what `cancels` holds to let its caller give up. */
  operations(client: TestClient, cancels: (() => void)[] = []): Operations {
    const connection = [...this.daemon.clients].find((c) => c.id === client.id);
    return new Operations(this.daemon, connection!, (cancel) => void cancels.push(cancel));
  }

  /** The ports for a script that is attached to nothing, called from this pane. */
  async script(pane?: number): Promise<Operations> {
    return this.operations(await this.client("cli", pane));
  }

  get errors(): string[] {
    return this.lines.filter((line) => line.includes('"level":"error"'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const duplex of this.duplexes) duplex.close(true);
    await settle();
    this.daemon.dispose();
    this.home[Symbol.dispose]();
  }
}

/**
 * A keeper without processes: what programs print and how they end is what a test says. It speaks the real protocol.
 */
import {
  FROM_KEEPER, KeeperDecoder, TO_KEEPER, blobPayload, encodeKeeperMessage, jsonPayload, parseBlobPayload,
  parseJsonPayload, parseSizePayload,
  parseWritePayload, sizePayload, type KeeperWelcome, type PaneExit, type SpawnRequest, type UpgradeState,
} from "../../src/keeper/protocol.ts";
import { KeeperLink } from "../../src/server/panes/keeper-link.ts";
import type { Duplex } from "../../src/transport/duplex.ts";
import { memoryPair } from "../../src/transport/memory.ts";

/** Above every pid that Linux gives: signals sent to it reach nobody. */
const FIRST_PID = 2 ** 22 + 1;

interface Logged {
  type: number;
  offset: number;
  payload: Uint8Array;
}

export class FakePane {
  readonly log: Logged[] = [];
  end = 0;
  effect = 0;
  exit: PaneExit | undefined;
  checkpoint = { position: 0, bytes: new Uint8Array() };
  attached = -1;
  credit = 0;
  cols: number;
  rows: number;
  readonly inputs = new Map<number, number>();
  /** What was written into the program's terminal, in order. */
  written = "";
  readonly signals: number[] = [];
  /** Numbers of the input that waits, while the program does not read. */
  readonly waiting: (() => void)[] = [];

  constructor(readonly id: number, readonly pid: number, readonly request: SpawnRequest) {
    this.cols = request.cols;
    this.rows = request.rows;
  }
}

export class FakeKeeper {
  readonly panes = new Map<number, FakePane>();
  readonly blobs = new Map<string, Uint8Array>();
  /** Panes that the daemon told to forget. */
  readonly closed: number[] = [];
  readonly spawned: SpawnRequest[] = [];
  stops = 0;
  healthy = 0;
  /** Why the next spawns fail. */
  spawnError: string | undefined;
  /** Why the next spawns fail, one each. */
  readonly failures: string[] = [];
  /** Spawns are answered only when `releaseSpawns` is called. */
  holdSpawns = false;
  /** Programs do not read: written input stays unacknowledged until `readInput`. */
  deaf = false;
  /** Input is refused, as at the bound. */
  refusing = false;
  /** Writes to programs that were asked for. */
  writes = 0;
  /** Hears what is written into a program's terminal. */
  wrote: (pane: FakePane, text: string) => void = () => {};
  private held: (() => void)[] = [];
  private duplex: Duplex | undefined;
  private nextPid = FIRST_PID;

  /** @param pair makes the connection to a daemon: its end, and ours */
  constructor(private readonly pair: () => readonly [Duplex, Duplex] = memoryPair) {}

  /** Connects a daemon; the one before hears no more. */
  async connect(lost: () => void = () => {}): Promise<{ link: KeeperLink; welcome: KeeperWelcome }> {
    this.duplex?.close(true);
    const [daemon, keeper] = this.pair();
    this.duplex = keeper;
    for (const pane of this.panes.values()) pane.attached = -1;
    const decoder = new KeeperDecoder();
    keeper.listen({
      data: (bytes) => {
        if (this.duplex === keeper)
          decoder.push(bytes, (type, pane, position, payload) => this.handle(type, pane, position, payload.slice()));
      },
      close() {},
    });
    return KeeperLink.connect(daemon, lost);
  }

  private send(type: number, pane: number, position = 0, payload?: Uint8Array): void {
    this.duplex?.write(encodeKeeperMessage(type, pane, position, payload));
  }

  private welcome(): void {
    for (const [key, bytes] of this.blobs) this.send(FROM_KEEPER.blob, 0, 0, blobPayload(key, bytes));
    const panes = [...this.panes.values()].map((p) => ({
      pane: p.id, pid: p.pid, start: p.log[0]?.offset ?? p.end, end: p.end, cols: p.cols, rows: p.rows,
      startCols: p.request.cols, startRows: p.request.rows,
      effect: p.effect, inputs: [...p.inputs], exit: p.exit,
    }));
    this.send(FROM_KEEPER.welcome, 0, 0, jsonPayload({ version: 1, pid: 1, startedAt: 0, restarts: 0, panes }));
  }

  /** Tells the daemon how a change to another build goes. */
  tellUpgrade(of: "upgraded" | "replaced", state: UpgradeState): void {
    this.send(FROM_KEEPER[of], 0, 0, jsonPayload(state));
  }

  private handle(type: number, id: number, position: number, payload: Uint8Array): void {
    if (type === TO_KEEPER.hello) return this.welcome();
    if (type === TO_KEEPER.spawn) return this.spawn(id, parseJsonPayload<SpawnRequest>(payload));
    if (type === TO_KEEPER.stop) return void this.stops++;
    if (type === TO_KEEPER.healthy) return void this.healthy++;
    if (type === TO_KEEPER.putBlob) {
      const { key, bytes } = parseBlobPayload(payload);
      return void (bytes.length === 0 ? this.blobs.delete(key) : this.blobs.set(key, bytes));
    }
    const pane = this.panes.get(id);
    if (!pane) return;
    switch (type) {
      case TO_KEEPER.attach: return this.attach(pane, position);
      case TO_KEEPER.credit: return void (pane.credit += position);
      case TO_KEEPER.write: return this.write(pane, position, payload);
      case TO_KEEPER.kill: return void pane.signals.push(position);
      case TO_KEEPER.effect: return void (pane.effect = Math.max(pane.effect, position));
      case TO_KEEPER.fetchCheckpoint: return this.send(
        FROM_KEEPER.checkpointed, id, pane.checkpoint.position, pane.checkpoint.bytes,
      );
      case TO_KEEPER.close:
        this.closed.push(id);
        return void this.panes.delete(id);
      case TO_KEEPER.resize: {
        const { cols, rows } = parseSizePayload(payload);
        [pane.cols, pane.rows] = [cols, rows];
        return this.append(pane, FROM_KEEPER.resized, sizePayload(cols, rows));
      }
      case TO_KEEPER.checkpoint: {
        pane.checkpoint = { position, bytes: payload.slice() };
        while (pane.log.length > 0 && pane.log[0]!.offset + advance(pane.log[0]!) <= position) pane.log.shift();
      }
    }
  }

  private spawn(id: number, request: SpawnRequest): void {
    const answer = () => {
      const error = this.failures.shift() ?? this.spawnError;
      if (error !== undefined) return this.send(FROM_KEEPER.spawned, id, 0, jsonPayload({ error }));
      let pane = this.panes.get(id);
      if (!pane) {
        this.spawned.push(request);
        this.panes.set(id, (pane = new FakePane(id, this.nextPid++, request)));
      }
      this.send(FROM_KEEPER.spawned, id, 0, jsonPayload({ pid: pane.pid }));
    };
    if (this.holdSpawns) this.held.push(answer);
    else answer();
  }

  /** Spawns that wait for that. */
  get heldSpawns(): number {
    return this.held.length;
  }

  releaseSpawns(): void {
    this.holdSpawns = false;
    for (const answer of this.held.splice(0)) answer();
  }

  private attach(pane: FakePane, from: number): void {
    pane.attached = from;
    for (const record of pane.log) {
      if (record.offset + advance(record) <= from) continue;
      const skip = Math.max(0, from - record.offset);
      this.send(
        record.type, pane.id, record.offset + skip,
        record.type === FROM_KEEPER.output ? record.payload.subarray(skip) : record.payload,
      );
    }
  }

  private write(pane: FakePane, sequence: number, payload: Uint8Array): void {
    const { client, effect, bytes } = parseWritePayload(payload);
    this.writes++;
    const done = () => this.send(
      FROM_KEEPER.written, pane.id, sequence, new Uint8Array(new Uint32Array([client]).buffer),
    );
    if ((sequence > 0 && (pane.inputs.get(client) ?? 0) >= sequence) || (effect > 0 && effect <= pane.effect))
      return done();
    if (this.refusing) return this.send(FROM_KEEPER.error, pane.id, sequence, jsonPayload({ error: "input", client }));
    if (effect > 0) pane.effect = effect;
    if (sequence > 0) pane.inputs.set(client, sequence);
    const text = new TextDecoder("latin1").decode(bytes);
    pane.written += text;
    this.wrote(pane, text);
    if (this.deaf) pane.waiting.push(done);
    else done();
  }

  /** The programs read what was typed meanwhile. */
  readInput(): void {
    this.deaf = false;
    for (const pane of this.panes.values()) for (const done of pane.waiting.splice(0)) done();
  }

  private append(pane: FakePane, type: number, payload: Uint8Array): void {
    const record = { type, offset: pane.end, payload };
    pane.log.push(record);
    pane.end += advance(record);
    if (pane.attached >= 0) this.send(type, pane.id, record.offset, payload);
  }

  pane(id: number): FakePane {
    const pane = this.panes.get(id);
    if (!pane) throw new Error(`the keeper has no pane ${id}, only ${[...this.panes.keys()]}`);
    return pane;
  }

  /** A program prints. */
  print(id: number, text: string | Uint8Array): void {
    this.append(this.pane(id), FROM_KEEPER.output, typeof text === "string" ? new TextEncoder().encode(text) : text);
  }

  /** A program ends. */
  end(id: number, code: number | null = 0, signal: string | null = null): void {
    const pane = this.pane(id);
    pane.exit = { code, signal };
    this.append(pane, FROM_KEEPER.exited, jsonPayload(pane.exit));
  }

  /** The keeper's end closes, as when it dies. */
  die(): void {
    this.duplex?.close(true);
  }
}

function advance(record: Logged): number {
  return record.type === FROM_KEEPER.output ? record.payload.length : 1;
}

/**
 * A real keeper on a temporary socket, and a bare daemon's end that speaks its protocol and writes down what it hears.
 */
import { join } from "node:path";
import { systemClock, type Clock } from "../../src/base/clock.ts";
import { LogRoot } from "../../src/base/log.ts";
import { Keeper } from "../../src/keeper/keeper.ts";
import {
  FROM_KEEPER, KeeperDecoder, TO_KEEPER, blobPayload, encodeKeeperMessage, jsonPayload, parseBlobPayload,
  parseJsonPayload,
  parseSizePayload, sizePayload, writePayload, type KeeperWelcome, type PaneExit, type SpawnRequest, type UpgradeState,
} from "../../src/keeper/protocol.ts";
import { Supervisor } from "../../src/keeper/supervisor.ts";
import type { Duplex } from "../../src/transport/duplex.ts";
import { connectUnix, listenUnix } from "../../src/transport/unix.ts";
import { tempFolder } from "./temp-folder.ts";
import { waitUntil } from "./wait-until.ts";

/** One record of a pane's log, as the daemon gets it. */
export type Heard =
  | { kind: "output"; position: number; text: string; length: number }
  | { kind: "resized"; position: number; cols: number; rows: number }
  | { kind: "exited"; position: number; exit: PaneExit };

/** A program run by `sh`, in a small environment. */
export function shell(script: string, cols = 80, rows = 24): SpawnRequest {
  return {
    argv: ["/bin/sh", "-c", script], env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", TERM: "xterm" }, cwd: "/",
    cols, rows,
  };
}

/** What a daemon's end has heard of one pane. */
export class PaneHeard {
  readonly log: Heard[] = [];
  readonly written: { client: number; sequence: number }[] = [];
  readonly refused: { client: number; sequence: number }[] = [];
  /** Position after the last record. */
  end = 0;

  get text(): string {
    return this.log.map((r) => (r.kind === "output" ? r.text : "")).join("");
  }

  get bytes(): number {
    return this.log.reduce((n, r) => n + (r.kind === "output" ? r.length : 0), 0);
  }

  get exit(): PaneExit | undefined {
    const last = this.log.at(-1);
    return last?.kind === "exited" ? last.exit : undefined;
  }
}

export class DaemonEnd {
  welcome: KeeperWelcome | undefined;
  readonly blobs = new Map<string, Uint8Array>();
  readonly spawned = new Map<number, { pid?: number; error?: string }[]>();
  readonly checkpoints = new Map<number, { position: number; bytes: Uint8Array }[]>();
  readonly errors: unknown[] = [];
  /** What was told of changes to another build, of daemon or keeper. */
  readonly upgrades: UpgradeState[] = [];
  closed = false;
  private readonly panes = new Map<number, PaneHeard>();

  constructor(readonly duplex: Duplex) {
    const decoder = new KeeperDecoder();
    duplex.listen({
      data: (bytes) => decoder.push(
        bytes, (type, pane, position, payload) => this.heard(type, pane, position, payload),
      ),
      close: () => void (this.closed = true),
    });
  }

  pane(id: number): PaneHeard {
    let pane = this.panes.get(id);
    if (!pane) this.panes.set(id, (pane = new PaneHeard()));
    return pane;
  }

  private heard(type: number, id: number, position: number, payload: Uint8Array): void {
    const pane = this.pane(id);
    const record = (heard: Heard, advance: number) => {
      if (pane.log.length > 0 && position !== pane.end)
        throw new Error(`pane ${id}: a record at ${position} instead of ${pane.end}`);
      pane.log.push(heard);
      pane.end = position + advance;
    };
    switch (type) {
      case FROM_KEEPER.welcome: return void (this.welcome = parseJsonPayload<KeeperWelcome>(payload));
      case FROM_KEEPER.output: return record(
        { kind: "output", position, text: new TextDecoder("latin1").decode(payload), length: payload.length },
        payload.length,
      );
      case FROM_KEEPER.resized: return record({ kind: "resized", position, ...parseSizePayload(payload) }, 1);
      case FROM_KEEPER.exited: return record(
        { kind: "exited", position, exit: parseJsonPayload<PaneExit>(payload) }, 1,
      );
      case FROM_KEEPER.written: return void pane.written.push({ client: clientOf(payload), sequence: position });
      case FROM_KEEPER.spawned: return void this.spawned.set(
        id, [...(this.spawned.get(id) ?? []), parseJsonPayload(payload)],
      );
      case FROM_KEEPER.checkpointed: return void this.checkpoints.set(
        id, [...(this.checkpoints.get(id) ?? []), { position, bytes: payload.slice() }],
      );
      case FROM_KEEPER.blob: {
        const { key, bytes } = parseBlobPayload(payload);
        return void this.blobs.set(key, bytes);
      }
      case FROM_KEEPER.upgraded:
      case FROM_KEEPER.replaced: return void this.upgrades.push(parseJsonPayload<UpgradeState>(payload));
      case FROM_KEEPER.error: {
        const error = parseJsonPayload<{ client?: number }>(payload);
        if (error.client !== undefined) pane.refused.push({ client: error.client, sequence: position });
        else this.errors.push(error);
      }
    }
  }

  send(type: number, pane = 0, position = 0, payload?: Uint8Array): void {
    this.duplex.write(encodeKeeperMessage(type, pane, position, payload));
  }

  async hello(versions = [1]): Promise<KeeperWelcome> {
    this.send(TO_KEEPER.hello, 0, 0, jsonPayload({ versions, pid: process.pid }));
    await waitUntil("the welcome", () => this.welcome !== undefined, () => this.errors);
    return this.welcome!;
  }

  /** Starts a program and waits for the answer. @returns its pid. */
  async spawn(pane: number, request: SpawnRequest): Promise<number> {
    const before = this.spawned.get(pane)?.length ?? 0;
    this.send(TO_KEEPER.spawn, pane, 0, jsonPayload(request));
    await waitUntil(`pane ${pane} to start`, () => (this.spawned.get(pane)?.length ?? 0) > before);
    const answer = this.spawned.get(pane)!.at(-1)!;
    if (answer.pid === undefined) throw new Error(answer.error);
    return answer.pid;
  }

  /** Starts a program, takes its log from the beginning and gives it much credit. */
  async run(pane: number, script: string, credit = 64 << 20): Promise<PaneHeard> {
    await this.spawn(pane, shell(script));
    this.attach(pane, 0, credit);
    return this.pane(pane);
  }

  attach(pane: number, position: number, credit = 0): void {
    this.send(TO_KEEPER.attach, pane, position);
    if (credit > 0) this.credit(pane, credit);
  }

  credit(pane: number, bytes: number): void {
    this.send(TO_KEEPER.credit, pane, bytes);
  }

  type(pane: number, client: number, sequence: number, bytes: string | Uint8Array, effect = 0): void {
    const payload = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
    this.send(TO_KEEPER.write, pane, sequence, writePayload(client, effect, payload));
  }

  resize(pane: number, cols: number, rows: number): void {
    this.send(TO_KEEPER.resize, pane, 0, sizePayload(cols, rows));
  }

  putBlob(key: string, bytes: Uint8Array): void {
    this.send(TO_KEEPER.putBlob, 0, 0, blobPayload(key, bytes));
  }

  /** Waits until everything sent before was handled: messages are answered in order. */
  async sync(): Promise<void> {
    const before = this.checkpoints.get(0xffff)?.length ?? 0;
    // a pane that is there for this alone
    if (!this.spawned.has(0xffff)) await this.spawn(0xffff, shell("sleep 1000"));
    this.send(TO_KEEPER.fetchCheckpoint, 0xffff);
    await waitUntil("the keeper", () => (this.checkpoints.get(0xffff)?.length ?? 0) > before);
  }

  /** Ends the connection as a killed daemon does. */
  async kill(): Promise<void> {
    this.duplex.close(true);
    await waitUntil("the connection to end", () => this.closed);
  }
}

function clientOf(payload: Uint8Array): number {
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
}

/** A keeper that no daemon is started for, in a folder of its own. Dispose it with `await using`. */
export async function keeperRig(clock: Clock = systemClock) {
  const folder = tempFolder();
  const path = join(folder.path, "k");
  const lines: string[] = [];
  const log = new LogRoot(clock, (line) => lines.push(line), "debug").scope("keeper");
  const supervisor = new Supervisor(() => {
    throw new Error("no daemon is started in these tests");
  }, clock, log);
  let ended = false;
  const keeper = new Keeper(clock, log, supervisor, () => void (ended = true));
  const listener = await listenUnix(path, (duplex) => keeper.accept(duplex));
  const ends: DaemonEnd[] = [];
  const connect = async (): Promise<DaemonEnd> => {
    const end = new DaemonEnd(await connectUnix(path));
    ends.push(end);
    await end.hello();
    return end;
  };
  return {
    keeper, path, lines, supervisor,
    get ended() {
      return ended;
    },
    /** A connection that has not said hello. */
    stranger: async (): Promise<DaemonEnd> => {
      const end = new DaemonEnd(await connectUnix(path));
      ends.push(end);
      return end;
    },
    connect,
    async [Symbol.asyncDispose]() {
      await keeper.stop();
      for (const end of ends) end.duplex.close(true);
      listener.dispose();
      await waitUntil("the connections to end", () => ends.every((end) => end.closed));
      folder[Symbol.dispose]();
    },
  };
}

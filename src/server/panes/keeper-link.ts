/** The daemon's end of the keeper protocol. Owns the connection; panes subscribe by id. */
import type { Clock } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import {
  FROM_KEEPER, KEEPER_HEAD_BYTES, KEEPER_VERSION, KeeperDecoder, LARGEST_KEEPER_MESSAGE, TO_KEEPER, blobPayload, encodeKeeperMessage, jsonPayload,
  parseBlobPayload, parseJsonPayload, parseSizePayload, sizePayload, writePayload,
  type KeeperWelcome, type PaneExit, type SpawnRequest, type UpgradeState,
} from "../../keeper/protocol.ts";
import type { Duplex } from "../../transport/duplex.ts";

/** What a pane hears from the keeper, in the order of its log. */
export interface PaneFeed {
  /** Output that begins at this position. The bytes are valid only during the call. */
  output(position: number, bytes: Uint8Array): void;
  resized(position: number, cols: number, rows: number): void;
  exited(position: number, exit: PaneExit): void;
  /** Input of this client up to this sequence is in the PTY. */
  written(client: number, sequence: number): void;
  /** The PTY takes no more input: the program does not read. */
  refused(client: number, sequence: number): void;
}

/** A keeper that has not said anything about an upgrade after this long never will. */
const UPGRADE_ANSWER_MS = 3000;

export class KeeperLink {
  /** What the keeper held when this daemon connected. */
  readonly blobs = new Map<string, Uint8Array>();
  /** Called when the keeper begins to end everything. */
  stopping: () => void = () => {};
  /** How the last upgrade of the daemon, and the last of the keeper itself, went, or goes. */
  upgrade: UpgradeState | undefined;
  replaced: UpgradeState | undefined;
  private readonly upgrading = new Set<(state: UpgradeState) => void>();
  private readonly flushing: (() => void)[] = [];
  private readonly feeds = new Map<number, PaneFeed>();
  private readonly spawning = new Map<number, { resolve(pid: number): void; reject(error: Error): void }>();
  private readonly fetching = new Map<number, (checkpoint: { position: number; bytes: Uint8Array }) => void>();

  private constructor(private readonly duplex: Duplex) {}

  /** Greets the keeper. `lost` is called if the connection ends later: the daemon then has no reason to live. */
  static connect(duplex: Duplex, lost: () => void): Promise<{ link: KeeperLink; welcome: KeeperWelcome }> {
    const link = new KeeperLink(duplex);
    const decoder = new KeeperDecoder();
    return new Promise((resolve, reject) => {
      duplex.listen({
        data: (bytes) =>
          decoder.push(bytes, (type, pane, position, payload) => {
            if (type === FROM_KEEPER.welcome) resolve({ link, welcome: link.welcomed(parseJsonPayload<KeeperWelcome>(payload)) });
            else if (type === FROM_KEEPER.error && pane === 0) reject(new FugueError("version", parseJsonPayload<{ error: string }>(payload).error));
            else link.handle(type, pane, position, payload);
          }),
        drain: () => link.drained(),
        close: () => {
          link.drained();
          reject(new FugueError("closed", "the keeper closed the connection"));
          lost();
        },
      });
      link.send(TO_KEEPER.hello, 0, 0, jsonPayload({ versions: [KEEPER_VERSION], pid: process.pid }));
    });
  }

  private welcomed(welcome: KeeperWelcome): KeeperWelcome {
    this.upgrade = welcome.upgrade;
    this.replaced = welcome.replaced;
    return welcome;
  }

  /** Whether a payload fits into a message. */
  takes(payload: Uint8Array): boolean {
    return payload.length <= LARGEST_KEEPER_MESSAGE - KEEPER_HEAD_BYTES;
  }

  private send(type: number, pane: number, position = 0, payload?: Uint8Array): void {
    const message = encodeKeeperMessage(type, pane, position, payload);
    if (message.length - 4 > LARGEST_KEEPER_MESSAGE) {
      throw new FugueError("tooLarge", `${message.length >> 20} MiB are too much for the keeper`);
    }
    this.duplex.write(message);
  }

  private handle(type: number, pane: number, position: number, payload: Uint8Array): void {
    const feed = this.feeds.get(pane);
    switch (type) {
      case FROM_KEEPER.output:
        return feed?.output(position, payload);
      case FROM_KEEPER.resized: {
        const { cols, rows } = parseSizePayload(payload);
        return feed?.resized(position, cols, rows);
      }
      case FROM_KEEPER.exited:
        return feed?.exited(position, parseJsonPayload<PaneExit>(payload));
      case FROM_KEEPER.written:
        return feed?.written(new DataView(payload.buffer, payload.byteOffset).getUint32(0, true), position);
      case FROM_KEEPER.error:
        return feed?.refused(parseJsonPayload<{ client: number }>(payload).client, position);
      case FROM_KEEPER.upgraded:
        return void (this.upgrade = this.toldOf(this.upgrade, parseJsonPayload<UpgradeState>(payload)));
      case FROM_KEEPER.replaced:
        return void (this.replaced = this.toldOf(this.replaced, parseJsonPayload<UpgradeState>(payload)));
      case FROM_KEEPER.stopping:
        return this.stopping();
      case FROM_KEEPER.spawned:
        return this.spawned(pane, parseJsonPayload(payload));
      case FROM_KEEPER.blob: {
        const { key, bytes } = parseBlobPayload(payload);
        return void this.blobs.set(key, bytes);
      }
      case FROM_KEEPER.checkpointed: {
        this.fetching.get(pane)?.({ position, bytes: payload.slice() });
        return void this.fetching.delete(pane);
      }
    }
  }

  /** @returns how the change that is told of goes: who asks for another build meanwhile is refused, which says nothing of it */
  private toldOf(known: UpgradeState | undefined, state: UpgradeState): UpgradeState {
    for (const each of [...this.upgrading]) each(state);
    return known?.state === "trying" && known.executable !== state.executable ? known : state;
  }

  private spawned(pane: number, answer: { pid?: number; error?: string }): void {
    const waiting = this.spawning.get(pane);
    this.spawning.delete(pane);
    if (answer.pid !== undefined) waiting?.resolve(answer.pid);
    else waiting?.reject(new FugueError("failed", answer.error ?? "the keeper refused"));
  }

  /** Starts a program; repeated for the same pane it answers with the running one. @throws FugueError `failed`. */
  spawn(pane: number, request: SpawnRequest): Promise<number> {
    if (this.spawning.has(pane)) return Promise.reject(new FugueError("failed", `pane %${pane} is being started`));
    this.send(TO_KEEPER.spawn, pane, 0, jsonPayload(request));
    return new Promise((resolve, reject) => this.spawning.set(pane, { resolve, reject }));
  }

  /** The last checkpoint the keeper holds for a pane; empty bytes if there is none. */
  fetchCheckpoint(pane: number): Promise<{ position: number; bytes: Uint8Array }> {
    this.send(TO_KEEPER.fetchCheckpoint, pane);
    return new Promise((resolve) => this.fetching.set(pane, resolve));
  }

  /** Wants the pane's log from `position` on. */
  attach(pane: number, position: number, feed: PaneFeed): void {
    this.feeds.set(pane, feed);
    this.send(TO_KEEPER.attach, pane, position);
  }

  /** Has a pane's program wait, once its terminal is full, until somebody wants its log. */
  hold(pane: number): void {
    // from the beginning: nothing is dropped; without credit nothing is sent, and nothing read
    this.send(TO_KEEPER.attach, pane, 0);
  }

  credit(pane: number, bytes: number): void {
    this.send(TO_KEEPER.credit, pane, bytes);
  }

  /** Writes input (client and sequence) or an answer to the program (client 0, sequence 0, effect ordinal). */
  write(pane: number, client: number, sequence: number, effect: number, bytes: Uint8Array): void {
    this.send(TO_KEEPER.write, pane, sequence, writePayload(client, effect, bytes));
  }

  /** Records that an external effect is about to happen. */
  effect(pane: number, ordinal: number): void {
    this.send(TO_KEEPER.effect, pane, ordinal);
  }

  resize(pane: number, cols: number, rows: number): void {
    this.send(TO_KEEPER.resize, pane, 0, sizePayload(cols, rows));
  }

  kill(pane: number, signal: number): void {
    this.send(TO_KEEPER.kill, pane, signal);
  }

  checkpoint(pane: number, position: number, bytes: Uint8Array): void {
    this.send(TO_KEEPER.checkpoint, pane, position, bytes);
  }

  /** Forgets a pane and closes its terminal. */
  close(pane: number): void {
    this.feeds.delete(pane);
    this.send(TO_KEEPER.close, pane);
  }

  putBlob(key: string, bytes: Uint8Array): void {
    this.send(TO_KEEPER.putBlob, 0, 0, blobPayload(key, bytes));
  }

  /** Bytes for the keeper that are still in this process. */
  get buffered(): number {
    return this.duplex.buffered;
  }

  /** Resolves when all that was sent so far is out of this process: a kill loses none of it. */
  flushed(): Promise<void> {
    if (this.buffered === 0) return Promise.resolve();
    return new Promise((resolve) => this.flushing.push(resolve));
  }

  private drained(): void {
    for (const resolve of this.flushing.splice(0)) resolve();
  }

  /** This daemon serves clients. */
  ready(): void {
    this.send(TO_KEEPER.healthy, 0, 1);
  }

  healthy(): void {
    this.send(TO_KEEPER.healthy, 0);
  }

  /** Has the keeper start a daemon of another build, which takes over. Resolves when it is being tried, or has failed. */
  startBuild(executable: string, clock: Clock): Promise<UpgradeState> {
    return this.change(TO_KEEPER.upgrade, executable, clock);
  }

  /** Has a keeper of another build take the place of this one. Resolves when it is being tried, or has failed. */
  replaceKeeper(executable: string, clock: Clock): Promise<UpgradeState> {
    return this.change(TO_KEEPER.replace, executable, clock);
  }

  private change(type: number, executable: string, clock: Clock): Promise<UpgradeState> {
    this.send(type, 0, 0, jsonPayload({ executable }));
    return new Promise((resolve) => {
      const done = (state: UpgradeState) => {
        // of another build, which somebody else wants
        if (state.executable !== executable) return;
        timer.cancel();
        this.upgrading.delete(done);
        resolve(state);
      };
      const why = "the keeper was started by an older release, which can't do that; fugue stop ends it, and all that runs";
      const timer = clock.after(UPGRADE_ANSWER_MS, () => done({ executable, state: "failed", why }));
      this.upgrading.add(done);
    });
  }

  stop(): void {
    this.send(TO_KEEPER.stop, 0);
  }
}

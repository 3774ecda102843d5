/**
 * The keeper: parent of every pane's process, owner of the PTY masters, supervisor of the daemon. It knows nothing of
 * terminals, sessions or networks. One daemon is connected at a time; a new one replaces the old.
 */
import { sleep, type Clock } from "../base/clock.ts";
import { peerOf } from "../base/libc.ts";
import type { Logger } from "../base/log.ts";
import { RELEASE } from "../base/release.ts";
import type { SocketDuplex } from "../transport/socket.ts";
import { Reaper, adoptProgram } from "./adopted-program.ts";
import type { Handover } from "./handover.ts";
import { KeeperPane } from "./pane.ts";
import {
  FROM_KEEPER, KEEPER_VERSION, KeeperDecoder, TO_KEEPER, blobPayload, encodeKeeperMessage, jsonPayload,
  parseBlobPayload, parseJsonPayload, parseSizePayload, parseWritePayload, type KeeperWelcome, type SpawnRequest, type UpgradeState,
} from "./protocol.ts";
import { Pty } from "./pty.ts";
import type { Predecessor } from "./replacement.ts";
import type { Supervisor } from "./supervisor.ts";

const MOST_PANES = 4096;
const MOST_BLOB_BYTES = 128 * 1024 * 1024;
const STOP_PATIENCE_MS = 1500;
const HANGUP_PATIENCE_MS = 700;
const SIGHUP = 1;
const SIGCONT = 18;
const SIGKILL = 9;

export class Keeper implements Predecessor {
  stopping = false;
  /** Puts another build in this keeper's place. @returns only if that failed: why */
  replace: (executable: string) => Promise<string> = async () => "this keeper can't be replaced";
  /** How the last replacement went, or goes. */
  replaced: UpgradeState | undefined;
  private readonly panes = new Map<number, KeeperPane>();
  private readonly blobs = new Map<string, Uint8Array>();
  private daemon: SocketDuplex | undefined;
  private daemonGone: (() => void) | undefined;
  private startedAt: number;

  /** @param ended called once everything has been stopped */
  constructor(
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly supervisor: Supervisor,
    private readonly ended: () => void,
    /** Called when what the supervisor tells has changed. */
    private readonly changed: () => void = () => {},
  ) {
    this.startedAt = clock.wall();
    supervisor.changed = () => this.tellUpgrade();
  }

  /** A connection came in on the keeper's socket. Only our own user may speak. */
  accept(duplex: SocketDuplex): void {
    const fd = (duplex.socket as unknown as { fd: number }).fd;
    const peer = peerOf(fd);
    if (peer && process.getuid && peer.uid !== process.getuid()) {
      this.log.warn("foreign peer refused", { uid: peer.uid });
      duplex.close(true);
      return;
    }
    const decoder = new KeeperDecoder();
    duplex.listen({
      data: (bytes) => {
        try {
          decoder.push(bytes, (type, pane, position, payload) => this.handle(duplex, type, pane, position, payload));
        } catch (error) {
          this.log.error("bad message from daemon", { error: String(error) });
          duplex.close(true);
        }
      },
      close: () => this.disconnected(duplex),
    });
  }

  private disconnected(duplex: SocketDuplex): void {
    if (this.daemon !== duplex) return;
    this.daemon = undefined;
    for (const pane of this.panes.values()) pane.detach();
    this.daemonGone?.();
  }

  private readonly send = (message: Uint8Array): void => this.daemon?.write(message);

  private handle(from: SocketDuplex, type: number, id: number, position: number, payload: Uint8Array): void {
    if (type === TO_KEEPER.hello) return this.welcome(from, payload);
    if (from !== this.daemon) return;
    if (type === TO_KEEPER.spawn) return this.spawn(id, parseJsonPayload<SpawnRequest>(payload));
    if (type === TO_KEEPER.putBlob) return this.putBlob(payload);
    if (type === TO_KEEPER.healthy) return position === 1 ? this.supervisor.ready() : this.supervisor.healthy();
    if (type === TO_KEEPER.stop) return void this.stop();
    if (type === TO_KEEPER.upgrade) return this.upgrade(parseJsonPayload<{ executable: string }>(payload).executable);
    if (type === TO_KEEPER.replace) return this.beReplaced(parseJsonPayload<{ executable: string }>(payload).executable);
    const pane = this.panes.get(id);
    if (pane) this.handlePane(pane, type, position, payload);
  }

  private handlePane(pane: KeeperPane, type: number, position: number, payload: Uint8Array): void {
    switch (type) {
      case TO_KEEPER.attach:
        return pane.attach(position);
      case TO_KEEPER.credit:
        return pane.addCredit(position);
      case TO_KEEPER.write: {
        const { client, effect, bytes } = parseWritePayload(payload);
        return pane.write(client, position, effect, bytes);
      }
      case TO_KEEPER.resize: {
        const { cols, rows } = parseSizePayload(payload);
        return pane.resize(cols, rows);
      }
      case TO_KEEPER.kill:
        return pane.kill(position);
      case TO_KEEPER.checkpoint:
        return pane.checkpoint(position, payload.slice());
      case TO_KEEPER.fetchCheckpoint:
        return pane.sendCheckpoint();
      case TO_KEEPER.effect:
        return pane.recordEffect(position);
      case TO_KEEPER.close:
        this.panes.delete(pane.id);
        return pane.close();
    }
  }

  private welcome(from: SocketDuplex, payload: Uint8Array): void {
    const hello = parseJsonPayload<{ versions: number[]; pid: number }>(payload);
    if (!hello.versions.includes(KEEPER_VERSION)) {
      from.write(encodeKeeperMessage(FROM_KEEPER.error, 0, 0, jsonPayload({ error: `keeper speaks version ${KEEPER_VERSION}` })));
      return from.close();
    }
    if (this.daemon) {
      for (const pane of this.panes.values()) pane.detach();
      this.daemon.close(true);
    }
    this.daemon = from;
    this.supervisor.connected(hello.pid);
    const welcome: KeeperWelcome = {
      version: KEEPER_VERSION, release: RELEASE, pid: process.pid, startedAt: this.startedAt, replaced: this.replaced, restarts: this.supervisor.restarts,
      lastExit: this.supervisor.lastExit, upgrade: this.supervisor.upgrade, panes: [...this.panes.values()].map((pane) => pane.describe()),
    };
    for (const [key, bytes] of this.blobs) this.send(encodeKeeperMessage(FROM_KEEPER.blob, 0, 0, blobPayload(key, bytes)));
    this.send(encodeKeeperMessage(FROM_KEEPER.welcome, 0, 0, jsonPayload(welcome)));
  }

  private upgrade(executable: string): void {
    // a daemon that is tried while its keeper is replaced would be left without one
    const why = this.replaced?.state === "trying" ? "an upgrade is under way" : this.supervisor.tryBuild(executable);
    if (why !== undefined) this.send(encodeKeeperMessage(FROM_KEEPER.upgraded, 0, 0, jsonPayload({ executable, state: "failed", why })));
  }

  private tellUpgrade(): void {
    if (this.supervisor.upgrade) this.send(encodeKeeperMessage(FROM_KEEPER.upgraded, 0, 0, jsonPayload(this.supervisor.upgrade)));
    this.changed();
  }

  private spawn(id: number, request: SpawnRequest): void {
    const answer = (value: unknown) => this.send(encodeKeeperMessage(FROM_KEEPER.spawned, id, 0, jsonPayload(value)));
    const existing = this.panes.get(id);
    if (existing) return answer({ pid: existing.pid });
    if (this.stopping) return answer({ error: "the server is stopping" });
    if (this.panes.size >= MOST_PANES) return answer({ error: `${MOST_PANES} panes are open` });
    try {
      const pane = KeeperPane.start(id, request, this.clock, this.send);
      this.panes.set(id, pane);
      answer({ pid: pane.pid });
    } catch (error) {
      answer({ error: error instanceof Error ? error.message : String(error) });
    }
  }

  private putBlob(payload: Uint8Array): void {
    const { key, bytes } = parseBlobPayload(payload);
    if (bytes.length === 0) return void this.blobs.delete(key);
    let held = bytes.length;
    for (const [other, value] of this.blobs) if (other !== key) held += value.length;
    if (held > MOST_BLOB_BYTES) return this.log.error("blob refused: too much is held", { key, held });
    this.blobs.set(key, bytes);
  }

  /** Ends everything: programs are hung up, then killed; then the daemon; then the keeper itself. */
  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    this.log.info("stopping", { panes: this.panes.size });
    this.send(encodeKeeperMessage(FROM_KEEPER.stopping, 0, 0));
    for (const pane of this.panes.values()) {
      pane.kill(SIGHUP);
      pane.kill(SIGCONT);
    }
    const panes = [...this.panes.values()];
    const patience = new Promise<void>((resolve) => void this.clock.after(HANGUP_PATIENCE_MS, resolve));
    await Promise.race([Promise.all(panes.map((pane) => pane.gone)), patience]);
    for (const pane of panes) pane.kill(SIGKILL);
    await this.supervisor.stop(STOP_PATIENCE_MS);
    for (const pane of this.panes.values()) pane.close();
    this.ended();
  }

  // Another keeper takes over

  private beReplaced(executable: string): void {
    const tell = (state: UpgradeState) => {
      this.send(encodeKeeperMessage(FROM_KEEPER.replaced, 0, 0, jsonPayload(state)));
      this.log.info("replacement", { ...state });
    };
    // what is told of one that was not begun says nothing of the one that is under way
    if (this.replaced?.state === "trying" || this.supervisor.busy) return tell({ executable, state: "failed", why: "an upgrade is under way" });
    tell((this.replaced = { executable, state: "trying" }));
    void this.replace(executable).then((why) => tell((this.replaced = { executable, state: "failed", why })));
  }

  handover(): Handover {
    const { startedAt, blobs, supervisor: { restarts, lastExit } } = this;
    return { startedAt, restarts, lastExit, blobs, panes: [...this.panes.values()].map((pane) => pane.stock()) };
  }

  drain(): boolean {
    const panes = [...this.panes.values()];
    for (const pane of panes) pane.drain();
    return panes.every(({ quiet }) => quiet);
  }

  async endDaemon(): Promise<void> {
    const gone = new Promise<void>((resolve) => (this.daemonGone = resolve));
    await this.supervisor.suspend();
    if (this.daemon) await Promise.race([gone, sleep(this.clock, STOP_PATIENCE_MS)]);
    this.daemon?.close(true);
  }

  resume(): void {
    for (const pane of this.panes.values()) pane.resume();
    if (!this.stopping) this.supervisor.run();
  }

  /** Goes on where another keeper stopped. @param replaced how that came */
  adopt({ startedAt, restarts, lastExit, blobs, panes }: Handover, replaced: UpgradeState): void {
    this.startedAt = startedAt;
    this.replaced = replaced;
    Object.assign(this.supervisor, { restarts, lastExit });
    for (const [key, bytes] of blobs) this.blobs.set(key, bytes);
    const reaper = new Reaper(this.clock);
    for (const { program, ...stock } of panes) {
      const pty = new Pty(adoptProgram(stock.kept.pid, program, reaper), this.clock);
      this.panes.set(stock.kept.pane, new KeeperPane(stock, pty, this.clock, this.send));
      if (program.held) pty.hold(false);
    }
  }
}

/**
 * One tunnel: its sockets on this machine, the SSH connection behind them, and the streams between. It lives in a process
 * of its own (tunnel-process.ts) and ends when it is told to, with its last client, or for want of use.
 */
import { followAgent } from "../base/agent-link.ts";
import type { Clock, Timer } from "../base/clock.ts";
import { asFugueError, FugueError } from "../base/errors.ts";
import { peerOf } from "../base/libc.ts";
import { Disposables, type Disposable } from "../base/lifecycle.ts";
import type { Logger } from "../base/log.ts";
import type { Random } from "../base/random.ts";
import { RELEASE } from "../base/release.ts";
import type { ServerProfile } from "../config/servers.ts";
import type { DialStage, Prompter } from "../transport/dialer.ts";
import type { Duplex } from "../transport/duplex.ts";
import type { SocketDuplex } from "../transport/socket.ts";
import { listenUnix } from "../transport/unix.ts";
import type { TunnelStatus } from "./control-messages.ts";
import { serveControl, type Controlled } from "./control-server.ts";
import { NotInstalled } from "./far-command.ts";
import { farAddress, FarSide } from "./far-side.ts";
import { HeldStream } from "./held-stream.ts";
import { joinStreams } from "./join.ts";
import { Link } from "./link.ts";
import { listenPort, localPort } from "./local-port.ts";
import { LoopGuard } from "./loop-guard.ts";
import { People, type Person } from "./people.ts";
import { ownIdentity, type ProcessIdentity } from "./process-identity.ts";
import { profileSum, targetOf } from "./profile-sum.ts";
import { RECORD_VERSION, removeFile, writeRecord } from "./record.ts";
import type { TunnelFiles } from "./registry.ts";
import { Spare } from "./spare.ts";
import { Standby } from "./standby.ts";
import type { SshConnection } from "./ssh/connection.ts";

const MOST_CLIENTS = 1000;
/** A tunnel that is not to stay ends this long after its last client: commands of one script follow each other. */
const EPHEMERAL_MS = 1000;
/** The far daemon hangs up on strangers that say nothing for ten seconds. */
const STRANGER_SPARE_MS = 8000;
/** A spare that has to be renewed again and again is kept only this long after the last client. */
const SPARE_WANTED_MS = 600_000;

/** Offers to put fugue on a machine without it. @returns whether it is there now */
export type Install = (connection: SshConnection, prompter: Prompter, alive: () => void) => Promise<boolean>;

/** Fetches and keeps what the far daemon wants to be proved; absent where the far user's id is proof enough. */
export type FetchSecret = (connection: SshConnection) => Promise<void>;

export interface TunnelSetup {
  readonly profile: ServerProfile;
  /** It ends with its last client. */
  readonly ephemeral: boolean;
  /** Listens on the port of a tcp address as well. */
  readonly port: boolean;
  readonly files: TunnelFiles;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Opens an SSH connection; `agent` is a path that goes on leading to the agent of the client that came last. */
  openSsh(prompter: Prompter, signal: AbortSignal, agent: string | undefined): Promise<SshConnection>;
  readonly fetchSecret?: FetchSecret;
  readonly install?: Install;
  /** It has ended, and left nothing but its log. Called once. */
  ended(): void;
}

export class Tunnel implements Controlled, Disposable {
  readonly name: string;
  readonly release = RELEASE;
  readonly profile: string;
  private readonly own = new Disposables();
  private readonly process: ProcessIdentity = ownIdentity();
  private readonly people = new People();
  private readonly link: Link;
  private readonly far: FarSide;
  private readonly spare: Spare;
  private readonly standby: Standby;
  private readonly guard: LoopGuard;
  private readonly startedAt: number;
  private readonly endpoints: string[] = [];
  private readonly clients = new Set<() => void>();
  private openers = 0;
  private bytesIn = 0;
  private bytesOut = 0;
  /** Whether a client has brought an agent. */
  private hasAgent = false;
  private usedAt: number;
  private idle: Timer | undefined;
  private installing: Promise<boolean> | undefined;
  private farReady = false;
  private secretKnown = false;
  private stopped = false;

  constructor(private readonly setup: TunnelSetup) {
    const { profile, clock, random, log } = setup;
    this.name = profile.name;
    this.profile = profileSum(profile);
    this.startedAt = clock.wall();
    this.usedAt = clock.now();
    const address = farAddress(profile);
    const { addr } = profile;
    const same = setup.port && addr.kind === "tcp" && address.kind === "tcp" && addr.port === address.port;
    this.guard = this.own.own(new LoopGuard(same, clock, (duplex) => this.accept(duplex)));
    this.far = new FarSide({ address, clock, random, log, timeoutMs: profile.tunnelTimeout });
    this.link = new Link({
      open: (prompter, signal) => setup.openSsh(prompter, signal, this.hasAgent ? setup.files.agent : undefined),
      people: this.people, clock, random, log,
      revive: (signal, rttMs) => this.standby.revive(signal, rttMs),
      busy: () => this.clients.size > 0 || this.openers > 0,
      changed: () => this.record(),
      connected: (connection) => this.connected(connection),
    });
    this.standby = new Standby({
      open: (signal) => setup.openSsh(this.people.onlookers, signal, this.hasAgent ? setup.files.agent : undefined),
      ...(this.far.trusted && { stream: (connection) => this.far.open(connection, { start: false }) }),
      clock, log, wanted: () => this.link.connection?.reaches !== undefined && this.clients.size > 0,
    });
    this.spare = new Spare({
      open: async () => this.far.open(await this.standing(), { start: false }),
      clock,
      ...(!this.far.trusted && { lifetimeMs: STRANGER_SPARE_MS }),
      wanted: () => this.link.connection !== undefined && (this.far.trusted || clock.now() - this.usedAt < SPARE_WANTED_MS),
    });
  }

  /** Opens its sockets. @throws FugueError if one can't be opened; PortBusy if its port is taken */
  async listen(): Promise<void> {
    const { files, profile } = this.setup;
    if (profile.addr.kind === "tcp" && this.setup.port) {
      const where = localPort(profile.addr);
      this.own.own(listenPort(where, (duplex) => this.guard.take(duplex)));
      this.endpoints.push(`tcp://${where.host === "::1" ? "[::1]" : where.host}:${where.port}`);
    }
    this.own.own(await listenUnix(files.data, (duplex) => this.acceptOwn(duplex, () => this.accept(duplex))));
    this.endpoints.unshift(`unix://${files.data}`);
    this.own.own(await listenUnix(files.control, (duplex) => this.acceptOwn(duplex, () => serveControl(duplex, this))));
    this.record();
    this.rest();
  }

  status(): TunnelStatus {
    const { link } = this;
    return {
      name: this.name, pid: process.pid, release: RELEASE, target: link.connection?.label ?? targetOf(this.setup.profile),
      endpoints: this.endpoints, state: link.state, since: link.since, startedAt: this.startedAt,
      clients: this.clients.size, bytesIn: this.bytesIn, bytesOut: this.bytesOut,
      ...(link.rttMs !== undefined && { rttMs: link.rttMs }),
      reconnects: link.reconnects,
      ...(link.lastError && { lastError: link.lastError.message }),
      ...(link.connection && { backend: link.connection.backend }),
    };
  }

  async open({ person, gone, agent }: { person: Person; gone: Promise<void>; agent?: string }): Promise<void> {
    this.hasAgent = followAgent(this.setup.files.agent, agent) || this.hasAgent;
    const leave = this.people.add(person);
    this.openers++;
    this.rest();
    // the opener counts until it hangs up: by then it has connected to the data socket
    void gone.then(() => {
      this.openers--;
      this.rest();
    });
    try {
      const connection = await this.link.connect();
      await this.prove(connection).catch((error: unknown) => {
        this.setup.log.warn("no server over there", { error: asFugueError(error).message });
        throw error;
      });
    } finally {
      leave();
    }
  }

  /** Makes sure that the far daemon answers on this connection: a spare stream is the proof. */
  private async prove(connection: SshConnection): Promise<void> {
    this.link.check();
    if (!this.spare.ready) {
      this.spare.put(await this.guard.check(await this.openFirst(connection), connection.label));
    }
    // the daemon, which runs now, is asked for it
    if (!this.secretKnown) await this.setup.fetchSecret?.(connection);
    this.secretKnown = true;
    this.farReady = true;
    this.far.refresh(connection);
  }

  /** The first stream to the far daemon; where no fugue is over there, somebody who waits may have it copied. */
  private async openFirst(connection: SshConnection): Promise<Duplex> {
    const options = { start: true, progress: (stage: DialStage, detail?: string) => this.people.progress(stage, detail) };
    try {
      return await this.far.open(connection, options);
    } catch (error) {
      if (!(error instanceof NotInstalled) || !this.people.present || !this.setup.install) throw error;
      // several who wait are asked once
      this.installing ??= this.setup.install(connection, this.people, () => this.link.heard()).finally(() => (this.installing = undefined));
      if (!(await this.installing)) throw error;
      return this.far.open(connection, options);
    }
  }

  private connected(connection: SshConnection | undefined): void {
    if (!connection) {
      this.spare.clear();
      for (const end of [...this.clients]) end();
      return;
    }
    if (!this.farReady) return;
    const stream = this.standby.takeStream();
    if (stream) this.spare.put(stream);
    this.spare.fill();
    this.standby.prepare();
    this.far.refresh(connection);
  }

  private async standing(): Promise<SshConnection> {
    if (this.link.connection) return this.link.connection;
    throw new FugueError("closed", "there is no connection");
  }

  /** The folder keeps others out; the kernel's word about the peer is asked all the same. */
  private acceptOwn(duplex: SocketDuplex, serve: () => void): void {
    const peer = peerOf((duplex.socket as unknown as { fd: number }).fd);
    if (peer && process.getuid && peer.uid !== process.getuid()) {
      this.setup.log.warn("foreign peer refused", { uid: peer.uid });
      return duplex.close(true);
    }
    serve();
  }

  private accept(local: Duplex): void {
    if (this.clients.size >= MOST_CLIENTS || this.stopped) return local.close(true);
    let leave = (): void => local.close(true);
    const client = (): void => leave();
    const gone = (): void => {
      if (!this.clients.delete(client)) return;
      this.usedAt = this.setup.clock.now();
      this.rest();
    };
    const near = new HeldStream(local, gone);
    this.clients.add(client);
    this.standby.prepare();
    this.rest();
    this.openFar().then(
      (far) => {
        if (near.closed || !this.clients.has(client)) return far.close(true);
        leave = joinStreams(near, far, {
          received: (bytes) => {
            this.bytesIn += bytes;
            this.link.heard();
          },
          sent: (bytes) => void (this.bytesOut += bytes),
          drained: () => this.link.heard(),
          ended: gone,
        });
      },
      (error: unknown) => {
        this.setup.log.warn("no stream for a client", { error: asFugueError(error).message });
        local.close(true);
        gone();
      },
    );
  }

  private async openFar(): Promise<Duplex> {
    const { clock, profile } = this.setup;
    const spare = this.spare.take();
    if (spare) return spare;
    let timer: Timer | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = clock.after(profile.tunnelTimeout, () => reject(new FugueError("timeout", "the far daemon did not answer in time")));
    });
    const opening = this.link.connect().then((connection) => this.spare.take() ?? this.far.open(connection, { start: true }));
    try {
      return await Promise.race([opening, late]);
    } catch (error) {
      void opening.then((duplex) => duplex.close(true), () => {});
      throw error;
    } finally {
      timer?.cancel();
    }
  }

  /** Decides whether it may end now that a client or an opener came or went. */
  private rest(): void {
    this.idle?.cancel();
    this.idle = undefined;
    if (this.stopped || this.clients.size > 0 || this.openers > 0) return;
    const { clock, profile, ephemeral, log } = this.setup;
    // one that nobody ever could use has told its starter why
    const brief = ephemeral || !profile.tunnelPersist || !this.farReady;
    const ms = brief ? EPHEMERAL_MS : profile.tunnelIdle;
    if (ms === undefined) return;
    this.idle = clock.after(ms, () => {
      log.info("not used any more", { after: ms });
      this.stop();
    });
  }

  private record(): void {
    if (this.stopped || this.endpoints.length === 0) return;
    const { link } = this;
    try {
      writeRecord(this.setup.files.record, {
        version: RECORD_VERSION, name: this.name, process: this.process, release: RELEASE,
        target: targetOf(this.setup.profile), endpoints: this.endpoints, profile: this.profile,
        state: link.state, since: link.since, reconnects: link.reconnects,
        ...(link.lastError && { lastError: link.lastError.message }),
      });
    } catch (error) {
      this.setup.log.error("the record can't be written", { error: asFugueError(error).message });
    }
  }

  /** Ends it: every client is cut off, files are removed. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    // the answer to whoever asked for the end still leaves
    this.setup.clock.after(0, () => this.dispose());
  }

  dispose(): void {
    this.stopped = true;
    this.idle?.cancel();
    for (const end of [...this.clients]) end();
    this.spare.dispose();
    this.standby.dispose();
    this.link.dispose();
    this.own.dispose();
    removeFile(this.setup.files.record);
    removeFile(this.setup.files.agent);
    this.setup.ended();
  }
}

/** An SSH connection that ssh2 holds in this process. */
import type { Channel, ChannelCallback, Client } from "ssh2";
import type { Duplex as NodeDuplex } from "node:stream";
import type { Clock } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import type { Disposable } from "../../base/lifecycle.ts";
import type { Duplex } from "../../transport/duplex.ts";
import type { SshConfiguration } from "./configuration.ts";
import type { SshConnection, SshExec, SshExecOptions, SshExit } from "./connection.ts";
import { connectionGone, forwardingForbidden, openFailure } from "./failures.ts";
import { greets } from "./greeting.ts";
import { quoteCommand } from "./quoting.ts";
import { StreamDuplex } from "./stream-duplex.ts";

const KEEPALIVE_MS = 5000;
/** A server that has not answered for so long is gone. */
const SILENCE_MS = 15_000;
/** How long the goodbye may take before the socket is closed hard. */
const GOODBYE_MS = 300;
const MOST_STDERR_BYTES = 64 * 1024;

export class Ssh2Connection implements SshConnection {
  readonly backend = "ssh2";
  readonly label: string;
  readonly forwardsAgent: boolean;
  readonly closed: Promise<FugueError | undefined>;
  private readonly settle: (error: FugueError | undefined) => void;
  private readonly streams = new Set<StreamDuplex>();
  private ended = false;
  private reason: FugueError | undefined;
  private unixWorks = false;
  private pinged: number | undefined;
  private readonly keepalive: { cancel(): void };
  private resting = false;
  readonly reaches?: (patienceMs: number, farMs: number) => Promise<boolean>;

  /**
   * @param through connections of jump hosts, which end with this one
   * @param address where the server was reached, if another login there would ask nobody
   */
  constructor(
    private readonly client: Client,
    private readonly socket: NodeDuplex,
    configuration: SshConfiguration,
    private readonly clock: Clock,
    private readonly through: Disposable | undefined,
    address?: { readonly host: string; readonly port: number },
  ) {
    this.label = configuration.label;
    this.forwardsAgent = configuration.forwardAgent !== undefined;
    if (address) this.reaches = (patienceMs, farMs) => greets(address.host, address.port, clock, patienceMs, farMs);
    const { promise, resolve } = Promise.withResolvers<FugueError | undefined>();
    this.closed = promise;
    this.settle = resolve;
    client.on("error", (error: Error) => {
      this.reason ??= new FugueError("closed", `the ssh connection to ${this.label} broke: ${error.message}`, undefined, error);
    });
    client.on("close", () => this.end());
    this.keepalive = clock.every(KEEPALIVE_MS, () => this.checkAlive());
  }

  /**
   * Makes sshd send small packets at once. It sets TCP_NODELAY when a session starts and not for streams alone, whose
   * packets then wait for our acknowledgement of the one before: 40 ms or a round trip. The sftp subsystem is the cheapest
   * session there is. Nobody waits for it, and without it things are only slower.
   */
  startSession(): void {
    this.channel("session", "", (done) => this.client.subsys("sftp", done)).then((channel) => channel.destroy(), () => {});
  }

  async openUnix(path: string): Promise<Duplex> {
    try {
      const stream = await this.open("unix", path, (done) => this.client.openssh_forwardOutStreamLocal(path, done));
      this.unixWorks = true;
      return stream;
    } catch (error) {
      // OpenSSH answers the same whether nobody listens or forwarding is forbidden; a socket that is there tells them apart
      if (!(error instanceof FugueError) || error.code !== "noServer" || this.unixWorks) throw error;
      if (await this.isSocket(path)) throw forwardingForbidden("unix", this.label);
      throw error;
    }
  }

  openTcp(host: string, port: number): Promise<Duplex> {
    return this.open("tcp", `${host}:${port}`, (done) => this.client.forwardOut("127.0.0.1", 0, host, port, done));
  }

  async exec(argv: readonly string[], options: SshExecOptions = {}): Promise<SshExec> {
    const command = quoteCommand(argv, options.env);
    const forward = (options.agentForward ?? true) && this.forwardsAgent;
    try {
      return await this.run(command, forward);
    } catch (error) {
      // a server that forwards no agents still runs commands
      if (!forward || this.ended || !(error instanceof FugueError) || error.code !== "failed") throw error;
      return this.run(command, false);
    }
  }

  roundTrip(): Promise<number> {
    const begin = this.clock.now();
    return this.call((resolve) => {
      this.client._callbacks.push(() => resolve(this.clock.now() - begin));
      this.client._protocol.ping();
    });
  }

  /** The far end of a jump: a raw stream to the next host. */
  async jump(host: string, port: number): Promise<Channel> {
    return this.channel("tcp", `${host}:${port}`, (done) => this.client.forwardOut("127.0.0.1", 0, host, port, done));
  }

  close(): void {
    if (this.ended) return;
    this.client.end();
    const timer = this.clock.after(GOODBYE_MS, () => this.socket.destroy());
    this.client.once("close", () => timer.cancel());
    this.end(true);
  }

  dispose(): void {
    this.close();
  }

  private end(wanted = false): void {
    if (this.ended) return;
    this.ended = true;
    this.keepalive.cancel();
    const gone = this.reason ?? connectionGone(this.label);
    for (const stream of this.streams) stream.gone(gone);
    this.through?.dispose();
    this.settle(wanted ? undefined : gone);
  }

  rest(on: boolean): void {
    this.resting = on;
  }

  private checkAlive(): void {
    if (this.resting && this.pinged === undefined) return;
    if (this.pinged !== undefined) {
      if (this.clock.now() - this.pinged < SILENCE_MS) return;
      this.reason ??= new FugueError("timeout", `${this.label} has not answered for ${SILENCE_MS / 1000} s`, "is the network up?");
      this.socket.destroy();
      return this.end();
    }
    this.pinged = this.clock.now();
    this.roundTrip().then(() => void (this.pinged = undefined), () => {});
  }

  /** Something that the server answers later, or never if the connection ends. */
  private call<T>(start: (resolve: (value: T) => void, reject: (error: unknown) => void) => void): Promise<T> {
    if (this.ended) return Promise.reject(connectionGone(this.label));
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    void this.closed.then((reason) => reject(reason ?? connectionGone(this.label)));
    try {
      start(resolve, reject);
    } catch (error) {
      reject(new FugueError("closed", `the ssh connection to ${this.label} is gone`, undefined, error));
    }
    return promise;
  }

  private channel(kind: "unix" | "tcp" | "session", to: string, start: (done: ChannelCallback) => void): Promise<Channel> {
    return this.opened(kind, to, start, (channel) => channel);
  }

  /** @param made listens to the channel in the tick that opens it: what comes in the same packet of the network is said but once */
  private opened<T>(kind: "unix" | "tcp" | "session", to: string, start: (done: ChannelCallback) => void, made: (channel: Channel) => T): Promise<T> {
    return this.call((resolve, reject) => start((error, channel) => {
      if (!error) return resolve(made(channel));
      const reason = typeof error.reason === "number" ? error.reason : undefined;
      reject(openFailure(kind, to, this.label, reason, error.message.replace(/^\(SSH\) Channel open failure: /, "")));
    }));
  }

  private open(kind: "unix" | "tcp", to: string, start: (done: ChannelCallback) => void): Promise<Duplex> {
    return this.opened(kind, to, start, (channel) => this.stream(channel, `ssh://${this.label} ${to}`, "stream"));
  }

  private stream(channel: Channel, label: string, ends: "stream" | "program"): StreamDuplex {
    const stream = new StreamDuplex(channel, label, ends);
    this.streams.add(stream);
    channel.once("close", () => this.streams.delete(stream));
    return stream;
  }

  private run(command: string, agentForward: boolean): Promise<SshExec> {
    return this.opened("session", "", (done) => this.client.exec(command, { agentForward }, done), (channel) => this.program(channel));
  }

  private program(channel: Channel): SshExec {
    const duplex = this.stream(channel, `ssh://${this.label} exec`, "program");
    const stderr: Buffer[] = [];
    let bytes = 0;
    channel.stderr.on("data", (piece: Buffer) => {
      const kept = piece.subarray(0, MOST_STDERR_BYTES - bytes);
      bytes += kept.length;
      if (kept.length > 0) stderr.push(Buffer.from(kept));
    });
    const { promise: exit, resolve } = Promise.withResolvers<SshExit>();
    let last: SshExit = {};
    channel.on("exit", (code: number | null, signal?: string) => {
      last = code === null ? { signal: signal?.replace(/^SIG/, "") } : { code };
    });
    channel.on("close", () => resolve(last));
    void this.closed.then(() => resolve(last));
    return { duplex, stderr: () => Buffer.concat(stderr).toString("utf8"), exit };
  }

  private async isSocket(path: string): Promise<boolean> {
    try {
      const probe = await this.exec(["test", "-S", path], { agentForward: false });
      probe.duplex.listen({ data() {}, close() {} });
      return (await probe.exit).code === 0;
    } catch {
      return false;
    }
  }
}

/**
 * The user's own master connection, used as a guest. Only what OpenSSH's own clients do is done to it: forwards on local
 * sockets, and commands by `ssh -S`. Its proxy mode is left alone, because a channel that is refused there ends the master
 * together with everything else that the user has on it.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import { randomHex, systemRandom } from "../../base/random.ts";
import type { Duplex } from "../../transport/duplex.ts";
import { connectUnix } from "../../transport/unix.ts";
import { CheckedDuplex } from "./checked-duplex.ts";
import { configArguments, type SshConfiguration } from "./configuration.ts";
import type { SshConnection, SshExec, SshExecOptions, SshExit, SshOptions, SshTarget } from "./connection.ts";
import { connectionGone, forwardingForbidden, openFailure } from "./failures.ts";
import { closeForward, openForward, type ForwardTarget } from "./mux.ts";
import { ProcessDuplex } from "./process-duplex.ts";
import { quoteCommand } from "./quoting.ts";
import { socketName } from "./socket-files.ts";

const MOST_STDERR_BYTES = 64 * 1024;
const MOST_NOISE_CHARS = 256;
const SETTINGS = ["ControlMaster=no", "BatchMode=yes", "RemoteCommand=none", "RequestTTY=no", "ClearAllForwardings=yes", "PermitLocalCommand=no"];

export class SharedConnection implements SshConnection {
  readonly backend = "openssh";
  readonly label: string;
  readonly forwardsAgent: boolean;
  readonly closed: Promise<FugueError | undefined>;
  private readonly settle: (error: FugueError | undefined) => void;
  private readonly clock: Clock;
  private readonly forwards = new Map<string, { socket: string; target: ForwardTarget }>();
  private readonly children = new Set<{ kill(): void }>();
  /** A far `cat`: its echo measures the way, and its end says that the master is gone. */
  private heart: Duplex | undefined;
  private readonly beats: (() => void)[] = [];
  private ended = false;

  private constructor(
    private readonly master: string, private readonly ssh: string, private readonly target: SshTarget,
    configuration: SshConfiguration, private readonly options: SshOptions,
  ) {
    this.label = configuration.label;
    this.forwardsAgent = configuration.forwardAgent !== undefined;
    this.clock = options.clock;
    const { promise, resolve } = Promise.withResolvers<FugueError | undefined>();
    this.closed = promise;
    this.settle = resolve;
  }

  /** @param master the control socket. @throws FugueError `closed`, `refused` if commands can't be run */
  static async open(master: string, ssh: string, target: SshTarget, configuration: SshConfiguration, options: SshOptions): Promise<SharedConnection> {
    const connection = new SharedConnection(master, ssh, target, configuration, options);
    const { duplex } = await connection.exec(["cat"], { agentForward: false });
    const begun = Promise.withResolvers<void>();
    // start files of the far shell may print something: only what comes behind our own word is an echo
    const word = randomHex(systemRandom, 16);
    let before: string | undefined = "";
    duplex.listen({
      data: (bytes) => {
        if (before === undefined) return bytes.forEach(() => connection.beats.shift()?.());
        before = (before + Buffer.from(bytes).toString("latin1")).slice(-MOST_NOISE_CHARS);
        if (!before.endsWith(word)) return;
        before = undefined;
        begun.resolve();
      },
      close: () => {
        connection.end(connectionGone(connection.label));
        begun.reject(connectionGone(connection.label));
      },
    });
    connection.heart = duplex;
    duplex.write(new TextEncoder().encode(word));
    await begun.promise;
    return connection;
  }

  openUnix(path: string): Promise<Duplex> {
    return this.stream("unix", path, { path });
  }

  openTcp(host: string, port: number): Promise<Duplex> {
    return this.stream("tcp", `${host}:${port}`, { host, port });
  }

  async exec(argv: readonly string[], options: SshExecOptions = {}): Promise<SshExec> {
    const command = quoteCommand(argv, options.env);
    if (this.ended) throw connectionGone(this.label);
    const forward = (options.agentForward ?? true) && this.forwardsAgent;
    const child = Bun.spawn(
      // without the master ssh would dial by itself, which the last setting prevents
      [this.ssh, ...configArguments(this.target), "-S", this.master, "-T", forward ? "-A" : "-a", ...SETTINGS.flatMap((line) => ["-o", line]),
        "-o", "ProxyCommand=false", "--", this.target.host, command],
      { env: { ...this.options.env }, cwd: "/", stdin: "pipe", stdout: "pipe", stderr: "pipe" },
    );
    this.children.add(child);
    const stderr: Uint8Array[] = [];
    const read = (async () => {
      let bytes = 0;
      for await (const piece of child.stderr) {
        if (bytes < MOST_STDERR_BYTES) stderr.push(piece.slice(0, MOST_STDERR_BYTES - bytes));
        bytes += piece.length;
      }
    })();
    const exit = Promise.all([child.exited, read]).then(([code]): SshExit => {
      this.children.delete(child);
      // 255 is ssh's own: the connection broke, or the program ended by a signal
      return code === 255 ? {} : { code };
    });
    return { duplex: new ProcessDuplex(child, `ssh://${this.label} exec`), stderr: () => Buffer.concat(stderr).toString("utf8"), exit };
  }

  async roundTrip(): Promise<number> {
    if (this.ended || !this.heart) throw connectionGone(this.label);
    const begin = this.clock.now();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.beats.push(resolve);
    this.heart.write(Uint8Array.of(10));
    await promise;
    if (this.ended) throw connectionGone(this.label);
    return this.clock.now() - begin;
  }

  close(): void {
    this.end(undefined);
  }

  dispose(): void {
    this.close();
  }

  private end(reason: FugueError | undefined): void {
    if (this.ended) return;
    this.ended = true;
    for (const child of this.children) child.kill();
    for (const beat of this.beats.splice(0)) beat();
    for (const { socket, target } of this.forwards.values()) {
      void closeForward(this.master, this.clock, socket, target).then(() => rmSync(socket, { force: true }));
    }
    this.settle(reason);
  }

  /** Two echoes after the connect, the master has heard whether the far side opened: a refused stream has ended by then. */
  private async stream(kind: "unix" | "tcp", to: string, target: ForwardTarget): Promise<Duplex> {
    const socket = await this.forward(to, target);
    const duplex = new CheckedDuplex(await connectUnix(socket), `ssh://${this.label} ${to}`);
    await this.roundTrip();
    await this.roundTrip();
    if (!duplex.dead) return duplex;
    if ("path" in target && (await this.isSocket(target.path))) throw forwardingForbidden(kind, this.label);
    throw openFailure(kind, to, this.label, 2, "");
  }

  private async forward(to: string, target: ForwardTarget): Promise<string> {
    const known = this.forwards.get(to);
    if (known) return known.socket;
    if (this.ended) throw connectionGone(this.label);
    const socket = join(this.options.folder, `${socketName()}.f`);
    this.forwards.set(to, { socket, target });
    if (await openForward(this.master, this.clock, socket, target)) return socket;
    this.forwards.delete(to);
    throw forwardingForbidden("path" in target ? "unix" : "tcp", this.label);
  }

  private async isSocket(path: string): Promise<boolean> {
    const probe = await this.exec(["test", "-S", path], { agentForward: false });
    probe.duplex.listen({ data() {}, close() {} });
    return (await probe.exit).code === 0;
  }
}

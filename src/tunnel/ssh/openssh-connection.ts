/** An SSH connection that a master process of the system's OpenSSH, started by us, holds. */
import type { Clock } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import type { Duplex } from "../../transport/duplex.ts";
import { Channels, OpenRefused } from "./channels.ts";
import type { SshConfiguration } from "./configuration.ts";
import type { SshConnection, SshExec, SshExecOptions } from "./connection.ts";
import { connectionGone, forwardingForbidden, openFailure } from "./failures.ts";
import type { PacketStream } from "./mux.ts";
import type { MuxChannel } from "./mux-channel.ts";
import { quoteCommand } from "./quoting.ts";
import type { WireWriter } from "./wire.ts";

/** The process behind a connection. */
export interface Master {
  /** Why it ended. */
  reason(): Promise<FugueError>;
  dispose(): void;
}

export class OpensshConnection implements SshConnection {
  readonly backend = "openssh";
  readonly label: string;
  readonly forwardsAgent: boolean;
  readonly closed: Promise<FugueError | undefined>;
  private readonly channels: Channels;
  private readonly settle: (error: FugueError | undefined) => void;
  private closing = false;
  private unixWorks = false;

  /** @param master ended with this connection */
  constructor(
    packets: PacketStream, configuration: SshConfiguration, private readonly clock: Clock, private readonly master: Master,
  ) {
    this.label = configuration.label;
    this.forwardsAgent = configuration.forwardAgent !== undefined;
    const { promise, resolve } = Promise.withResolvers<FugueError | undefined>();
    this.closed = promise;
    this.settle = resolve;
    this.channels = new Channels(packets, () => void this.ended());
  }

  /** As in Ssh2Connection: sshd sends small packets at once after this. */
  startSession(): void {
    this.open("session", "session", "", (writer) => writer).then(async (channel) => {
      await channel.request("subsystem", (writer) => writer.string("sftp"));
      channel.close(true);
    }, () => {});
  }

  async openUnix(path: string): Promise<Duplex> {
    try {
      const stream = await this.open("direct-streamlocal@openssh.com", "unix", path, (writer) => writer.string(path).string("").uint32(0));
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
    return this.open("direct-tcpip", "tcp", `${host}:${port}`, (writer) => writer.string(host).uint32(port).string("127.0.0.1").uint32(0));
  }

  async exec(argv: readonly string[], options: SshExecOptions = {}): Promise<SshExec> {
    const command = quoteCommand(argv, options.env);
    const channel = await this.open("session", "session", "", (writer) => writer);
    // what the master forwards is what its configuration says; the request only tells the server
    if ((options.agentForward ?? true) && this.forwardsAgent) {
      void channel.request("auth-agent-req@openssh.com", (writer) => writer);
    }
    if (!(await channel.request("exec", (writer) => writer.string(command)))) {
      channel.close(true);
      throw new FugueError("refused", `${this.label} did not run a command`, "does this login allow commands?");
    }
    return { duplex: channel, stderr: () => channel.stderr(), exit: channel.exit };
  }

  /**
   * A master passes no global requests on, so an open channel is asked for what no server knows. A channel that would be
   * refused measures as well, but masters never forget one.
   */
  async roundTrip(): Promise<number> {
    const channel = this.channels.any() ?? (await this.open("session", "session", "", (writer) => writer));
    const begin = this.clock.now();
    await channel.request("keepalive@openssh.com", (writer) => writer);
    const end = this.clock.now();
    if (this.channels.any() === undefined) throw connectionGone(this.label);
    return end - begin;
  }

  close(): void {
    this.closing = true;
    this.channels.close();
    this.master.dispose();
  }

  dispose(): void {
    this.close();
  }

  private async ended(): Promise<void> {
    const reason = this.closing ? undefined : (await this.master.reason());
    this.master.dispose();
    this.settle(reason);
  }

  private async open(type: string, kind: "unix" | "tcp" | "session", to: string, payload: (writer: WireWriter) => WireWriter): Promise<MuxChannel> {
    const label = `ssh://${this.label} ${kind === "session" ? "exec" : to}`;
    try {
      return await this.channels.openChannel(type, payload, label, kind === "session" ? "program" : "stream");
    } catch (error) {
      if (error instanceof OpenRefused) throw openFailure(kind, to, this.label, error.reason, error.message);
      throw connectionGone(this.label);
    }
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

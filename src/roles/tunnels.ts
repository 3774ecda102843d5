/** Tunnels as the command line sees them: the registry's records, and what live tunnels say of themselves. */
import { systemClock } from "../base/clock.ts";
import { asFugueError, FugueError } from "../base/errors.ts";
import { printable } from "../base/names.ts";
import type { TunnelInfo } from "../commands/tunnel-context.ts";
import { formatAddress } from "../config/address.ts";
import type { ServerProfile } from "../config/servers.ts";
import { removeServerSecret } from "../trust/server-secrets.ts";
import { ControlClient, withinAnswerTime } from "../tunnel/control-client.ts";
import type { TunnelStatus } from "../tunnel/control-messages.ts";
import { raiseTunnel } from "../tunnel/dial.ts";
import { needsTunnel } from "../tunnel/profile-sum.ts";
import { badRecords, listTunnels, tunnelFiles, type ListedTunnel } from "../tunnel/registry.ts";
import { stopTunnel, type TunnelHost } from "../tunnel/start.ts";
import { terminalPrompter } from "./prompter.ts";
import type { ServerBook } from "./server-book.ts";
import { tunnelHost } from "./tunnel-host.ts";

export class ShellTunnels {
  private readonly host: TunnelHost;

  constructor(private readonly book: ServerBook, private readonly shell: { readonly isTty: boolean }) {
    this.host = tunnelHost(book);
  }

  servers(): readonly string[] {
    return this.book.names().filter((name) => {
      const profile = this.book.profile(name);
      return profile !== undefined && needsTunnel(profile);
    });
  }

  async list(): Promise<TunnelInfo[]> {
    return Promise.all(listTunnels(this.book.paths).map((tunnel) => this.describe(tunnel)));
  }

  async up(server: string): Promise<TunnelInfo> {
    const prompter = terminalPrompter(this.shell, this.book.env);
    try {
      await raiseTunnel(this.profile(server), { ...this.host, ephemeral: this.book.ephemeral }, prompter);
    } finally {
      prompter.done();
    }
    const found = (await this.list()).find((tunnel) => tunnel.server === server && tunnel.host === null);
    if (found) return found;
    throw new FugueError("closed", `the tunnel to '${server}' ended at once`, `see: fugue tunnel logs ${server}`);
  }

  stop(server: string): Promise<boolean> {
    return stopTunnel(this.host, server);
  }

  async restart(server: string): Promise<TunnelInfo> {
    const profile = this.profile(server);
    await stopTunnel(this.host, server);
    // a server that made a new secret since is asked for it again
    if (profile.addr.kind === "tcp" && profile.secretFile === undefined) removeServerSecret(this.book.paths, server);
    return this.up(server);
  }

  async log(server: string): Promise<string> {
    return tunnelFiles(this.book.paths, server).log;
  }

  async damaged(): Promise<string[]> {
    return badRecords(this.book.paths);
  }

  /** @throws FugueError `noTarget` for an unknown server, `usage` for one that needs no tunnel */
  private profile(server: string): ServerProfile {
    this.book.check(server);
    const profile = this.book.profileOf(server);
    if (profile && needsTunnel(profile)) return profile;
    const addr = profile ? formatAddress(profile.addr) : "this machine's socket";
    throw new FugueError("usage", `'${printable(server, 80)}' needs no tunnel: it is ${addr}`, "tunnels are for ssh:// and ssh_tunnel = true");
  }

  private async describe({ record, files, alive }: ListedTunnel): Promise<TunnelInfo> {
    const base = {
      server: record.name, pid: record.process.pid, release: record.release, target: record.target,
      endpoints: [...record.endpoints], state: record.state as string, since: record.since, clients: 0, bytesIn: 0, bytesOut: 0,
      rttMs: null, reconnects: record.reconnects, lastError: record.lastError ?? null,
    };
    if (alive === "elsewhere") return { ...base, host: record.process.host };
    try {
      return { ...base, ...fromStatus(await this.ask(files.control, record.name)), server: record.name, host: null };
    } catch (error) {
      return { ...base, state: "silent", lastError: asFugueError(error).message, host: null };
    }
  }

  private async ask(control: string, name: string): Promise<TunnelStatus> {
    const client = await ControlClient.connect(control, systemClock, name);
    try {
      return await withinAnswerTime(systemClock, client.status(), name);
    } finally {
      client.close();
    }
  }
}

function fromStatus({ pid, release, target, endpoints, state, since, clients, bytesIn, bytesOut, ...rest }: TunnelStatus): Omit<TunnelInfo, "server" | "host"> {
  return {
    pid, release, target, endpoints: [...endpoints], state, since, clients, bytesIn, bytesOut,
    rttMs: rest.rttMs === undefined ? null : Math.round(rest.rttMs), reconnects: rest.reconnects, lastError: rest.lastError ?? null,
  };
}

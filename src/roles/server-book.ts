/** Which servers there are and how each is reached: this machine's own, those of the configuration, and bare addresses. */
import { FugueError } from "../base/errors.ts";
import { unknownServer } from "../commands/target.ts";
import { pathsFrom, type Paths } from "../base/paths.ts";
import { formatAddress, isLoopback, parseAddress, type Address } from "../config/address.ts";
import { configPath, homeFolder } from "../config/location.ts";
import { formatProblem } from "../config/problem.ts";
import type { ServerProfile } from "../config/servers.ts";
import type { ConfiguredServers } from "../config/servers-file.ts";
import type { Dialer } from "../transport/dialer.ts";
import { dialLocal } from "./local-server.ts";
import { remoteDialer } from "./remote-dialer.ts";

export type ServersReader = typeof import("../config/servers-file.ts").loadServers;

/** Always this machine's own socket. */
export const LOCAL = "local";

export class ServerBook {
  readonly paths: Paths;
  /** Tunnels that are started end with their last client. */
  ephemeral = false;
  private read: ConfiguredServers | undefined;

  /** @param loadServers reads the configuration; undefined if it named none when the process began */
  constructor(readonly env: Record<string, string | undefined>, public loadServers: ServersReader | undefined) {
    this.paths = pathsFrom(env);
  }

  private get configured(): ConfiguredServers {
    return (this.read ??= this.loadServers?.(configPath(this.env), this.env) ?? { servers: [], problems: [] });
  }

  /** Names that may stand before the `:` of a target. */
  names(): string[] {
    return [LOCAL, ...this.configured.servers.map(({ name }) => name)];
  }

  /** Reads the configuration again. @returns the names */
  reload(): string[] {
    this.read = undefined;
    return this.names();
  }

  /** The server meant when nothing names one. */
  defaultName(): string {
    return this.configured.servers.find((server) => server.default)?.name ?? LOCAL;
  }

  profiles(): readonly ServerProfile[] {
    return this.configured.servers;
  }

  profile(name: string): ServerProfile | undefined {
    return this.configured.servers.find((server) => server.name === name);
  }

  /** The profile of a server that is configured, or that only an address names; undefined for `local`. @throws FugueError `usage` */
  profileOf(name: string): ServerProfile | undefined {
    return name === LOCAL ? undefined : (this.profile(name) ?? anonymous(name, this.addressOf(name)));
  }

  /** The name of the server at an address: `local`, a configured one, or the address itself. @throws FugueError `usage` */
  nameOf(url: string): string {
    const address = parseAddress(url, homeFolder(this.env));
    const text = formatAddress(address);
    if (address.kind === "unix" && address.path === this.paths.socket) return LOCAL;
    return this.configured.servers.find((server) => sameAddress(server.addr, address))?.name ?? text;
  }

  isLocal(name: string): boolean {
    return name === LOCAL;
  }

  /** Whether a server is the one in whose pane this process runs. */
  isOwnPane(name: string): boolean {
    const address = this.addressOf(name);
    return address.kind === "unix" && address.path === (this.env.FUGUE_SOCKET ?? this.paths.socket);
  }

  addressOf(name: string): Address {
    if (name === LOCAL) return { kind: "unix", path: this.paths.socket };
    return this.profile(name)?.addr ?? parseAddress(name, homeFolder(this.env));
  }

  /** @throws FugueError `noTarget` with the names there are, `config` if the one meant has mistakes */
  check(name: string): void {
    if (name === LOCAL || name.includes("://") || this.profile(name)) return;
    throw this.unknown(name);
  }

  /** Why no server has this name: a mistake in the configuration, or there is none. @param meant a better hint than the names */
  unknown(name: string, meant?: string): FugueError {
    const { problems } = this.configured;
    const own = problems.find(({ key }) => key === `servers.${name}` || key.startsWith(`servers.${name}.`));
    // one of the whole file may hide any of its servers
    const mistake = own ?? problems.find(({ key }) => key === "");
    return mistake ? new FugueError("config", formatProblem(mistake)) : unknownServer(name, this.names(), meant);
  }

  /**
   * The way to a server; one whose address changes in the configuration is dialled there from then on.
   * @param start this machine's own daemon is started if none answers
   */
  dialer(name: string, start: boolean): Dialer {
    if (name === LOCAL) return async () => ({ duplex: await dialLocal(this.paths, this.env, start) });
    const { paths, env } = this;
    let bound: { profile: ServerProfile; dial: Dialer } | undefined;
    return async (prompter) => {
      // one that was taken out, or has a mistake just now, is where it was
      const profile = this.profile(name) ?? bound?.profile ?? this.profileOf(name)!;
      if (bound?.profile !== profile) bound = { profile, dial: remoteDialer(profile, { paths, env, ephemeral: this.ephemeral }) };
      return bound.dial(prompter);
    };
  }
}

/** Whether two addresses lead to the same place; all names of this machine are one. */
function sameAddress(a: Address, b: Address): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === "tcp" && b.kind === "tcp" && isLoopback(a.host) && isLoopback(b.host)) return a.port === b.port;
  return formatAddress(a) === formatAddress(b);
}

/** A server that only an address names: nothing about it is configured. */
function anonymous(name: string, addr: Address): ServerProfile {
  return { name, addr, sshTunnel: false, sshBackend: "auto", tunnelPersist: true, tunnelTimeout: 10_000, default: false };
}

/** How a stream to the far daemon comes about, over a connection that stands: its unix socket, a port, or `fugue proxy`. */
import { asFugueError, FugueError } from "../base/errors.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { printable } from "../base/names.ts";
import { randomHex, type Random } from "../base/random.ts";
import type { Address } from "../config/address.ts";
import { formatAddress } from "../config/address.ts";
import type { ServerProfile } from "../config/servers.ts";
import type { DialStage } from "../transport/dialer.ts";
import type { Duplex } from "../transport/duplex.ts";
import { behindMark, farArgv, farFailure, runFar } from "./far-command.ts";
import { ForwardingForbidden, type SshConnection } from "./ssh/connection.ts";

/** The far end of a tunnel: the daemon's own socket, found by asking, or an address that the configuration names. */
export type FarAddress = { readonly kind: "own" } | Extract<Address, { kind: "unix" | "tcp" }>;

/** Where a profile's daemon listens, seen from the machine that ssh logs in to. @throws FugueError `config` */
export function farAddress(profile: ServerProfile): FarAddress {
  const { addr, remoteAddr } = profile;
  const far = remoteAddr ?? (addr.kind === "ssh" ? { kind: "own" as const } : addr);
  if (far.kind === "own" || far.kind === "unix") return far;
  if (far.kind === "tcp") return remoteAddr ? far : { kind: "tcp", host: "127.0.0.1", port: far.port };
  throw new FugueError("config", `a tunnel can't lead to ${formatAddress(far)}`, "remote_addr takes unix://PATH and tcp://HOST:PORT");
}

export interface OpenOptions {
  /** A daemon may be started if none runs. */
  readonly start: boolean;
  progress?(stage: DialStage, detail?: string): void;
}

export interface FarSetup {
  readonly address: FarAddress;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Milliseconds that the far login shell may take. */
  readonly timeoutMs: number;
}

/** What `fugue proxy` says of its daemon. */
interface Where {
  readonly socket: string;
  readonly release: string;
}

export class FarSide {
  /** Path of the far daemon's socket, once it was asked for. It outlives connections. */
  private socket: string | undefined;
  private asking: Promise<string> | undefined;
  /** The connection on which streams to unix sockets are forbidden. */
  private forbidden: SshConnection | undefined;

  /** The connection whose agent the far machine has seen. */
  private told: SshConnection | undefined;

  constructor(private readonly setup: FarSetup) {}

  /** Whether the peer's user id stands in for the proofs of the handshake at the far end. */
  get trusted(): boolean {
    return this.setup.address.kind !== "tcp";
  }

  /**
   * Runs `fugue proxy` once for each connection, in a session with the agent of this connection, so that panes find it there; and the far
   * socket may be another one by now.
   */
  refresh(connection: SshConnection): void {
    const own = this.setup.address.kind === "own";
    if (this.told === connection || (!own && !connection.forwardsAgent)) return;
    const told = own ? this.where(connection) : this.tellAgent(connection);
    told.catch((error) => this.setup.log.warn("far fugue not asked", { error: asFugueError(error).message }));
  }

  /** The far fugue sees the agent of this connection; no server is started for it. */
  private async tellAgent(connection: SshConnection): Promise<void> {
    const { clock, timeoutMs } = this.setup;
    this.told = connection;
    await runFar(connection, ["proxy", "--where", "--no-start"], clock, timeoutMs);
  }

  /** A stream to the far daemon. @throws FugueError that says why there is none */
  async open(connection: SshConnection, options: OpenOptions): Promise<Duplex> {
    const { address } = this.setup;
    if (address.kind === "tcp") return this.openPort(connection, address, options);
    if (this.forbidden === connection) return this.openProxy(connection, options);
    try {
      return await this.openSocket(connection, address, options);
    } catch (error) {
      if (!(error instanceof ForwardingForbidden)) throw error;
      this.setup.log.info("streams to sockets are forbidden there: fugue proxy is used");
      this.forbidden = connection;
      return this.openProxy(connection, options);
    }
  }

  private async openSocket(connection: SshConnection, address: FarAddress, options: OpenOptions): Promise<Duplex> {
    if (address.kind === "unix") return openNamed(connection, address.path);
    const known = this.socket;
    if (known !== undefined) {
      try {
        return await connection.openUnix(known);
      } catch (error) {
        if (asFugueError(error).code !== "noServer" || !options.start) throw error;
        this.socket = undefined;
      }
    } else if (!options.start) throw new FugueError("noServer", `no server was found on ${connection.label}`);
    options.progress?.("starting", connection.label);
    return connection.openUnix(await this.where(connection));
  }

  /** Path of the far daemon's socket; the daemon is started if none runs. Asked once by all who want to know. */
  private where(connection: SshConnection): Promise<string> {
    this.asking ??= this.ask(connection).finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async ask(connection: SshConnection): Promise<string> {
    const { clock, timeoutMs, log } = this.setup;
    const mark = this.newMark();
    this.told = connection;
    const result = await runFar(connection, ["proxy", "--where", "--mark", mark], clock, timeoutMs);
    const line = result.stdout.split("\n").find((text) => text.startsWith(mark));
    if (line === undefined || result.code !== 0) throw farFailure(connection.label, result);
    const where = readWhere(line.slice(mark.length));
    log.info("far fugue found", { release: printable(where.release, 64), socket: printable(where.socket) });
    this.socket = where.socket;
    return where.socket;
  }

  private async openProxy(connection: SshConnection, options: OpenOptions): Promise<Duplex> {
    const { address } = this.setup;
    const mark = this.newMark();
    const socket = address.kind === "unix" ? ["--socket", address.path] : [];
    options.progress?.("starting", connection.label);
    const program = await connection.exec(farArgv(["proxy", "--mark", mark, ...socket, ...(options.start ? [] : ["--no-start"])]));
    const failure = async (stdout: string): Promise<FugueError> => {
      const { code } = await program.exit;
      return farFailure(connection.label, { stdout, stderr: program.stderr(), code });
    };
    return (await behindMark(program, mark, failure)).duplex;
  }

  private async openPort(
    connection: SshConnection, { host, port }: { host: string; port: number }, options: OpenOptions,
  ): Promise<Duplex> {
    try {
      return await connection.openTcp(host, port);
    } catch (error) {
      if (error instanceof ForwardingForbidden) {
        throw new FugueError(
          "refused", `${connection.label} forbids forwarding to ports`, "ssh:// needs no port: set addr to ssh://USER@HOST, or AllowTcpForwarding there", error,
        );
      }
      if (asFugueError(error).code !== "noServer") throw error;
    }
    const url = formatAddress({ kind: "tcp", host, port });
    const missing = new FugueError(
      "noServer", `no server listens on ${url} of ${connection.label}`, `run there: fugue serve --detach --listen ${url}`,
    );
    if (!options.start) throw missing;
    options.progress?.("starting", connection.label);
    const { clock, timeoutMs } = this.setup;
    const result = await runFar(connection, ["serve", "--detach", "--listen", url], clock, timeoutMs);
    if (result.code !== 0 && (await this.runs(connection))) throw deaf(connection.label, url);
    if (result.code !== 0) throw farFailure(connection.label, result);
    try {
      return await connection.openTcp(host, port);
    } catch {
      throw missing;
    }
  }

  /** Whether a server runs there already, wherever it listens. */
  private async runs(connection: SshConnection): Promise<boolean> {
    const { clock, timeoutMs } = this.setup;
    return (await runFar(connection, ["proxy", "--where", "--no-start"], clock, timeoutMs)).code === 0;
  }

  private newMark(): string {
    return `fugue-${randomHex(this.setup.random, 8)}`;
  }
}

/** A server runs there and listens elsewhere. */
function deaf(label: string, url: string): FugueError {
  return new FugueError(
    "noServer", `the server on ${label} runs, but does not listen on ${url}`,
    `put listen = ["${url}"] below [server] in its config.toml, which it takes at once; or use addr = "ssh://HOST", which needs no port`,
  );
}

async function openNamed(connection: SshConnection, path: string): Promise<Duplex> {
  try {
    return await connection.openUnix(path);
  } catch (error) {
    if (asFugueError(error).code !== "noServer" || error instanceof ForwardingForbidden) throw error;
    throw new FugueError(
      "noServer", `no server listens on ${path} of ${connection.label}`, `run there: fugue serve --detach --listen unix://${path}`, error,
    );
  }
}

function readWhere(text: string): Where {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const { socket, release } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof socket !== "string" || !socket.startsWith("/") || socket.length > 4096) {
    throw new FugueError("version", "the fugue there does not say where its server is", "bring it up to date");
  }
  return { socket, release: typeof release === "string" ? release : "?" };
}

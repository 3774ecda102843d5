/** Connecting to a host: resolving its name, then its addresses one after another, each with a short lead (RFC 8305). */
import { lookup } from "node:dns/promises";
import { Socket } from "node:net";
import type { Clock, Timer } from "../../base/clock.ts";
import { systemCode } from "../../base/errors.ts";
import type { SshConfiguration } from "./configuration.ts";
import { connectFailure } from "./failures.ts";
import type { Patience } from "./patience.ts";

const LEAD_MS = 250;
const MOST_ADDRESSES = 8;

/** A connected socket without delay for small packets. @throws FugueError `noServer`, `timeout`, `interrupted` */
export async function connectTcp(configuration: SshConfiguration, patience: Patience, clock: Clock): Promise<Socket> {
  const { hostName, port } = configuration;
  patience.progress("resolving", hostName);
  let addresses: string[];
  try {
    const found = await patience.race(lookup(hostName, { all: true, family: configuration.addressFamily ?? 0 }));
    addresses = found.map(({ address }) => address).slice(0, MOST_ADDRESSES);
  } catch (error) {
    // a time-out is an error of ours already; what the resolver says has a code
    throw (error as { hint?: unknown }).hint === undefined ? connectFailure(error, hostName, `${hostName}:${port}`) : error;
  }
  patience.progress("connecting", `${hostName}:${port}`);
  const race = new ConnectRace(addresses, port, configuration.bindAddress, clock);
  try {
    return await patience.race(race.winner);
  } catch (error) {
    race.stop();
    if ((error as { hint?: unknown }).hint !== undefined) throw error;
    const unreachable = systemCode(error) === "ECONNREFUSED" && (await Promise.all(addresses.map(hasNoRoute))).every(Boolean);
    throw connectFailure(unreachable ? { code: "ENETUNREACH" } : error, hostName, `${hostName}:${port}`);
  }
}

/**
 * Whether the system knows no way to an address: the runtime calls every connection that fails at once refused. Nothing
 * is sent.
 */
export async function hasNoRoute(address: string): Promise<boolean> {
  try {
    (await Bun.udpSocket({ hostname: address.includes(":") ? "::" : "0.0.0.0", connect: { hostname: address, port: 9 } })).close();
    return false;
  } catch (error) {
    // the second: no address of this machine's own is of that kind
    return /^(ENETUNREACH|EADDRNOTAVAIL)$/.test(systemCode(error) ?? "");
  }
}

/** The first address that answers wins; the others are closed. */
class ConnectRace {
  readonly winner: Promise<Socket>;
  private readonly resolve: (socket: Socket) => void;
  private readonly reject: (error: unknown) => void;
  private readonly open = new Set<Socket>();
  private next = 0;
  private timer: Timer | undefined;
  private ended = false;
  private firstError: unknown;

  constructor(private readonly addresses: string[], private readonly port: number, private readonly from: string | undefined, private readonly clock: Clock) {
    const { promise, resolve, reject } = Promise.withResolvers<Socket>();
    this.winner = promise;
    this.resolve = resolve;
    this.reject = reject;
    promise.catch(() => {});
    this.tryNext();
  }

  /** Gives up. */
  stop(): void {
    this.ended = true;
    this.timer?.cancel();
    for (const socket of this.open) socket.destroy();
  }

  private tryNext(): void {
    this.timer?.cancel();
    if (this.ended) return;
    const address = this.addresses[this.next++];
    if (address === undefined) {
      if (this.open.size === 0) this.reject(this.firstError ?? Object.assign(new Error("no address"), { code: "ENOTFOUND" }));
      return;
    }
    const socket = new Socket();
    this.open.add(socket);
    const failed = (error: unknown) => {
      this.firstError ??= error;
      this.open.delete(socket);
      socket.destroy();
      this.tryNext();
    };
    socket.once("error", failed);
    socket.once("connect", () => {
      socket.removeListener("error", failed);
      this.open.delete(socket);
      if (this.ended) return void socket.destroy();
      this.stop();
      socket.setNoDelay(true);
      this.resolve(socket);
    });
    socket.connect({ host: address, port: this.port, ...(this.from === undefined ? {} : { localAddress: this.from }) });
    this.timer = this.clock.after(LEAD_MS, () => this.tryNext());
  }
}

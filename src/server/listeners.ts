/**
 * Where the daemon listens: its own socket always, and what `serve --listen` and the configuration add. What can't be
 * opened is tried again: a port that is busy for a moment must not cost a running server anything.
 */
import type { Clock, Timer } from "../base/clock.ts";
import { asFugueError } from "../base/errors.ts";
import { peerOf } from "../base/libc.ts";
import type { Disposable } from "../base/lifecycle.ts";
import { formatAddress } from "../config/address.ts";
import type { ListenAddress } from "../config/listen.ts";
import type { Duplex } from "../transport/duplex.ts";
import { keepListening } from "../transport/kept-socket.ts";
import type { SocketDuplex } from "../transport/socket.ts";
import { listenTcp } from "../transport/tcp.ts";
import { listenTls } from "../transport/tls.ts";
import { listenUnix } from "../transport/unix.ts";
import { ClientConnection } from "./connections/client-connection.ts";
import { OWN_USER, type Peer } from "./connections/greeting.ts";
import type { Daemon } from "./daemon.ts";

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/** One address that is wanted. */
interface Wanted {
  readonly address: ListenAddress;
  open?: Disposable;
  retry?: Timer;
  delay: number;
  problem?: string;
}

export class Listeners implements Disposable {
  private readonly wanted = new Map<string, Wanted>();
  private own: Disposable | undefined;
  /** Changes one after the other: opening takes a while. */
  private turn: Promise<void> = Promise.resolve();
  private ended = false;

  /** @param changed is told where the daemon listens, each time that may have changed */
  constructor(private readonly daemon: Daemon, private readonly clock: Clock, private readonly changed: () => void = () => {}) {}

  /** Opens the home's own socket. @throws FugueError if that fails: without it there is no server */
  async openOwn(): Promise<void> {
    const { socket } = this.daemon.paths;
    // the keeper has one daemon: one that still answers has been replaced, and takes its time to die
    this.own = await keepListening(socket, (duplex) => this.acceptUnix(duplex), this.clock);
    this.tell();
  }

  /** Listens on these addresses besides, and no longer on others. Connections that are there stay. */
  set(addresses: readonly ListenAddress[]): Promise<void> {
    this.turn = this.turn.then(() => this.change(new Map(addresses.map((address) => [formatAddress(address), address]))));
    return this.turn;
  }

  private async change(addresses: ReadonlyMap<string, ListenAddress>): Promise<void> {
    for (const [url, wanted] of this.wanted) {
      if (addresses.has(url)) continue;
      this.wanted.delete(url);
      close(wanted);
    }
    for (const [url, address] of addresses) {
      if (this.wanted.has(url) || this.ended || this.isOwn(address)) continue;
      const wanted: Wanted = { address, delay: FIRST_RETRY_MS };
      this.wanted.set(url, wanted);
      await this.open(wanted);
    }
    this.tell();
  }

  private isOwn(address: ListenAddress): boolean {
    return address.kind === "unix" && address.path === this.daemon.paths.socket;
  }

  private async open(wanted: Wanted): Promise<void> {
    const { log } = this.daemon;
    const address = formatAddress(wanted.address);
    try {
      const opened = await this.listen(wanted.address);
      if (this.ended || this.wanted.get(address) !== wanted) return opened.dispose();
      wanted.open = opened;
      wanted.problem = undefined;
      log.info("listening", { address });
    } catch (thrown) {
      const error = asFugueError(thrown);
      if (wanted.problem !== error.message) log.error("can't listen", { address, error: error.message });
      wanted.problem = error.message;
      wanted.retry = this.clock.after(wanted.delay, () => void this.open(wanted).then(() => this.tell()));
      wanted.delay = Math.min(wanted.delay * 2, LONGEST_RETRY_MS);
      if (this.ended) close(wanted);
    }
  }

  private async listen(address: ListenAddress): Promise<Disposable> {
    const { trust } = this.daemon;
    if (address.kind === "unix") return listenUnix(address.path, (duplex) => this.acceptUnix(duplex));
    // whoever comes must prove a secret: without one nobody is let in, so nothing listens
    void trust.secret;
    const accept = (duplex: Duplex, from: string, fingerprint: string) => this.accept(duplex, { trusted: false, from, fingerprint });
    if (address.kind === "tcp") return listenTcp(address, (duplex, from) => accept(duplex, from, ""));
    const certificate = await trust.certificate();
    return listenTls(address, certificate, trust.strangers, (duplex, from) => accept(duplex, from, certificate.fingerprint), this.clock);
  }

  /** Only our own user may speak on a unix socket: the peer's uid stands in for the proofs. */
  private acceptUnix(duplex: SocketDuplex): void {
    const peer = peerOf((duplex.socket as unknown as { fd: number }).fd);
    if (peer && process.getuid && peer.uid !== process.getuid()) {
      this.daemon.log.warn("foreign peer refused", { uid: peer.uid });
      return duplex.close(true);
    }
    this.accept(duplex, OWN_USER);
  }

  private accept(duplex: Duplex, peer: Peer): void {
    this.daemon.clients.add(new ClientConnection(this.daemon, duplex, peer));
  }

  /** Keeps what `status` says up to date. */
  private tell(): void {
    const own = { kind: "unix" as const, path: this.daemon.paths.socket };
    const all = [...this.wanted.values()];
    this.daemon.listening = [own, ...all.filter(({ open }) => open).map(({ address }) => address)];
    this.daemon.notListening = all.flatMap(({ open, problem, address }) => (open || problem === undefined ? [] : [{ address: formatAddress(address), problem }]));
    this.changed();
  }

  dispose(): void {
    this.ended = true;
    for (const wanted of this.wanted.values()) close(wanted);
    this.wanted.clear();
    this.own?.dispose();
  }
}

function close(wanted: Wanted): void {
  wanted.retry?.cancel();
  wanted.open?.dispose();
}

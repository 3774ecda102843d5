/** Tells the local network of this server, if it was asked to: which ports speak tls, and a name to show. Off by default. */
import { hostname } from "node:os";
import type { Disposable } from "../base/lifecycle.ts";
import type { Logger } from "../base/log.ts";
import { isLoopback } from "../config/address.ts";
import type { ListenAddress } from "../config/listen.ts";

export class Announcer implements Disposable {
  private told = "";
  private current: Disposable | undefined;
  private turn: Promise<void> = Promise.resolve();
  private ended = false;

  /** @param serverId makes the name differ from that of another server of a host of the same name */
  constructor(private readonly serverId: string, private readonly log: Logger) {}

  /** Tells of these addresses from now on, as far as others can reach them. */
  set(isWanted: boolean, listening: readonly ListenAddress[]): void {
    const ports = listening.flatMap((address) => (isWanted && address.kind === "tls" && !isLoopback(address.host) ? [address.port] : []));
    this.turn = this.turn.then(() => this.tell([...new Set(ports)])).catch((error) => this.log.error("can't announce", { error: String(error) }));
  }

  private async tell(ports: readonly number[]): Promise<void> {
    if (this.ended || ports.join() === this.told) return;
    this.told = ports.join();
    this.current?.dispose();
    this.current = undefined;
    if (ports.length === 0) return;
    const { announce } = await import("../transport/discovery.ts");
    const name = `${hostname().split(".")[0]!.replace(/[^A-Za-z0-9-]/g, "").slice(0, 40) || "fugue"}-${this.serverId.slice(0, 4)}`;
    const announced = await announce({ name, ports }, (error) => this.log.error("can't announce", { error: error.message }));
    if (this.ended) return announced.dispose();
    this.current = announced;
    this.log.info("announced", { name, ports: ports.join() });
  }

  dispose(): void {
    this.ended = true;
    this.current?.dispose();
  }
}

/**
 * Servers of the local network, by multicast DNS (RFC 6762) and service discovery (RFC 6763): telling of ours, and
 * hearing of others. What is heard is a rumour: it says where one could ask, and proves nothing.
 */
import { networkInterfaces } from "node:os";
import type { Multicast, Packet } from "multicast-dns";
import { sleep, type Clock } from "../base/clock.ts";
import { FugueError, systemCode } from "../base/errors.ts";
import type { Disposable } from "../base/lifecycle.ts";
import { printable } from "../base/names.ts";

const SERVICE = "_fugue._tcp.local";
const TTL_S = 120;
/** Packets get lost: the question is asked again after this long. */
const ASK_AGAIN_MS = 500;
/** More servers than this are not listed; more addresses of one neither. */
const MOST_FOUND = 256;
const MOST_ADDRESSES = 8;
const LONGEST_LABEL = 63;

/** What is told of a server. */
export interface Announcement {
  /** Unique in the network; shown to people. */
  readonly name: string;
  /** Ports on which it speaks tls. */
  readonly ports: readonly number[];
}

/** A server that somebody told of. */
export interface FoundServer {
  readonly name: string;
  /** IP addresses, the one the answer came from first. */
  readonly addresses: readonly string[];
  readonly port: number;
}

/** Another network than that of all interfaces: for tests. */
export interface MulticastOptions {
  readonly interface?: string;
  readonly bind?: string;
  readonly port?: number;
}

async function open(options: MulticastOptions, failed: (error: FugueError) => void): Promise<Multicast> {
  const { default: multicastDns } = await import("multicast-dns");
  const multicast = multicastDns(options);
  multicast.on("error", (error: unknown) => failed(new FugueError(
    "failed", `multicast DNS does not work here: ${systemCode(error) ?? String(error)}`, "is another program using port 5353 for itself alone?", error,
  )));
  // packets that are none, networks that come and go
  multicast.on("warning", () => {});
  return multicast;
}

/** Answers who asks for servers, until it is disposed; then it says that ours is gone. */
export async function announce(what: Announcement, failed: (error: FugueError) => void, options: MulticastOptions = {}): Promise<Disposable> {
  const multicast = await open(options, failed);
  multicast.on("query", ({ questions }: Packet) => {
    if (questions.some(({ name, type }) => name.toLowerCase() === SERVICE && (type === "PTR" || type === "ANY"))) multicast.respond(records(what, TTL_S));
  });
  let ended = false;
  return {
    dispose: () => {
      if (ended) return;
      ended = true;
      multicast.respond(records(what, 0), () => multicast.destroy());
    },
  };
}

/** PTR to each service; with it what a client would ask next. */
function records({ name, ports }: Announcement, ttl: number): { answers: unknown[]; additionals: unknown[] } {
  const target = `${name}.local`;
  const services = ports.map((port, i) => ({ port, full: `${i === 0 ? name : `${name}-${port}`}.${SERVICE}` }));
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []).filter(({ internal, address }) => !internal && !/^fe80:/i.test(address));
  return {
    answers: services.map(({ full }) => ({ name: SERVICE, type: "PTR", ttl, data: full })),
    additionals: [
      ...services.map(({ full, port }) => ({ name: full, type: "SRV", ttl, data: { target, port, priority: 0, weight: 0 } })),
      ...services.map(({ full }) => ({ name: full, type: "TXT", ttl, data: ["v=1"] })),
      ...own.slice(0, MOST_ADDRESSES).map(({ family, address }) => ({ name: target, type: family === "IPv6" ? "AAAA" : "A", ttl, data: address })),
    ],
  };
}

/** Listens for `waitMs` milliseconds to who answers. @throws FugueError `failed` if multicast DNS does not work here */
export async function discover(waitMs: number, clock: Clock, options: MulticastOptions = {}): Promise<FoundServer[]> {
  let failure: FugueError | undefined;
  const multicast = await open(options, (error) => (failure ??= error));
  const found = new Map<string, FoundServer>();
  multicast.on("response", (packet: Packet, from: { address: string }) => take(packet, from.address, found));
  const ask = () => multicast.query([{ name: SERVICE, type: "PTR" }]);
  multicast.on("ready", ask);
  const again = clock.every(ASK_AGAIN_MS, ask);
  await sleep(clock, waitMs);
  again.cancel();
  await new Promise<void>((resolve) => multicast.destroy(resolve));
  if (failure) throw failure;
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One answer: believed in nothing but its shape. */
function take({ answers, additionals }: Packet, from: string, found: Map<string, FoundServer>): void {
  const all = [...answers, ...additionals].map((record) => Object(record) as Record<string, unknown>);
  for (const { name, type, ttl, data } of all) {
    if (type !== "SRV" || typeof name !== "string" || !name.toLowerCase().endsWith(`.${SERVICE}`)) continue;
    const label = printable(name.slice(0, -SERVICE.length - 1), LONGEST_LABEL);
    const { port, target } = Object(data) as Record<string, unknown>;
    if (ttl === 0) found.delete(label);
    if (ttl === 0 || typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65_535) continue;
    if (!found.has(label) && found.size >= MOST_FOUND) continue;
    const told = all.filter((record) => record.name === target && (record.type === "A" || record.type === "AAAA")).map((record) => String(record.data));
    const addresses = [...new Set([from, ...told])].filter((address) => /^[0-9a-fA-F:.]{2,45}$/.test(address)).slice(0, MOST_ADDRESSES);
    found.set(label, { name: label, addresses, port });
  }
}

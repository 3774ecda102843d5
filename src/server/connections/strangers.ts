/** Connections that have proved nothing yet: how many there are, where they come from, and how often they failed. */
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";

/** Connections in their handshake at a time. When one more comes, the oldest of them is dropped. */
export const MOST_STRANGERS = 128;
/** Addresses whose failures are remembered. When one more fails, the one that failed longest ago is forgotten. */
export const MOST_FAILING_ADDRESSES = 1024;
/** Failures that cost nothing: a person may try an old secret. */
const FREE_FAILURES = 3;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 3000;
/** After this long the failures of an address count half. */
const HALF_LIFE_MS = 60_000;

/** One of them. */
export interface Stranger {
  /** Where it comes from: an IP address. */
  readonly from: string;
  /** Ends it without a word. */
  drop(): void;
}

export class Strangers {
  private readonly waiting = new Set<Stranger>();
  private readonly failures = new Map<string, { count: number; at: number }>();

  constructor(private readonly clock: Clock, private readonly log: Logger) {}

  enter(stranger: Stranger): void {
    const oldest = this.waiting.size >= MOST_STRANGERS ? this.waiting.values().next().value : undefined;
    this.waiting.add(stranger);
    if (!oldest) return;
    this.waiting.delete(oldest);
    this.log.warn("too many handshakes at a time", { dropped: oldest.from });
    oldest.drop();
  }

  /** It has proved itself, or is gone. */
  leave(stranger: Stranger): void {
    this.waiting.delete(stranger);
  }

  get size(): number {
    return this.waiting.size;
  }

  /** Somebody at this address did not know the secret. The log tells of the first failure, the second, the fourth, … */
  failed(from: string, why: string): void {
    const key = network(from);
    const count = this.countOf(key) + 1;
    this.failures.delete(key);
    this.failures.set(key, { count, at: this.clock.now() });
    if (this.failures.size > MOST_FAILING_ADDRESSES) this.failures.delete(this.failures.keys().next().value!);
    if ((count & (count - 1)) === 0) this.log.warn("handshake failed", { from, why, failures: count });
  }

  /** Somebody at this address knew the secret: it is served at once again. */
  succeeded(from: string): void {
    this.failures.delete(network(from));
  }

  /** Milliseconds that the next one from this address waits for the server's proof. */
  delay(from: string): number {
    const count = this.countOf(network(from));
    if (count < FREE_FAILURES) return 0;
    return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(16, count - FREE_FAILURES));
  }

  private countOf(key: string): number {
    const known = this.failures.get(key);
    if (!known) return 0;
    return Math.floor(known.count / 2 ** Math.floor((this.clock.now() - known.at) / HALF_LIFE_MS));
  }
}

/** What stands for an address in the table: all of an IPv6 /64 belongs to one customer (RFC 6177), so it is one entry. */
function network(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  const all = [...groups, ...Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill("0"), ...rest];
  return `${all.slice(0, 4).join(":")}::/64`;
}

/** Seeds of random tests: printed, and given again by `FUZZ_SEED` to replay a failure; `FUZZ_TIMES` lengthens a run. */
import { seededRandom, systemRandom, type Random } from "../../src/base/random.ts";

/** A repeatable source for one test. The seed is printed, so that a failure can be replayed. */
export function fuzzRandom(what: string): Random {
  const seed = Number(process.env["FUZZ_SEED"] ?? systemRandom.integer(2 ** 32));
  console.log(`${what}: FUZZ_SEED=${seed}`);
  return seededRandom(seed);
}

/** Runs `round` until the time is up (or `most` rounds), at least once. An error names its round. */
export function fuzzRounds(most: number, mostMs: number, round: (n: number) => void): number {
  const times = Number(process.env["FUZZ_TIMES"] ?? 1);
  const end = performance.now() + mostMs * times;
  let n = 0;
  for (; n < most * times && (n === 0 || performance.now() < end); n++) {
    try {
      round(n);
    } catch (error) {
      throw new Error(`round ${n}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  return n;
}

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)]!;
}

/** An integer from `least` to `most`, both included. */
export function between(random: Random, least: number, most: number): number {
  return least + random.integer(most - least + 1);
}

/** Cuts bytes into pieces of random lengths. */
export function chunks(bytes: Uint8Array, random: Random, longest: number): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = random.integer(4) === 0 ? 1 : between(random, 1, longest);
    out.push(bytes.slice(at, at + length));
    at += length;
  }
  return out;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Seeds of random tests: printed, and given again by `FUZZ_SEED` to replay a failure; `FUZZ_TIMES` lengthens a run. */
import { seededRandom, systemRandom, type Random } from "../../src/base/random.ts";

/** A repeatable source for one test. The seed is printed, so that a failure can be replayed. */
export function fuzzRandom(what: string): Random {
  return seededRandom(firstSeed(what));
}

function firstSeed(what: string): number {
  const seed = Number(process.env["FUZZ_SEED"] ?? systemRandom.integer(2 ** 32));
  console.log(`${what}: FUZZ_SEED=${seed}`);
  return seed;
}

/**
 * Runs `round` until the time is up (or `most` rounds), at least once. Each round has the seed after the one before; an
 * error names its own, with which the first round is the one that failed.
 * @returns the number of rounds
 */
export function fuzzRounds(
  what: string, most: number, mostMs: number, round: (random: Random, n: number) => void,
): number {
  const times = Number(process.env["FUZZ_TIMES"] ?? 1);
  const first = firstSeed(what);
  const run = (seed: number, n: number): void => {
    try {
      round(seededRandom(seed), n);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`${what}, repeated by FUZZ_SEED=${seed}: ${message}`, { cause: error });
    }
  };
  const end = performance.now() + mostMs * times;
  let n = 0;
  for (; n < most * times && (n === 0 || performance.now() < end); n++) run((first + n) % 2 ** 32, n);
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

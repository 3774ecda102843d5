/** Randomness, injected where a test may want to replay it. */

/** A source of random numbers and bytes. */
export interface Random {
  /** A float in [0, 1). */
  float(): number;
  /** An integer in [0, below). `below` is at most 2^32. */
  integer(below: number): number;
  /** `length` unpredictable bytes (from the system: fit for secrets; from a seed: not). */
  bytes(length: number): Uint8Array;
}

/** The system's cryptographic randomness. */
export const systemRandom: Random = {
  float: () => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32,
  integer: (below) => Math.floor((crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32) * below),
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

/** A repeatable source for tests and simulations: mulberry32 seeded with a 32-bit integer. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    float: next,
    integer: (below) => Math.floor(next() * below),
    bytes: (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256)),
  };
}

/** `length` bytes as lower-case hexadecimal: ids that nobody has to type. */
export function randomHex(random: Random, length: number): string {
  return Buffer.from(random.bytes(length)).toString("hex");
}

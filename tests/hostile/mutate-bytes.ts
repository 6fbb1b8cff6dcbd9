/** Seeded damage to a file of any format: flipped bits, cuts, splices of two files, lies about lengths. */

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export type Random = () => number;

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Mutation = (bytes: Uint8Array, random: Random, donor: Uint8Array) => Uint8Array;

function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function flipBits(bytes: Uint8Array, random: Random): Uint8Array {
  const mutant = bytes.slice();
  for (let count = 1 + below(random, 4); count > 0; count--) {
    const at = below(random, mutant.length);
    mutant[at] = mutant[at]! ^ (1 << below(random, 8));
  }
  return mutant;
}

function replaceBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const mutant = bytes.slice();
  for (let count = 1 + below(random, 4); count > 0; count--) {
    mutant[below(random, mutant.length)] = below(random, 256);
  }
  return mutant;
}

function truncate(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.slice(0, below(random, bytes.length));
}

function remove(bytes: Uint8Array, random: Random): Uint8Array {
  const start = below(random, bytes.length);
  return concat(bytes.subarray(0, start), bytes.subarray(start + 1 + below(random, 16)));
}

function repeat(bytes: Uint8Array, random: Random): Uint8Array {
  const start = below(random, bytes.length);
  const piece = bytes.subarray(start, start + 1 + below(random, 64));
  const copies = new Array<Uint8Array>(1 + below(random, 64)).fill(piece);
  return concat(bytes.subarray(0, start), ...copies, bytes.subarray(start));
}

/** The start of one file and the end of another. */
function splice(bytes: Uint8Array, random: Random, donor: Uint8Array): Uint8Array {
  return concat(bytes.subarray(0, below(random, bytes.length)), donor.subarray(below(random, donor.length)));
}

/** A piece of another file in the middle. */
function transplant(bytes: Uint8Array, random: Random, donor: Uint8Array): Uint8Array {
  const at = below(random, bytes.length);
  const start = below(random, donor.length);
  return concat(
    bytes.subarray(0, at),
    donor.subarray(start, start + 1 + below(random, 128)),
    bytes.subarray(at),
  );
}

const LYING_NUMBERS = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0xffffn,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];

/** A length, count or offset that is not true. */
function lie(bytes: Uint8Array, random: Random): Uint8Array {
  const mutant = bytes.slice();
  const width = [1, 2, 4, 8][below(random, 4)]!;
  const at = below(random, Math.max(1, mutant.length - width));
  const value = LYING_NUMBERS[below(random, LYING_NUMBERS.length)]!;
  const littleEndian = random() < 0.8;
  for (let i = 0; i < width && at + i < mutant.length; i++) {
    const shift = BigInt(8 * (littleEndian ? i : width - 1 - i));
    mutant[at + i] = Number((value >> shift) & 0xffn);
  }
  return mutant;
}

const MUTATIONS: readonly Mutation[] = [
  flipBits,
  replaceBytes,
  truncate,
  remove,
  repeat,
  splice,
  transplant,
  lie,
];

/** One damaged copy; mostly one kind of damage, sometimes several. */
export function mutateBytes(bytes: Uint8Array, random: Random, donor: Uint8Array): Uint8Array {
  let mutant = bytes;
  do {
    if (mutant.length === 0) return mutant;
    mutant = MUTATIONS[below(random, MUTATIONS.length)]!(mutant, random, donor);
  } while (random() < 0.2);
  return mutant;
}

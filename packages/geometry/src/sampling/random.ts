/** Seeded pseudo-random numbers: xoshiro128** (Blackman and Vigna 2018), in 32-bit integer steps alone. */

export interface Random {
  /** A whole number from 0 to 2^32 - 1. */
  nextUint32(): number;
  /** A number in [0, 1) with 32 random bits. */
  next(): number;
}

/** The same seed gives the same numbers on every machine. */
export function createRandom(seed: number): Random {
  const nextSeedWord = createSplitmix(seed);
  let a = nextSeedWord();
  let b = nextSeedWord();
  let c = nextSeedWord();
  let d = nextSeedWord() | 1; // never all zero
  const nextUint32 = (): number => {
    const scrambled = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return scrambled;
  };
  return { nextUint32, next: () => nextUint32() / 4294967296 };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Fills the state from one word so that near seeds give unlike streams (splitmix, 32 bits). */
function createSplitmix(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
}

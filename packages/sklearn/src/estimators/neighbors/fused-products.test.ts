import { expect, test } from 'vitest';
import { fusedDot, fusedMultiplyAdd, squaredNorm } from './fused-products.ts';

/** A float64 as a whole number times a power of two. */
function exactly(value: number): { mantissa: bigint; exponent: number } {
  const words = new DataView(new ArrayBuffer(8));
  words.setFloat64(0, value);
  const bits = words.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & (2n ** 52n - 1n);
  const mantissa = biased === 0 ? fraction : fraction + 2n ** 52n;
  return { mantissa: value < 0 ? -mantissa : mantissa, exponent: Math.max(biased, 1) - 1_075 };
}

/** a * b + c with whole numbers, rounded once: to nearest, ties to even. */
function byWholeNumbers(a: number, b: number, c: number): number {
  const [x, y, z] = [exactly(a), exactly(b), exactly(c)];
  const product = { mantissa: x.mantissa * y.mantissa, exponent: x.exponent + y.exponent };
  const exponent = Math.min(product.exponent, z.exponent);
  const sum =
    (product.mantissa << BigInt(product.exponent - exponent)) + (z.mantissa << BigInt(z.exponent - exponent));
  const size = sum < 0n ? -sum : sum;
  const dropped = size.toString(2).length - 53;
  if (dropped <= 0) return Number(sum) * 2 ** exponent;
  const half = 1n << BigInt(dropped - 1);
  let kept = size >> BigInt(dropped);
  const rest = size - (kept << BigInt(dropped));
  if (rest > half || (rest === half && kept % 2n === 1n)) kept++;
  return (sum < 0n ? -1 : 1) * Number(kept) * 2 ** (exponent + dropped);
}

function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

test('a fused step rounds once', () => {
  const random = createRandom(3);
  for (let i = 0; i < 20_000; i++) {
    const a = (random() + random() * 2 ** -32) * 2 ** Math.round(random() * 30);
    const b = (random() + random() * 2 ** -32) * 2 ** Math.round(random() * 30);
    // Every other sum nearly cancels, where a product rounded on its own would show.
    const c =
      i % 2 === 0 ? -(a * b) * (1 + Math.round(random() * 4) * 2 ** -52) : random() * 2 ** (random() * 90);
    expect(fusedMultiplyAdd(a, b, c)).toBe(byWholeNumbers(a, b, c));
  }
});

test('ties, exact sums and zeros', () => {
  const epsilon = Number.EPSILON;
  for (const [a, b, c] of [
    [1 + epsilon, 1 + epsilon, -1],
    [1 + epsilon, 1 - epsilon, -1],
    [2 ** 53, 1, 1],
    [2 ** 53, 1, 3],
    [2 ** 53 + 2, 1, 1],
    [2 ** 26 + 1, 2 ** 27 + 1, -(2 ** 53)],
    [0.1, 10, -1],
    [3, 5, -15],
    [0, 5, 0.1],
    [2 ** -500, 2 ** -400, 1],
  ] as const) {
    expect(fusedMultiplyAdd(a, b, c)).toBe(byWholeNumbers(a, b, c));
    expect(fusedMultiplyAdd(-a, b, -c)).toBe(byWholeNumbers(-a, b, -c));
  }
});

test('a norm and a product of equal rows agree below a block, and nearly above it', () => {
  const random = createRandom(9);
  const row = Float64Array.from({ length: 40 }, random);
  const plain = row.reduce((sum, value) => sum + value * value, 0);
  for (const length of [1, 4, 15, 16, 17, 40]) {
    const expected = row.slice(0, length).reduce((sum, value) => sum + value * value, 0);
    expect(squaredNorm(row, 0, length)).toBeCloseTo(expected, 14);
    expect(fusedDot(row, 0, row, 0, length)).toBeCloseTo(expected, 14);
  }
  expect(squaredNorm(row, 0, 40)).toBeCloseTo(plain, 13);
});

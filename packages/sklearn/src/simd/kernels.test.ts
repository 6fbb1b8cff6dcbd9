/** The kernels are what their source makes, and give the bits that loops in TypeScript give. */
import { expect, test } from 'vitest';
import { assembleKernels } from '../../kernels/kernels.ts';
import { exponentiate, hyperbolicTangent } from '../estimators/kernels/exponential.ts';
import { KERNEL_BYTES } from './kernel-bytes.ts';
import { openKernels, type SumsName } from './kernels.ts';
import { SCRATCH_PAGES } from './layout.ts';
import { sumInTiles } from './sums-in-tiles.ts';

const TERMS: Readonly<Record<SumsName, (a: number, b: number) => number>> = {
  products: (a, b) => a * b,
  squaredDistances: (a, b) => (a - b) * (a - b),
  absoluteDistances: (a, b) => Math.abs(a - b),
};

function numbers(length: number, seed: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => Math.sin((i + seed) * 12.9898) * 43);
}

test('the bytes are what the source assembles to: `node scripts/build-kernels.ts` writes them', () => {
  expect(KERNEL_BYTES.replaceAll('\n', '')).toBe(Buffer.from(assembleKernels()).toString('base64'));
});

test('the memory has one size for ever', () => {
  expect(openKernels()!.numbers.buffer.byteLength).toBe(SCRATCH_PAGES * 2 ** 16);
});

test.each(Object.keys(TERMS) as SumsName[])('%s of every block size, to the last bit', (name) => {
  for (const [rows, others, columns] of [
    [4, 4, 256],
    [7, 9, 101],
    [65, 6, 40],
    [130, 5, 33],
    [5, 1_001, 3],
    // Several blocks of Y.
    [9, 4_099, 2],
    [6, 70, 2_003],
  ] as const) {
    const X = { data: numbers(rows * columns, 1), rows, columns };
    const Y = numbers(others * columns, 5);
    const bias = numbers(others, 9);
    const out = new Float64Array(rows * others);
    expect(sumInTiles(name, X, Y, others, out, { bias })).toBe(true);
    const plain = out.map((_, at) => {
      const [i, j] = [Math.floor(at / others), at % others];
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += TERMS[name](X.data[i * columns + k]!, Y[j * columns + k]!);
      return sum + bias[j]!;
    });
    expect(out).toEqual(plain);
  }
});

test('what is taken from the rows first is taken from each of them', () => {
  for (const columns of [32, 33]) {
    const X = { data: numbers(40 * columns, 1), rows: 40, columns };
    const shift = numbers(columns, 3);
    const Y = numbers(8 * columns, 5);
    const out = new Float64Array(40 * 8);
    const plain = new Float64Array(40 * 8);
    expect(sumInTiles('products', X, Y, 8, out, { shift })).toBe(true);
    const data = X.data.map((value, i) => value - shift[i % columns]!);
    expect(sumInTiles('products', { ...X, data }, Y, 8, plain)).toBe(true);
    expect(out).toEqual(plain);
  }
});

test('without a bias nothing is added, not even to minus zero', () => {
  const X = { data: new Float64Array(4 * 1_024).fill(-0), rows: 4, columns: 1_024 };
  const out = new Float64Array(16);
  expect(sumInTiles('products', X, new Float64Array(4 * 1_024).fill(1), 4, out)).toBe(true);
  expect(out.every((value) => value === 0)).toBe(true);
});

test('exponentials of distances are those of TypeScript, to the last bit', () => {
  const X = { data: numbers(33 * 20, 2), rows: 33, columns: 20 };
  const Y = numbers(31 * 20, 7);
  // From ordinary ones to those that are zero or not normal.
  for (const exponent of [-1e-9, -1e-3, -0.02, -0.03, 0.01]) {
    const out = new Float64Array(33 * 31);
    expect(sumInTiles('squaredDistances', X, Y, 31, out, { exponent })).toBe(true);
    const plain = new Float64Array(33 * 31);
    expect(sumInTiles('squaredDistances', X, Y, 31, plain)).toBe(true);
    exponentiate(plain, exponent);
    expect(out).toEqual(plain);
  }
});

test.each([
  ['exponentiate', (values: Float64Array) => exponentiate(values, 1), Math.exp, 5e-16],
  ['hyperbolicTangent', hyperbolicTangent, Math.tanh, 1e-13],
] as const)('%s of many numbers at once and of each alone are the same bits', (_, transform, exact, most) => {
  const special = [0, 1e-300, -1e-9, 709.5, -745, 800, -800, Infinity, -Infinity, Number.NaN];
  const x = Float64Array.from({ length: 5_001 }, (_, i) => special[i] ?? Math.sin(i) * 10 ** ((i % 7) - 4));
  const many = x.slice();
  transform(many);
  for (const [i, value] of x.entries()) {
    const alone = Float64Array.of(value);
    transform(alone);
    expect(many[i]).toBe(alone[0]);
    if (Math.abs(value) < 700) expect(Math.abs(many[i]! / exact(value) - 1) || 0).toBeLessThan(most);
    else expect(many[i]).toBe(exact(value));
  }
});

test('sums below zero become zero', () => {
  const X = { data: numbers(40 * 32, 1), rows: 40, columns: 32 };
  const Y = numbers(8 * 32, 5);
  const out = new Float64Array(40 * 8);
  const plain = new Float64Array(40 * 8);
  expect(sumInTiles('products', X, Y, 8, out, { rectifies: true })).toBe(true);
  expect(sumInTiles('products', X, Y, 8, plain)).toBe(true);
  expect(out).toEqual(plain.map((value) => Math.max(value, 0)));
});

test('leaves to TypeScript what is small or too wide', () => {
  const wide = { data: new Float64Array(4 * 10_000), rows: 4, columns: 10_000 };
  expect(sumInTiles('products', wide, wide.data, 4, new Float64Array(16))).toBe(false);
  const small = { data: new Float64Array(8), rows: 4, columns: 2 };
  expect(sumInTiles('products', small, small.data, 4, new Float64Array(16))).toBe(false);
});

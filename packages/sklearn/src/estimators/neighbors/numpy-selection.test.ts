import { expect, test } from 'vitest';
import { partition, sortOrder } from './numpy-selection.ts';

function nearest(values: readonly number[], count: number): { picked: number[]; sorted: number[] } {
  const data = Float64Array.from(values);
  const order = Int32Array.from(data.keys());
  partition(data, order, data.length, count - 1);
  const picked = [...order.subarray(0, count)];
  sortOrder(data, order, count);
  return { picked, sorted: [...order.subarray(0, count)] };
}

/** How many, which `argpartition` took, and those sorted by `argsort`. */
const NUMPY: readonly (readonly [number, readonly number[], readonly number[]])[] = [
  [3, [5, 10, 16], [5, 10, 16]],
  [7, [16, 5, 10, 8, 18, 1, 11], [16, 5, 10, 8, 18, 1, 11]],
  [12, [11, 19, 18, 17, 4, 5, 16, 15, 8, 1, 10, 9], [5, 16, 10, 11, 19, 18, 4, 15, 8, 1, 17, 9]],
  [
    20,
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 19, 15, 16, 17, 18, 14],
    [5, 16, 10, 1, 4, 8, 18, 11, 15, 19, 9, 2, 17, 6, 12, 0, 7, 3, 13, 14],
  ],
];

test('takes the equal ones that NumPy 2.4 takes without AVX2, in its order', () => {
  const values = [3, 1, 2, 3, 1, 0, 2, 3, 1, 2, 0, 1, 2, 3, 3, 1, 0, 2, 1, 1];
  for (const [count, picked, sorted] of NUMPY) {
    expect([count, nearest(values, count)]).toEqual([count, { picked, sorted }]);
  }
});

test('whatever the values are, the smallest come first, NaN last, and soon', () => {
  const size = 20_000;
  const shapes: Record<string, (i: number) => number> = {
    equal: () => 1,
    rising: (i) => i,
    falling: (i) => -i,
    'up and down': (i) => Math.min(i, size - i),
    alternating: (i) => (i % 2 === 0 ? i : size - i),
    'with gaps': (i) => (i % 3 === 0 ? Number.NaN : (i * 7919) % 1000),
  };
  for (const [name, shape] of Object.entries(shapes)) {
    const values = Array.from({ length: size }, (_, i) => shape(i));
    const expected = Float64Array.from(values).sort();
    for (const count of [1, 4, size / 2, size]) {
      const started = performance.now();
      const { sorted } = nearest(values, count);
      expect(performance.now() - started).toBeLessThan(500);
      expect(new Set(sorted).size).toBe(count);
      const found = Float64Array.from(sorted, (i) => values[i]!);
      expect([name, found]).toEqual([name, expected.slice(0, count)]);
    }
  }
});

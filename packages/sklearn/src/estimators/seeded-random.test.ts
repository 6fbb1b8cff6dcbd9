import { expect, test } from 'vitest';
import { SeededRandom } from './seeded-random.ts';

/** As `numpy.random.RandomState` draws in NumPy 1.26 and 2.4. */
test('permutations and whole numbers of a seed', () => {
  const random = new SeededRandom(0);
  const order = new Int32Array(10);
  random.permute(order);
  expect([...order]).toEqual([2, 8, 4, 9, 1, 6, 7, 3, 0, 5]);
  random.permute(order.subarray(0, 3));
  expect([...order.subarray(0, 3)]).toEqual([2, 1, 0]);
  expect(Array.from({ length: 8 }, () => random.upTo(63))).toEqual([6, 24, 24, 12, 58, 1, 38, 39]);
});

test('the largest seed, and more numbers than are made at once', () => {
  const random = new SeededRandom(2 ** 32 - 1);
  expect([1, 2, 3].map(() => random.upTo(2 ** 31 - 1))).toEqual([419_326_371, 479_346_978, 1_771_170_828]);
  expect(Array.from({ length: 2_000 }, () => random.upTo(999)).slice(-3)).toEqual([901, 607, 882]);
});

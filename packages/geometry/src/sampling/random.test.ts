import { expect, test } from 'vitest';
import { createRandom } from './random.ts';

test('the same seed gives the same numbers, for ever', () => {
  const { nextUint32 } = createRandom(1);
  expect([nextUint32(), nextUint32(), nextUint32(), nextUint32()]).toMatchInlineSnapshot(`
    [
      393288148,
      2174103013,
      3814759091,
      2092745082,
    ]
  `);
});

test('near seeds give unlike numbers', () => {
  const first = [1, 2, 3, 4, 5].map((seed) => createRandom(seed).next());
  expect(new Set(first.map((value) => Math.floor(value * 1000))).size).toBe(5);
});

test('numbers fill [0, 1) evenly', () => {
  const { next } = createRandom(42);
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i++) counts[Math.floor(next() * 10)]!++;
  // Chi squared with 9 degrees of freedom stays below 27.9 in 999 of 1000 cases.
  expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.9);
});

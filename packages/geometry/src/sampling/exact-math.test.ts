import { expect, test } from 'vitest';
import { arcCosine, logarithm } from './exact-math.ts';

test('logarithm agrees with the engine to 14 digits', () => {
  for (const value of [1e-300, 1e-6, 0.5, Math.SQRT1_2, 1, Math.SQRT2, 1.4143, 2, 3.14, 1000, 1e38, 1e300]) {
    expect(Math.abs(logarithm(value) - Math.log(value))).toBeLessThan(
      1e-14 * Math.max(1, Math.abs(Math.log(value))),
    );
  }
  expect(logarithm(0)).toBe(-Infinity);
});

test('arcCosine agrees with the engine to 2e-8, and stays in range beyond rounding', () => {
  for (let cosine = -1; cosine <= 1; cosine += 0.001) {
    expect(Math.abs(arcCosine(cosine) - Math.acos(cosine))).toBeLessThan(3e-8);
  }
  expect(arcCosine(1 + 1e-15)).toBe(0);
  expect(arcCosine(-1 - 1e-15)).toBe(Math.PI);
});

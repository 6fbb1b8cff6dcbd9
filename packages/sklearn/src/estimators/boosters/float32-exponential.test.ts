import { expect, test } from 'vitest';
import { expFloat32 } from './float32-exponential.ts';

/** Answers of `expf` of glibc 2.36 that are not the nearest float32. */
test.each([
  [0.18897616863250732, 1.2080122232437134],
  [-3.392015218734741, 0.03364081680774689],
  [-0.26693928241729736, 0.7657195925712585],
  [-0.9601129293441772, 0.38284966349601746],
  [0.9428103566169739, 2.567185878753662],
  [4.102372169494629, 60.48359680175781],
])('e^%d is %d', (x, expected) => {
  expect(expFloat32(x)).toBe(expected);
  expect(Math.fround(Math.exp(x))).not.toBe(expected);
});

test('is within one float32 of the exponential everywhere', () => {
  for (let x = -103; x < 89; x += 0.0371) {
    const value = Math.fround(x);
    const exact = Math.exp(value);
    const answer = expFloat32(value);
    if (exact > 2 ** 128) expect(answer).toBe(Number.POSITIVE_INFINITY);
    else expect(Math.abs(answer - exact)).toBeLessThanOrEqual(Math.max(exact * 2 ** -23, 2 ** -149));
  }
});

test('ends in zero, infinity and NaN', () => {
  expect([-1e30, Number.NEGATIVE_INFINITY].map(expFloat32)).toEqual([0, 0]);
  expect([200, Number.POSITIVE_INFINITY].map(expFloat32)).toEqual([
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]);
  expect(expFloat32(Number.NaN)).toBeNaN();
  expect(expFloat32(0)).toBe(1);
});

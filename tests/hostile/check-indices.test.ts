/** The check of the indices is there, and is told of what JavaScript passes over. */
import { expect, test } from 'vitest';
import { dot } from '../../packages/sklearn/src/estimators/linear-algebra.ts';
import { withChecks } from './check-indices.ts';

test('an index past the end is thrown with its place', () => {
  const two = Float64Array.of(1, 2);
  expect(dot(two, 0, two, 0, 2)).toBe(5);
  expect(() => dot(two, 0, two, 1, 2)).toThrow(/Index 2 of 2 at .*linear-algebra\.ts:\d+/);
});

test('reads and writes are checked, in each other too', () => {
  expect(withChecks('a[b[i]!]! + this.c[j]!;\nd[k] = 1;\ne[f]', '/x.ts')).toBe(
    'a[__checkIndex(a, b[__checkIndex(b, i, "/x.ts:1")]!, "/x.ts:1")]! + this.c[__checkIndex(this.c, j, "/x.ts:1")]!;\nd[__checkIndex(d, k, "/x.ts:2")] = 1;\ne[f]',
  );
});

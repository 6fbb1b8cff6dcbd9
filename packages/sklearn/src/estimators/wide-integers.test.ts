import { expect, test } from 'vitest';
import { wideIntegersToFloat64 } from './wide-integers.ts';

const VALUES = [
  0n,
  1n,
  -1n,
  255n,
  -(2n ** 31n),
  2n ** 31n,
  2n ** 32n,
  2n ** 53n + 1n,
  2n ** 53n + 3n,
  -(2n ** 63n),
  2n ** 63n - 1n,
];

test('signed integers become the nearest number', () => {
  const signed = BigInt64Array.from(VALUES);
  expect([...wideIntegersToFloat64(signed)]).toEqual([...signed].map(Number));
});

test('unsigned integers become the nearest number', () => {
  const unsigned = BigUint64Array.from([...VALUES, 2n ** 64n - 1n, 2n ** 63n + 2n ** 10n + 1n]);
  expect([...wideIntegersToFloat64(unsigned)]).toEqual([...unsigned].map(Number));
});

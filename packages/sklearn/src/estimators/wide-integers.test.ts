import { expect, test } from 'vitest';
import { narrowIndices, wideIntegersToFloat64 } from './wide-integers.ts';

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

test('integers within their bounds become 32-bit ones, others none at all', () => {
  expect(narrowIndices(BigInt64Array.of(-1n, 0n, 2n ** 31n - 1n), -1, 2 ** 31 - 1)).toEqual(
    Int32Array.of(-1, 0, 2 ** 31 - 1),
  );
  for (const value of [-2n, 3n, 2n ** 32n, -(2n ** 32n) - 1n, 2n ** 62n]) {
    expect(narrowIndices(BigInt64Array.of(0n, value), -1, 2)).toBeNull();
  }
  expect(narrowIndices(Uint8Array.of(0, 1), 0, 1)).toEqual(Int32Array.of(0, 1));
  expect(narrowIndices(Uint8Array.of(0, 2), 0, 1)).toBeNull();
  expect(narrowIndices(Int32Array.of(5, -3), -3, 5)).toEqual(Int32Array.of(5, -3));
  expect(narrowIndices(Float64Array.of(1), 0, 1)).toBeNull();
});

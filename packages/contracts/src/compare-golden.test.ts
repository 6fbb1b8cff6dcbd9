import { expect, test } from 'vitest';
import { compareOutputs } from './compare-golden.ts';

test('equal outputs have no difference', () => {
  expect(
    compareOutputs(
      [
        [1, 2],
        ['a', true],
      ],
      [
        [1, 2],
        ['a', true],
      ],
      0,
    ),
  ).toEqual({ worst: 0, mismatch: null });
});

test('a number is measured against the larger of itself and the root mean square', () => {
  const { worst, mismatch } = compareOutputs([0, 10], [1e-12, 10], 1e-9);
  expect(worst).toBeCloseTo(1e-12 / Math.sqrt(50), 25);
  expect(mismatch).toBeNull();
});

test('a number beyond the tolerance is named with its place', () => {
  expect(compareOutputs([[1, 2]], [[1, 2.1]], 1e-9).mismatch).toEqual({
    path: 'output[0][1]',
    expected: '2',
    actual: '2.1',
  });
});

test('NaN and infinities agree with themselves only', () => {
  expect(compareOutputs(['NaN', 'Infinity'], ['NaN', 'Infinity'], 0).mismatch).toBeNull();
  expect(compareOutputs(['NaN'], [1], 1).mismatch?.path).toBe('output[0]');
  expect(compareOutputs(['Infinity'], ['-Infinity'], 1).mismatch?.path).toBe('output[0]');
});

test('labels must be identical, and lengths the same', () => {
  expect(compareOutputs(['a'], ['b'], 1).mismatch?.actual).toBe('"b"');
  expect(compareOutputs([1, 2], [1], 1).mismatch?.actual).toBe('an array of 1');
  expect(compareOutputs([1], [[1]], 1).mismatch?.path).toBe('output[0]');
  expect(compareOutputs([1], undefined, 1).mismatch?.actual).toBe('nothing');
});

test('large numbers, and numbers that are none, do not hide a difference in others', () => {
  expect(compareOutputs([1e200, 2e200], [1e200, 3e200], 1e-9).mismatch).toMatchObject({ path: 'output[1]' });
  expect(compareOutputs([Number.NaN, 1], [Number.NaN, 2], 1e-9).mismatch).toMatchObject({
    path: 'output[1]',
  });
  expect(compareOutputs([Infinity, 1], [Infinity, 2], 1e-9).mismatch).toMatchObject({ path: 'output[1]' });
  expect(compareOutputs([1e-200, 2e-200], [1e-200, 3e-200], 1e-9).mismatch).not.toBeNull();
});

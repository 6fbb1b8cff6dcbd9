import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodePredictions } from './encode-predictions.ts';

function decode(output: Parameters<typeof encodePredictions>[2]): unknown {
  return JSON.parse(encodePredictions('m', '1', output)).predictions;
}

test('numbers come back exactly, in their shape', () => {
  fc.assert(
    fc.property(
      fc.float64Array({ minLength: 12, maxLength: 12, noNaN: true, noDefaultInfinity: true }),
      (data) => {
        const plain = [...data].map((value) => value + 0 || 0);
        const numbers = { kind: 'numbers', data, integer: false } as const;
        expect(decode({ ...numbers, shape: [12] })).toEqual(plain);
        expect(decode({ ...numbers, shape: [3, 4] })).toEqual([0, 4, 8].map((at) => plain.slice(at, at + 4)));
        expect(decode({ ...numbers, shape: [2, 3, 2] })).toEqual(
          [0, 6].map((at) => [0, 2, 4].map((more) => plain.slice(at + more, at + more + 2))),
        );
      },
    ),
  );
});

test('what JSON cannot hold is a string', () => {
  const data = new Float64Array([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  expect(decode({ kind: 'numbers', data, shape: [3], integer: false })).toEqual([
    'NaN',
    'Infinity',
    '-Infinity',
  ]);
});

test('labels keep their kind, and integers all their digits', () => {
  const values = ['a "quoted" name', 3, true, 2n ** 60n];
  expect(encodePredictions('m', '1', { kind: 'labels', values, shape: [4] })).toBe(
    '{"model":"m","version":"1","predictions":["a \\"quoted\\" name",3,true,1152921504606846976]}',
  );
});

test('several answers are a list of them; no rows are an empty list', () => {
  const one = { kind: 'numbers', data: new Float64Array([1, 2]), shape: [2, 1], integer: true } as const;
  const two = { kind: 'labels', values: ['x', 'y'], shape: [2] } as const;
  expect(decode({ kind: 'list', items: [one, two] })).toEqual([
    [[1], [2]],
    ['x', 'y'],
  ]);
  expect(decode({ kind: 'labels', values: [], shape: [0] })).toEqual([]);
});

import { expect, test } from 'vitest';
import { makeTensor } from '../tensor.ts';
import { classify } from './classification.ts';

const SCORES = makeTensor('scores', 'FP64', [2, 3], new Float64Array([0.25, 0.5, 0.125, 3, -1, 2]));

test('answers the largest of each row, with their labels', () => {
  expect(classify(SCORES, 2, ['a', 'b', 'c'])).toEqual(
    makeTensor('scores', 'BYTES', [2, 2], ['0.5:1:b', '0.25:0:a', '3:0:a', '2:2:c']),
  );
});

test('names no labels that are not those of the row, and answers no more than there are', () => {
  const one = makeTensor('scores', 'INT64', [2], new BigInt64Array([4n, 5n]));
  expect(classify(one, 9, ['a', 'b', 'c'])).toEqual(makeTensor('scores', 'BYTES', [2], ['5:1', '4:0']));
});

test('refuses what holds no numbers', () => {
  expect(() => classify(makeTensor('kind', 'BYTES', [1], ['bolt']), 1)).toThrow(
    /only numbers are classified/,
  );
});

import { expect, test } from 'vitest';
import { SklearnError } from '../errors.ts';
import { checkBetween, checkInput } from './check-input.ts';
import type { Accepts, FittedEstimator } from './definition.ts';

function estimator(accepts: Accepts): FittedEstimator {
  return { className: 'Ridge', columns: 2, columnNames: null, accepts, classes: null, methods: {} };
}

/** Checks rows of two columns; gives the path of what was refused, or null. */
function refusedAt(accepts: Accepts, numbers: readonly number[]): string | null {
  const X = { data: Float64Array.from(numbers), rows: numbers.length / 2, columns: 2 };
  try {
    checkInput(X, estimator(accepts), 2);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(SklearnError);
    expect((error as SklearnError).code).toBe('INPUT_INVALID');
    return (error as SklearnError).path ?? '';
  }
}

const INFINITY = Number.POSITIVE_INFINITY;
const PAST_FLOAT32 = 3.5e38;
/** The largest number that still rounds to a finite float32, and the next one. */
const LAST_FLOAT32 = 3.4028235677973362e38;
const FIRST_PAST_FLOAT32 = 3.4028235677973366e38;

test('each kind refuses what scikit-learn refuses, by its place', () => {
  expect(refusedAt('finite', [1, 2, 3, PAST_FLOAT32])).toBeNull();
  expect(refusedAt('finite', [1, 2, 3, Number.NaN])).toBe('inputs[1][1]');
  expect(refusedAt('finite', [1, 2, -INFINITY, 4])).toBe('inputs[1][0]');
  expect(refusedAt('missing', [1, Number.NaN, 3, 4])).toBeNull();
  expect(refusedAt('missing', [1, Number.NaN, 3, INFINITY])).toBe('inputs[1][1]');
  expect(refusedAt('finite-float32', [1, LAST_FLOAT32])).toBeNull();
  expect(refusedAt('finite-float32', [1, FIRST_PAST_FLOAT32])).toBe('inputs[0][1]');
  expect(refusedAt('finite-float32', [1, Number.NaN])).toBe('inputs[0][1]');
  expect(refusedAt('missing-float32', [Number.NaN, -PAST_FLOAT32])).toBe('inputs[0][1]');
  expect(refusedAt('missing-float32', [Number.NaN, 1])).toBeNull();
  expect(refusedAt('anything', [Number.NaN, INFINITY])).toBeNull();
});

test('a wrong width and no rows are told as such', () => {
  const X = { data: new Float64Array(3), rows: 1, columns: 3 };
  expect(() => checkInput(X, estimator('finite'), 2)).toThrow('The rows have 3 columns; Ridge takes 2.');
  expect(() => checkInput({ ...X, rows: 0 }, estimator('finite'), 3)).toThrow('There are no rows.');
  expect(() => checkInput(X, estimator('finite'), null)).not.toThrow();
});

test('between steps the row is named, and the step that refuses', () => {
  const X = { data: Float64Array.of(1, 2, 3, Number.NaN), rows: 2, columns: 2 };
  expect(() => checkBetween(X, estimator('finite'), 'steps[1]')).toThrow(
    'inputs[1], at steps[1], column 1 is NaN, which Ridge does not accept.',
  );
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SklearnError } from '../errors.ts';
import { readModel } from '../read-model.ts';

/** Rows that some estimators refuse for what they hold, beyond NaN and infinity. */
const FIXTURES = join(import.meta.dirname, '../../fixtures/estimators/1.9.1');

async function refusal(name: string, row: readonly number[], good: number): Promise<SklearnError> {
  const model = await readModel(readFileSync(join(FIXTURES, name, 'model.pkl')));
  const before = new Array(row.length).fill(good);
  const X = { data: Float64Array.from([...before, ...row]), rows: 2, columns: row.length };
  try {
    model.run(model.signature.defaultMethod, X);
  } catch (error) {
    if (error instanceof SklearnError) return error;
    throw error;
  }
  throw new Error(`${name} took ${row.join(', ')}.`);
}

test.each([
  ['categorical-naive-bayes', [0, 0, 99, 0, 0], 'inputs[1][2]', 'none of the categories'],
  ['categorical-naive-bayes', [0, -1, 0, 0, 0], 'inputs[1][1]', 'none of the categories'],
  ['kernel-ridge-chi2', [0, 0, 0, -0.1, 0], 'inputs[1][3]', 'negative'],
  ['kernel-ridge-additive-chi2', [-1, 0, 0, 0, 0], 'inputs[1][0]', 'negative'],
  ['nmf-random', [1, 1, -0.1, 1, 1, 1], 'inputs[1]', 'negative'],
  ['nmf-updates-itakura-saito', [1, 0, 1, 1, 1, 1], 'inputs[1]', 'above zero'],
  ['isotonic-regression-raise', [1e6], 'inputs[1][0]', 'outside of the thresholds'],
] as const)('%s refuses %j', async (name, row, path, words) => {
  const error = await refusal(name, row, name.startsWith('nmf') ? 1 : 0);
  expect(error.code).toBe('INPUT_INVALID');
  expect(error.path).toBe(path);
  expect(error.message).toContain(words);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readModel } from '../../read-model.ts';

/** What scikit-learn answered is in recorded.test.ts; here is what it refuses. */
const FIXTURES = join(import.meta.dirname, '../../../fixtures/estimators/0.19.2');

async function transform(name: string, row: readonly number[]): Promise<unknown> {
  const model = await readModel(readFileSync(join(FIXTURES, name, 'model.pkl')));
  return model.run('transform', { data: Float64Array.from(row), rows: 1, columns: row.length });
}

describe('OneHotEncoder of 0.19', () => {
  test.each([
    ['an integer past those it knows', [10, 7, 40, 0], 'inputs[0][2]'],
    ['an integer below zero', [10, -1, 3, 0], 'inputs[0][1]'],
  ] as const)('refuses %s, with its place', async (_, row, path) => {
    await expect(transform('found-one-hot-encoder-numbers', row)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      path,
    });
  });

  test('leaves out what it does not know where it was told to, but nothing below zero', async () => {
    const { data } = (await transform('found-one-hot-encoder-some', [1, 40, 2, 90])) as {
      data: Float64Array;
    };
    expect([...data.subarray(0, -2)].every((value) => value === 0)).toBe(true);
    expect([...data.subarray(-2)]).toEqual([1, 2]);
    await expect(transform('found-one-hot-encoder-some', [1, -4, 2, 0])).rejects.toMatchObject({
      path: 'inputs[0][1]',
    });
  });

  test('refuses rows without the columns it was told to take', async () => {
    await expect(transform('found-one-hot-encoder-some', [1, 2])).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      path: 'inputs[0]',
    });
  });
});

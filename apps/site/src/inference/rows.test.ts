import { SklearnError } from '@chamfer/sklearn';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SiteError } from '../errors.ts';
import { readCallRows } from './rows.ts';

function shapeOf(columns: number | null) {
  return { rows: 'numbers' as const, columns, columnNames: null, columnKinds: null };
}

test('copies rows of numbers into one matrix', () => {
  const row = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), fc.constantFrom(3, null), (rows, columns) => {
      const matrix = readCallRows(rows, shapeOf(columns));
      expect(matrix).toMatchObject({ rows: rows.length, columns: 3 });
      expect([...matrix.data]).toEqual(rows.flat());
    }),
  );
});

test('missing values are NaN', () => {
  expect([...readCallRows([[1, null]], shapeOf(2)).data]).toEqual([1, Number.NaN]);
});

test.each([
  ['no array', { a: 1 }, 'inputs', '"inputs" is no array; send an array of rows'],
  ['no rows', [], 'inputs', 'inputs holds no rows; send at least one.'],
  ['a wrong width', [[1, 2]], 'inputs[0]', 'inputs[0] has 2 values; this model takes 3.'],
  ['an empty row', [[]], 'inputs[0]', 'inputs[0] has 0 values; this model takes 3.'],
  ['a flat list', [1, 2, 3], 'inputs[0]', 'inputs[0] is the number 1; send an array of values for each row'],
  ['text', [[1, 2, 'x']], 'inputs[0][2]', 'inputs[0][2] is the text "x"; send a number'],
  ['a list in a row', [[1, 2, [3]]], 'inputs[0][2]', 'inputs[0][2] is a list; send a number'],
])('refuses %s with the place and what to do', (_, inputs, path, message) => {
  try {
    readCallRows(inputs, shapeOf(3));
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof SiteError || error instanceof SklearnError)) throw error;
    expect(error).toMatchObject({ code: 'INPUT_INVALID', path });
    expect(error.message).toContain(message);
  }
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SiteError } from '../errors.ts';
import { readRows } from './rows.ts';

function refusalOf(inputs: unknown, columns: number | null): { path: string | undefined; message: string } {
  try {
    readRows(inputs, columns);
  } catch (error) {
    if (error instanceof SiteError && error.code === 'INPUT_INVALID') return error;
    throw error;
  }
  throw new Error('accepted');
}

test('copies rows of numbers into one matrix', () => {
  const row = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), fc.constantFrom(3, null), (rows, columns) => {
      const matrix = readRows(rows, columns);
      expect(matrix).toMatchObject({ rows: rows.length, columns: 3 });
      expect([...matrix.data]).toEqual(rows.flat());
    }),
  );
});

describe('refuses with the place and what to do', () => {
  test.each([
    ['a wrong width', [[1, 2]], 3, 'inputs[0]', 'Row 0 has 2 values; this model takes 3.'],
    ['one value', [[1]], 3, 'inputs[0]', 'Row 0 has 1 value; this model takes 3.'],
    [
      'ragged rows',
      [[1, 2], [3]],
      null,
      'inputs[1]',
      'Row 1 has 1 value, the rows before it have 2; all rows need the same width.',
    ],
    ['an empty row', [[]], 3, 'inputs[0]', 'Row 0 is empty.'],
    ['an empty first row of any width', [[], [1]], null, 'inputs[0]', 'Row 0 is empty.'],
    ['no rows', [], 3, 'inputs', '"inputs" holds no rows; send at least one.'],
    [
      'null for rows',
      null,
      3,
      'inputs',
      '"inputs" is null; send an array of rows, each an array of numbers.',
    ],
    [
      'a flat list',
      [1, 2, 3],
      3,
      'inputs[0]',
      'Row 0 is the number 1; send an array of numbers for each row: [[1, 2], [3, 4]].',
    ],
    [
      'an object for a row',
      [{ a: 1 }],
      null,
      'inputs[0]',
      'Row 0 is an object; send an array of numbers for each row: [[1, 2], [3, 4]].',
    ],
    [
      'a string',
      [
        [1, 2],
        [3, 'x'],
      ],
      2,
      'inputs[1][1]',
      'Row 1, column 1 is the string "x"; send a number.',
    ],
    ['NaN as a string', [['NaN']], 1, 'inputs[0][0]', 'Row 0, column 0 is the string "NaN"; send a number.'],
    ['null', [[1, null]], 2, 'inputs[0][1]', 'Row 0, column 1 is null; send a number.'],
    ['true', [[true]], 1, 'inputs[0][0]', 'Row 0, column 0 is true; send a number.'],
    ['a nested array', [[[1]]], 1, 'inputs[0][0]', 'Row 0, column 0 is an array; send a number.'],
    [
      'a number beyond a double',
      [[1, Number.POSITIVE_INFINITY]],
      2,
      'inputs[0][1]',
      'Row 0, column 1 is too large for a 64-bit floating-point number.',
    ],
    [
      'a long string, cut',
      [['a'.repeat(100)]],
      1,
      'inputs[0][0]',
      `Row 0, column 0 is the string "${'a'.repeat(40)}..."; send a number.`,
    ],
  ])('%s', (_, inputs, columns, path, message) => {
    expect(refusalOf(inputs, columns)).toMatchObject({ path, message });
  });
});

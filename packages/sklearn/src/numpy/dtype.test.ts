/** dtypes in short spelling, shapes, and structures that do not fit together. */
import { describe, expect, test } from 'vitest';
import { countElements, parseDtype, structuredDtype } from './dtype.ts';

test.each([
  ['<f8', 'f8', 8, true],
  ['>i4', 'i4', 4, false],
  ['|b1', 'b1', 1, true],
  ['?', 'b1', 1, true],
  ['|O', 'O', 8, true],
  ['O8', 'O', 8, true],
  ['<U12', 'U12', 48, true],
  ['>U1', 'U1', 4, false],
  ['|S3', 'S3', 3, true],
  ['a3', 'S3', 3, true],
  ['|V7', 'V7', 7, true],
  ['<c16', 'c16', 16, true],
  ['<M8[ns]', 'M8[ns]', 8, true],
  ['>m8[25s]', 'm8[25s]', 8, false],
  ['M8', 'M8', 8, true],
])('%s', (text, name, itemsize, littleEndian) => {
  expect(parseDtype(text)).toMatchObject({ name, itemsize, littleEndian });
});

test.each([
  'f16',
  'c32',
  'g',
  'T',
  'f3',
  'i16',
  'b2',
  'f8[ns]',
  'x',
  '',
  '<',
  'f8 ',
  '<<f8',
  'U99999999',
  'datetime64',
])('%j is refused by name', (text) => {
  expect(() => parseDtype(text)).toThrow(expect.objectContaining({ code: 'ARRAY_UNSUPPORTED' }));
});

test('long double says what it is', () => {
  expect(() => parseDtype('<f16')).toThrow(/long double "<f16"/);
});

describe('shapes', () => {
  test.each([
    [[], 1],
    [[3], 3],
    [[2, 3, 4], 24],
    [[0, 5], 0],
  ])('%j has %i elements', (shape, count) => {
    expect(countElements(shape)).toBe(count);
  });

  test.each([
    [[-1]],
    [[1.5]],
    [[Number.NaN]],
    [[2 ** 31]],
    [[2 ** 30, 2 ** 30]],
    [[0, 2 ** 31]],
    [new Array(65).fill(1)],
  ])('%j is refused', (shape) => {
    expect(() => countElements(shape)).toThrow(expect.objectContaining({ code: 'PICKLE_MALFORMED' }));
  });
});

describe('structures', () => {
  const f8 = parseDtype('<f8');
  const field = (name: string, offset: number, shape: number[] = []) => ({ name, dtype: f8, offset, shape });

  test('count the columns they become', () => {
    const inner = structuredDtype([field('x', 0), field('y', 8)], 16);
    expect(
      structuredDtype([{ name: 'p', dtype: inner, offset: 0, shape: [] }, field('z', 16)], 24),
    ).toMatchObject({
      name: 'V24',
      columns: 5,
    });
  });

  test.each([
    ['a field past the end', [field('a', 1)], 8],
    ['a field before the start', [field('a', -8)], 8],
    ['a sub-array past the end', [field('a', 0, [2])], 8],
    ['two fields of one name', [field('a', 0), field('a', 8)], 16],
    ['no size', [], Number.NaN],
    ['a huge size', [], 2 ** 40],
    ['too many fields', Array.from({ length: 5_000 }, (_, i) => field(`f${i}`, 0)), 8],
  ])('%s is refused', (_what, fields, itemsize) => {
    expect(() => structuredDtype(fields, itemsize)).toThrow(
      expect.objectContaining({ name: 'SklearnError' }),
    );
  });
});

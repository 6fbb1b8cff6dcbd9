import { describe, expect, test } from 'vitest';
import { SklearnError } from './errors.ts';
import { type RowShape, readRows } from './read-rows.ts';
import { Table } from './table.ts';

const NUMBERS: RowShape = { rows: 'numbers', columns: 2, columnNames: ['mass', 'holes'], columnKinds: null };
const PARTS: RowShape = {
  rows: 'table',
  columns: 4,
  columnNames: ['material', 'mass', 'note', 'number'],
  columnKinds: [
    { kind: 'category', categories: ['steel', 'brass'] },
    { kind: 'number' },
    { kind: 'any' },
    { kind: 'unused' },
  ],
};

function refusalOf(
  inputs: readonly unknown[],
  shape: RowShape,
): { path: string | undefined; message: string } {
  try {
    readRows(inputs, shape);
  } catch (error) {
    if (error instanceof SklearnError && error.code === 'INPUT_INVALID') return error;
    throw error;
  }
  throw new Error('accepted');
}

function columnsOf(inputs: readonly unknown[], shape: RowShape): unknown[] {
  const table = readRows(inputs, shape);
  if (!(table instanceof Table)) throw new Error('no table');
  return table.values.map((column) => [...column]);
}

test('numbers become a matrix: lists, objects in any order, missing values', () => {
  const X = readRows([[1, 2], { holes: 4, mass: null }, ['NaN', '-Infinity']], NUMBERS);
  expect(X).toEqual({
    rows: 3,
    columns: 2,
    data: Float64Array.of(1, 2, Number.NaN, 4, Number.NaN, Number.NEGATIVE_INFINITY),
  });
});

test('a table keeps text and None, has numbers where a column holds them, and lets be left out what is unused', () => {
  const inputs = [['steel', 1.5, 7, 'P-1'], { mass: 'NaN', material: null, note: 8 }];
  expect(columnsOf(inputs, PARTS)).toEqual([
    ['steel', null],
    [1.5, Number.NaN],
    [7, 8],
    ['P-1', null],
  ]);
  expect((readRows(inputs, PARTS) as Table).column(1)).toBeInstanceOf(Float64Array);
});

test('an object is nothing but its own names', () => {
  const row = JSON.parse('{"__proto__": 1, "mass": 2, "holes": 3}') as unknown;
  expect(refusalOf([row], NUMBERS).path).toBe('inputs[0].__proto__');
  expect(refusalOf([{ mass: 1 }], { ...NUMBERS, columnNames: ['mass', 'constructor'] }).message).toBe(
    'inputs[0] has no column "constructor".',
  );
});

test('texts, labels and records', () => {
  const any = { columns: null, columnNames: null, columnKinds: null };
  expect(columnsOf(['a b', ['c']], { rows: 'text', ...any })).toEqual([['a b', 'c']]);
  expect(columnsOf(['red', 3, [true]], { rows: 'label', ...any })).toEqual([['red', 3, true]]);
  expect(columnsOf([{ a: 1, b: ['x', 'y'] }], { rows: 'record', ...any })).toEqual([
    [
      new Map<string, unknown>([
        ['a', 1],
        ['b', ['x', 'y']],
      ]),
    ],
  ]);
  expect(refusalOf([1], { rows: 'text', ...any }).message).toContain('this model takes one text a row');
  expect(refusalOf([[[[[1]]]]], { rows: 'record', ...any }).path).toBe('inputs[0][0][0][0]');
});

describe('refused by place', () => {
  test.each([
    [[[1, 2], [3]], NUMBERS, 'inputs[1]', 'inputs[1] has 1 value; this model takes 2.'],
    [
      [[1, 'x']],
      NUMBERS,
      'inputs[0][1]',
      'inputs[0][1] is the text "x"; send a number, or null where it is missing.',
    ],
    [
      [{ mass: 1, hole: 2 }],
      NUMBERS,
      'inputs[0].hole',
      'inputs[0].hole is no column of this model, which has mass, holes.',
    ],
    [[{ mass: 1 }], NUMBERS, 'inputs[0]', 'inputs[0] has no column "holes".'],
    [
      [{ material: 'steel', mass: 'x', note: 1 }],
      PARTS,
      'inputs[0].mass',
      'inputs[0].mass is the text "x"; send a number, or null where it is missing.',
    ],
    [[[{}, 1, 1, 1]], PARTS, 'inputs[0][0]', 'inputs[0][0] is an object; send a text, a number or null.'],
    [[], PARTS, 'inputs', 'inputs holds no rows; send at least one.'],
    [
      [{ a: 1 }],
      { ...NUMBERS, columnNames: null },
      'inputs[0]',
      'inputs[0] is an object, which needs column names; this model has none, send a list of values.',
    ],
  ] as const)('%j', (inputs, shape, path, message) => {
    expect(refusalOf(inputs, shape)).toMatchObject({ path, message });
  });
});

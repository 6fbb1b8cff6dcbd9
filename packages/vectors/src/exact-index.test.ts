import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VectorError } from './errors.ts';
import { createExactIndex } from './exact-index.ts';

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof VectorError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

test('finds what a plain loop finds, with the same scores', () => {
  const shape = fc.record({
    rows: fc.integer({ min: 0, max: 40 }),
    columns: fc.integer({ min: 1, max: 13 }),
  });
  fc.assert(
    fc.property(shape, fc.integer({ min: 1, max: 12 }), fc.integer(), ({ rows, columns }, k, seed) => {
      let state = seed >>> 0;
      const next = (): number => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state / 2 ** 31 - 1;
      };
      const matrix = Float32Array.from({ length: rows * columns }, next);
      const query = Float32Array.from({ length: columns }, next);
      const hits = createExactIndex(matrix, columns).search(query, { k });
      const expected = Array.from({ length: rows }, (_, row) => {
        const values = matrix.subarray(row * columns, (row + 1) * columns);
        return { row, score: values.reduce((sum, value, column) => sum + value * query[column]!, 0) };
      });
      expected.sort((a, b) => b.score - a.score || a.row - b.row);
      expect(hits.length).toBe(Math.min(k, rows));
      for (const [place, hit] of hits.entries()) expect(hit.score).toBeCloseTo(expected[place]!.score, 12);
    }),
  );
});

test('answers only rows that pass the filter, and fewer than k where fewer pass', () => {
  const index = createExactIndex(new Float32Array([1, 0, 0.5, 0, 0.9, 0, 0, 1]), 2);
  const hits = index.search(new Float32Array([1, 0]), { k: 10, filter: (row) => row % 2 === 1 });
  expect(hits).toEqual([
    { row: 1, score: 0.5 },
    { row: 3, score: 0 },
  ]);
});

describe('refuses', () => {
  const index = createExactIndex(new Float32Array(6), 3);
  const refused: [string, string, () => unknown][] = [
    ['a matrix that is not rows', 'SHAPE_MISMATCH', () => createExactIndex(new Float32Array(7), 3)],
    ['a width of zero', 'SHAPE_MISMATCH', () => createExactIndex(new Float32Array(0), 0)],
    ['a matrix with NaN', 'VECTOR_NOT_FINITE', () => createExactIndex(new Float32Array([Number.NaN]), 1)],
    ['a query of another width', 'SHAPE_MISMATCH', () => index.search(new Float32Array(2), { k: 1 })],
    [
      'a query with NaN',
      'VECTOR_NOT_FINITE',
      () => index.search(new Float32Array([0, Number.NaN, 0]), { k: 1 }),
    ],
    ['k of zero', 'K_OUT_OF_RANGE', () => index.search(new Float32Array(3), { k: 0 })],
    ['a fraction of k', 'K_OUT_OF_RANGE', () => index.search(new Float32Array(3), { k: 1.5 })],
    ['a boundless k', 'K_OUT_OF_RANGE', () => index.search(new Float32Array(3), { k: 10_001 })],
  ];
  test.each(refused)('%s', (_, code, action) => {
    expect(codeOf(action)).toBe(code);
  });
});

import { expect, test } from 'vitest';
import { addToRows, multiplyRows, transpose } from './linear-algebra.ts';

function numbers(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => Math.sin(i * 12.9898) * 43_758.5453 - i);
}

/** Sums in the order of the columns, as multiplyRows promises. */
function naive(
  X: Float64Array,
  rows: number,
  columns: number,
  weights: Float64Array,
  outputs: number,
): Float64Array {
  const out = new Float64Array(rows * outputs);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < outputs; j++) {
      for (let k = 0; k < columns; k++)
        out[i * outputs + j]! += X[i * columns + k]! * weights[j * columns + k]!;
    }
  }
  return out;
}

test('every block size gives the plain sums, to the last bit', () => {
  for (const rows of [1, 2, 3, 6]) {
    for (const outputs of [1, 3, 4, 5, 9]) {
      const columns = 7;
      const X = numbers(rows * columns);
      const weights = numbers(outputs * columns).reverse();
      const out = new Float64Array(rows * outputs);
      multiplyRows({ data: X, rows, columns }, weights, outputs, null, out);
      expect(out).toEqual(naive(X, rows, columns, weights, outputs));
    }
  }
});

test('a row has one answer, alone or among others', () => {
  const columns = 13;
  const [X, weights, bias] = [numbers(5 * columns), numbers(6 * columns), numbers(6)];
  const together = new Float64Array(5 * 6);
  multiplyRows({ data: X, rows: 5, columns }, weights, 6, bias, together);
  for (let i = 0; i < 5; i++) {
    const alone = new Float64Array(6);
    const row = X.slice(i * columns, (i + 1) * columns);
    multiplyRows({ data: row, rows: 1, columns }, weights, 6, bias, alone);
    expect(alone).toEqual(together.slice(i * 6, (i + 1) * 6));
  }
});

test('transpose and addToRows', () => {
  expect(transpose(Float64Array.of(1, 2, 3, 4, 5, 6), 2, 3)).toEqual(Float64Array.of(1, 4, 2, 5, 3, 6));
  const rows = Float64Array.of(1, 2, 3, 4);
  addToRows(rows, 2, Float64Array.of(10, 20));
  expect(rows).toEqual(Float64Array.of(11, 22, 13, 24));
});

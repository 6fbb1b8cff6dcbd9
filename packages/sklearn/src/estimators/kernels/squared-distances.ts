/** Squared Euclidean distances of two sets of rows, as sums of squared differences, so that nothing cancels. */
import type { Matrix } from '../../model.ts';
import { sumInTiles } from '../../simd/sums-in-tiles.ts';
import { exponentiate } from './exponential.ts';

/**
 * Writes a row-major (X.rows, Y.rows) matrix. Large ones go to the kernels; in others eight sums of two rows and four others run side by side; each runs in
 * the order of the columns, so that a row has one answer whatever rows stand beside it.
 */
export function squaredDistances(X: Matrix, Y: Matrix, out: Float64Array): void {
  if (sumInTiles('squaredDistances', X, Y.data, Y.rows, out)) return;
  const inFours = Y.rows - (Y.rows % 4);
  let i = 0;
  for (; i + 2 <= X.rows; i += 2) for (let j = 0; j < inFours; j += 4) twoByFour(X, i, Y, j, out);
  if (i < X.rows) for (let j = 0; j < inFours; j += 4) oneByFour(X, i, Y, j, out);
  for (i = 0; i < X.rows; i++) {
    for (let j = inFours; j < Y.rows; j++) {
      out[i * Y.rows + j] = squaredDistance(X.data, i * X.columns, Y.data, j * X.columns, X.columns);
    }
  }
}

/** The same, each distance d made exp(exponent d). */
export function exponentialDistances(X: Matrix, Y: Matrix, exponent: number, out: Float64Array): void {
  if (sumInTiles('squaredDistances', X, Y.data, Y.rows, out, { exponent })) return;
  squaredDistances(X, Y, out);
  exponentiate(out, exponent);
}

/** Of two rows of `length` numbers. */
export function squaredDistance(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number,
): number {
  let sum = 0;
  for (let k = 0; k < length; k++) {
    const difference = a[aStart + k]! - b[bStart + k]!;
    sum += difference * difference;
  }
  return sum;
}

function twoByFour(X: Matrix, i: number, Y: Matrix, j: number, out: Float64Array): void {
  const { data: x, columns } = X;
  const y = Y.data;
  const x0 = i * columns;
  const x1 = x0 + columns;
  const y0 = j * columns;
  const y1 = y0 + columns;
  const y2 = y1 + columns;
  const y3 = y2 + columns;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  for (let k = 0; k < columns; k++) {
    const a0 = x[x0 + k]!;
    const a1 = x[x1 + k]!;
    const b0 = y[y0 + k]!;
    const b1 = y[y1 + k]!;
    const b2 = y[y2 + k]!;
    const b3 = y[y3 + k]!;
    s00 += (a0 - b0) * (a0 - b0);
    s01 += (a0 - b1) * (a0 - b1);
    s02 += (a0 - b2) * (a0 - b2);
    s03 += (a0 - b3) * (a0 - b3);
    s10 += (a1 - b0) * (a1 - b0);
    s11 += (a1 - b1) * (a1 - b1);
    s12 += (a1 - b2) * (a1 - b2);
    s13 += (a1 - b3) * (a1 - b3);
  }
  const o0 = i * Y.rows + j;
  const o1 = o0 + Y.rows;
  out[o0] = s00;
  out[o0 + 1] = s01;
  out[o0 + 2] = s02;
  out[o0 + 3] = s03;
  out[o1] = s10;
  out[o1 + 1] = s11;
  out[o1 + 2] = s12;
  out[o1 + 3] = s13;
}

function oneByFour(X: Matrix, i: number, Y: Matrix, j: number, out: Float64Array): void {
  const { data: x, columns } = X;
  const y = Y.data;
  const x0 = i * columns;
  const y0 = j * columns;
  const y1 = y0 + columns;
  const y2 = y1 + columns;
  const y3 = y2 + columns;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let k = 0; k < columns; k++) {
    const a = x[x0 + k]!;
    const d0 = a - y[y0 + k]!;
    const d1 = a - y[y1 + k]!;
    const d2 = a - y[y2 + k]!;
    const d3 = a - y[y3 + k]!;
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  const o = i * Y.rows + j;
  out[o] = s0;
  out[o + 1] = s1;
  out[o + 2] = s2;
  out[o + 3] = s3;
}

/** Products of matrices, as far as estimators need them: rows of the input times rows of weights. */
import type { Matrix } from '../model.ts';
import { sumInTiles } from '../simd/sums-in-tiles.ts';
import { SparseRows } from '../sparse-rows.ts';

/**
 * `out = X weights' + bias`: one row of `weights` for each column of `out`, as `coef_` and `components_` lie.
 * Each sum runs in the order of the columns, so that a row has one answer whatever rows stand beside it. Large
 * products go to the kernels; in the others eight sums of two rows and four outputs run side by side, so that each
 * number read is used often.
 */
export function multiplyRows(
  X: Matrix,
  weights: Float64Array,
  outputs: number,
  bias: Float64Array | null,
  out: Float64Array,
): void {
  if (X instanceof SparseRows) {
    multiplySparse(X, weights, outputs, out);
    if (bias !== null) addToRows(out, X.rows, bias);
    return;
  }
  if (sumInTiles('products', X, weights, outputs, out, { bias })) return;
  const { data, rows, columns } = X;
  if (outputs < 4) multiplyFourRows(X, weights, outputs, out);
  const inFours = outputs - (outputs % 4);
  let i = 0;
  for (; i + 2 <= rows; i += 2) {
    for (let j = 0; j < inFours; j += 4) multiplyTwoByFour(data, i, columns, weights, j, outputs, out);
  }
  if (i < rows)
    for (let j = 0; j < inFours; j += 4) multiplyOneByFour(data, i, columns, weights, j, outputs, out);
  for (i = outputs < 4 ? rows - (rows % 4) : 0; i < rows; i++) {
    for (let j = inFours; j < outputs; j++) {
      out[i * outputs + j] = dot(data, i * columns, weights, j * columns, columns);
    }
  }
  if (bias !== null) addToRows(out, rows, bias);
}

/** The same of the rows less their mean. */
export function multiplyCentred(
  X: Matrix,
  mean: Float64Array,
  weights: Float64Array,
  outputs: number,
  bias: Float64Array | null,
  out: Float64Array,
): void {
  if (!(X instanceof SparseRows) && sumInTiles('products', X, weights, outputs, out, { shift: mean, bias }))
    return;
  const { rows, columns } = X;
  const data = X.data.slice();
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) data[i * columns + j]! -= mean[j]!;
  multiplyRows({ data, rows, columns }, weights, outputs, bias, out);
}

/** The same, with zero for what is below it. */
export function multiplyRectified(
  X: Matrix,
  weights: Float64Array,
  outputs: number,
  bias: Float64Array,
  out: Float64Array,
): void {
  const isSparse = X instanceof SparseRows;
  if (!isSparse && sumInTiles('products', X, weights, outputs, out, { bias, rectifies: true })) return;
  multiplyRows(X, weights, outputs, bias, out);
  for (let i = 0; i < out.length; i++) out[i] = Math.max(out[i]!, 0);
}

/** The same sums without the zeros. */
function multiplySparse(
  { rows, columns, starts, indices, values }: SparseRows,
  weights: Float64Array,
  outputs: number,
  out: Float64Array,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < outputs; j++) {
      let sum = 0;
      for (let at = starts[i]!; at < starts[i + 1]!; at++)
        sum += values[at]! * weights[j * columns + indices[at]!]!;
      out[i * outputs + j] = sum;
    }
  }
}

/** The sum of products of `length` numbers, in their order. */
export function dot(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number,
): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += a[aStart + k]! * b[bStart + k]!;
  return sum;
}

/** The transpose of a row-major (rows, columns) matrix. */
export function transpose(data: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j]!;
  return out;
}

/** Adds a vector to each of `rows` rows. */
export function addToRows(out: Float64Array, rows: number, vector: Float64Array): void {
  const columns = vector.length;
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[i * columns + j]! += vector[j]!;
}

/** Few outputs: four rows side by side, so that their sums do not wait for each other. Leaves out the rows after the last four. */
function multiplyFourRows(
  { data: X, rows, columns }: Matrix,
  weights: Float64Array,
  outputs: number,
  out: Float64Array,
): void {
  for (let i = 0; i + 4 <= rows; i += 4) {
    const x0 = i * columns;
    const x1 = x0 + columns;
    const x2 = x1 + columns;
    const x3 = x2 + columns;
    for (let j = 0; j < outputs; j++) {
      const w = j * columns;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let k = 0; k < columns; k++) {
        const b = weights[w + k]!;
        s0 += X[x0 + k]! * b;
        s1 += X[x1 + k]! * b;
        s2 += X[x2 + k]! * b;
        s3 += X[x3 + k]! * b;
      }
      const o = i * outputs + j;
      out[o] = s0;
      out[o + outputs] = s1;
      out[o + 2 * outputs] = s2;
      out[o + 3 * outputs] = s3;
    }
  }
}

function multiplyTwoByFour(
  X: Float64Array,
  i: number,
  columns: number,
  weights: Float64Array,
  j: number,
  outputs: number,
  out: Float64Array,
): void {
  const x0 = i * columns;
  const x1 = x0 + columns;
  const w0 = j * columns;
  const w1 = w0 + columns;
  const w2 = w1 + columns;
  const w3 = w2 + columns;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  for (let k = 0; k < columns; k++) {
    const a0 = X[x0 + k]!;
    const a1 = X[x1 + k]!;
    const b0 = weights[w0 + k]!;
    const b1 = weights[w1 + k]!;
    const b2 = weights[w2 + k]!;
    const b3 = weights[w3 + k]!;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
  }
  const o0 = i * outputs + j;
  const o1 = o0 + outputs;
  out[o0] = s00;
  out[o0 + 1] = s01;
  out[o0 + 2] = s02;
  out[o0 + 3] = s03;
  out[o1] = s10;
  out[o1 + 1] = s11;
  out[o1 + 2] = s12;
  out[o1 + 3] = s13;
}

function multiplyOneByFour(
  X: Float64Array,
  i: number,
  columns: number,
  weights: Float64Array,
  j: number,
  outputs: number,
  out: Float64Array,
): void {
  const x0 = i * columns;
  const w0 = j * columns;
  const w1 = w0 + columns;
  const w2 = w1 + columns;
  const w3 = w2 + columns;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let k = 0; k < columns; k++) {
    const a = X[x0 + k]!;
    s0 += a * weights[w0 + k]!;
    s1 += a * weights[w1 + k]!;
    s2 += a * weights[w2 + k]!;
    s3 += a * weights[w3 + k]!;
  }
  const o = i * outputs + j;
  out[o] = s0;
  out[o + 1] = s1;
  out[o + 2] = s2;
  out[o + 3] = s3;
}

/** Normalizer: each row divided by its norm. It learns nothing; before 1.0 it did not even keep its width. */

import { SparseOutput, SparseRows } from '../sparse-rows.ts';
import type { EstimatorDefinition, FittedMethod } from './definition.ts';
import { numbersPerRow } from './methods.ts';

/** Rows with a smaller norm stay as they are, as scikit-learn's `_handle_zeros_in_scale` has it. */
const NORM_MIN = 10 * Number.EPSILON;

type Norm = (data: Float64Array, start: number, end: number) => number;

export const NORMS: Readonly<Record<'l1' | 'l2' | 'max', Norm>> = {
  l1: (data, start, end) => {
    let sum = 0;
    for (let k = start; k < end; k++) sum += Math.abs(data[k]!);
    return sum;
  },
  l2: (data, start, end) => {
    // Four sums, so that none waits for the one before.
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let k = start;
    for (; k + 4 <= end; k += 4) {
      s0 += data[k]! * data[k]!;
      s1 += data[k + 1]! * data[k + 1]!;
      s2 += data[k + 2]! * data[k + 2]!;
      s3 += data[k + 3]! * data[k + 3]!;
    }
    for (; k < end; k++) s0 += data[k]! * data[k]!;
    return Math.sqrt(s0 + s1 + (s2 + s3));
  },
  max: (data, start, end) => {
    let highest = 0;
    for (let k = start; k < end; k++) highest = Math.max(highest, Math.abs(data[k]!));
    return highest;
  },
};

export const NORMALIZER: EstimatorDefinition = {
  className: 'Normalizer',
  module: 'sklearn.preprocessing._data',
  load: (state) => {
    const norm = NORMS[state.choice('norm', ['l2', 'l1', 'max'])];
    const columns = state.has('n_features_in_') ? state.columns() : null;
    const transform = numbersPerRow(columns, ({ data, columns: width }, out) => {
      for (let row = 0; row < out.length; row += width) {
        const length = norm(data, row, row + width);
        const divisor = length < NORM_MIN ? 1 : length;
        for (let k = row; k < row + width; k++) out[k] = data[k]! / divisor;
      }
    });
    const run: FittedMethod['run'] = (X) =>
      X instanceof SparseRows ? new SparseOutput(normalizeSparse(X, norm), false) : transform.run(X);
    return state.fitted({ columns, accepts: 'finite', methods: { transform: { ...transform, run } } });
  },
};

function normalizeSparse(X: SparseRows, norm: Norm): SparseRows {
  const values = X.values.slice();
  for (let i = 0; i < X.rows; i++) {
    const length = norm(values, X.starts[i]!, X.starts[i + 1]!);
    if (length !== 0) for (let at = X.starts[i]!; at < X.starts[i + 1]!; at++) values[at]! /= length;
  }
  return X.withValues(values);
}

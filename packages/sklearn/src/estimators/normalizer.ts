/** Normalizer: each row divided by its norm. It learns nothing; before 1.0 it did not even keep its width. */
import type { EstimatorDefinition } from './definition.ts';
import { numbersPerRow } from './methods.ts';

/** Rows with a smaller norm stay as they are, as scikit-learn's `_handle_zeros_in_scale` has it. */
const NORM_MIN = 10 * Number.EPSILON;

type Norm = (data: Float64Array, start: number, end: number) => number;

const NORMS: Readonly<Record<'l1' | 'l2' | 'max', Norm>> = {
  l1: (data, start, end) => {
    let sum = 0;
    for (let k = start; k < end; k++) sum += Math.abs(data[k]!);
    return sum;
  },
  l2: (data, start, end) => {
    let sum = 0;
    for (let k = start; k < end; k++) sum += data[k]! * data[k]!;
    return Math.sqrt(sum);
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
    return state.fitted({ columns, accepts: 'finite', methods: { transform } });
  },
};

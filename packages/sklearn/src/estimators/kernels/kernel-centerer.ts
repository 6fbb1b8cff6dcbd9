/** KernelCenterer: rows of a kernel less their mean and the means of the training rows. */
import type { EstimatorDefinition } from '../definition.ts';
import { numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

export const KERNEL_CENTERER: EstimatorDefinition = {
  className: 'KernelCenterer',
  module: 'sklearn.preprocessing._data',
  load: (state) => {
    const columns = state.columns(state.attribute('K_fit_rows_').shape()[0]);
    const centre = readCentre(state, columns);
    return state.fitted({
      columns,
      accepts: 'finite',
      methods: {
        transform: numbersPerRow(columns, (X, out) => {
          out.set(X.data);
          centre(out);
        }),
      },
    });
  },
};

/** Centres rows of `columns` numbers in place. */
export function readCentre(state: ObjectState, columns: number): (values: Float64Array) => void {
  const rowMeans = state.attribute('K_fit_rows_').vector(columns);
  const mean = state.attribute('K_fit_all_').number();
  return (values) => {
    for (let row = 0; row < values.length; row += columns) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += values[row + j]!;
      for (let j = 0; j < columns; j++)
        values[row + j] = values[row + j]! - rowMeans[j]! - sum / columns + mean;
    }
  };
}

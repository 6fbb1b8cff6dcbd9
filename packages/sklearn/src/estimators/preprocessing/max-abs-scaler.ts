/** MaxAbsScaler: each column divided by its largest absolute value, cut to -1 and 1 where `clip` says so. */
import type { EstimatorDefinition } from '../definition.ts';
import { numbersPerRow } from '../methods.ts';

export const MAX_ABS_SCALER: EstimatorDefinition = {
  className: 'MaxAbsScaler',
  module: 'sklearn.preprocessing._data',
  load: (state) => {
    const scale = state.attribute('scale_').vector();
    const columns = state.columns(scale.length);
    // From 1.9 on.
    const bound = (state.optional('clip')?.boolean() ?? false) ? 1 : Number.POSITIVE_INFINITY;
    return state.fitted({
      columns,
      accepts: 'missing',
      methods: {
        transform: numbersPerRow(columns, ({ data }, z) => {
          for (let row = 0; row < z.length; row += columns) {
            for (let j = 0; j < columns; j++) {
              z[row + j] = Math.min(Math.max(data[row + j]! / scale[j]!, -bound), bound);
            }
          }
        }),
        inverse_transform: numbersPerRow(columns, ({ data }, x) => {
          for (let row = 0; row < x.length; row += columns) {
            for (let j = 0; j < columns; j++) x[row + j] = data[row + j]! * scale[j]!;
          }
        }),
      },
    });
  },
};

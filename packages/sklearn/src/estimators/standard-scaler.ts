/** StandardScaler: z = (x - mean) / scale, column by column. */
import type { EstimatorDefinition } from './definition.ts';
import { numbersPerRow } from './methods.ts';

export const STANDARD_SCALER: EstimatorDefinition = {
  className: 'StandardScaler',
  module: 'sklearn.preprocessing._data',
  load: (state) => {
    const fitted = state.optional('mean_') ?? state.optional('scale_');
    const columns = state.columns(fitted?.vector().length);
    // What is left out is a mean of 0 and a scale of 1, which change no number.
    const mean = state.attribute('with_mean').boolean()
      ? state.attribute('mean_').vector(columns)
      : new Float64Array(columns);
    const scale = state.attribute('with_std').boolean()
      ? state.attribute('scale_').vector(columns)
      : new Float64Array(columns).fill(1);
    return state.fitted({
      columns,
      accepts: 'missing',
      methods: {
        transform: numbersPerRow(columns, ({ data }, z) => {
          for (let row = 0; row < z.length; row += columns) {
            for (let j = 0; j < columns; j++) z[row + j] = (data[row + j]! - mean[j]!) / scale[j]!;
          }
        }),
        inverse_transform: numbersPerRow(columns, ({ data }, x) => {
          for (let row = 0; row < x.length; row += columns) {
            for (let j = 0; j < columns; j++) x[row + j] = data[row + j]! * scale[j]! + mean[j]!;
          }
        }),
      },
    });
  },
};

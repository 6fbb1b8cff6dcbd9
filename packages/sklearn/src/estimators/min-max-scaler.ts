/** MinMaxScaler: x * scale + min, column by column, cut to the range where `clip` says so. */
import type { EstimatorDefinition } from './definition.ts';
import { numbersPerRow } from './methods.ts';

export const MIN_MAX_SCALER: EstimatorDefinition = {
  className: 'MinMaxScaler',
  module: 'sklearn.preprocessing._data',
  load: (state) => {
    const scale = state.attribute('scale_').vector();
    const columns = state.columns(scale.length);
    const min = state.attribute('min_').vector(columns);
    const range = state.attribute('feature_range');
    const [from = Number.NaN, to = Number.NaN] = range.items().map((bound) => bound.number());
    if (!(from < to)) throw range.malformed('two numbers, the lower first');
    const clips = state.optional('clip')?.boolean() ?? false;
    return state.fitted({
      columns,
      accepts: 'missing',
      methods: {
        transform: numbersPerRow(columns, ({ data }, z) => {
          for (let row = 0; row < z.length; row += columns) {
            for (let j = 0; j < columns; j++) {
              z[row + j] = data[row + j]! * scale[j]! + min[j]!;
            }
          }
          if (!clips) return;
          for (let i = 0; i < z.length; i++) z[i] = Math.min(Math.max(z[i]!, from), to);
        }),
        inverse_transform: numbersPerRow(columns, ({ data }, x) => {
          for (let row = 0; row < x.length; row += columns) {
            for (let j = 0; j < columns; j++) x[row + j] = (data[row + j]! - min[j]!) / scale[j]!;
          }
        }),
      },
    });
  },
};

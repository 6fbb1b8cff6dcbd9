/** Binarizer: 1 for what is above the threshold, else 0. */
import type { EstimatorDefinition } from '../definition.ts';
import { numbersPerRow } from '../methods.ts';

export const BINARIZER: EstimatorDefinition = {
  className: 'Binarizer',
  module: 'sklearn.preprocessing._data',
  load: (state) => {
    const threshold = state.attribute('threshold').number();
    // Before 1.0 it did not keep its width.
    const columns = state.has('n_features_in_') ? state.columns() : null;
    const transform = numbersPerRow(columns, ({ data }, out) => {
      for (let i = 0; i < out.length; i++) out[i] = data[i]! > threshold ? 1 : 0;
    });
    return state.fitted({ columns, accepts: 'finite', methods: { transform } });
  },
};

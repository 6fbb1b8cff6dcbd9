/** RobustScaler: less the median, divided by the range between two quantiles, column by column. */
import type { EstimatorDefinition } from '../definition.ts';
import { numbersPerRow } from '../methods.ts';

export const ROBUST_SCALER: EstimatorDefinition = {
  className: 'RobustScaler',
  module: 'sklearn.preprocessing._data',
  load: (state) => {
    const centre = state.attribute('with_centering').boolean()
      ? state.attribute('center_').vector()
      : undefined;
    const scale = state.attribute('with_scaling').boolean()
      ? state.attribute('scale_').vector(centre?.length)
      : undefined;
    const columns = state.columns((centre ?? scale)?.length);
    const centres = centre ?? new Float64Array(columns);
    const scales = scale ?? new Float64Array(columns).fill(1);
    return state.fitted({
      columns,
      accepts: 'missing',
      methods: {
        transform: numbersPerRow(columns, ({ data }, z) => {
          for (let row = 0; row < z.length; row += columns) {
            for (let j = 0; j < columns; j++) z[row + j] = (data[row + j]! - centres[j]!) / scales[j]!;
          }
        }),
        inverse_transform: numbersPerRow(columns, ({ data }, x) => {
          for (let row = 0; row < x.length; row += columns) {
            for (let j = 0; j < columns; j++) x[row + j] = data[row + j]! * scales[j]! + centres[j]!;
          }
        }),
      },
    });
  },
};

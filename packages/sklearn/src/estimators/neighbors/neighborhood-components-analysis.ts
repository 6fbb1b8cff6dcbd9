/** NeighborhoodComponentsAnalysis: the linear map that was learnt. */
import type { EstimatorDefinition } from '../definition.ts';
import { multiplyRows } from '../linear-algebra.ts';
import { numbersPerRow } from '../methods.ts';

export const NEIGHBORHOOD_COMPONENTS_ANALYSIS: EstimatorDefinition = {
  className: 'NeighborhoodComponentsAnalysis',
  module: 'sklearn.neighbors._nca',
  load: (state) => {
    const { data, rows, columns } = state.attribute('components_').matrix();
    return state.fitted({
      columns: state.columns(columns),
      accepts: 'finite',
      methods: { transform: numbersPerRow(rows, (X, out) => multiplyRows(X, data, rows, null, out)) },
    });
  },
};

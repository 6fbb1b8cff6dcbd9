/**
 * LocalOutlierFactor for new rows: how much denser its neighbours lie than the row itself. Refuses those that were
 * fitted with `novelty=False`, which score only the rows they were fitted with.
 */
import type { EstimatorDefinition } from '../definition.ts';
import { numpySum } from '../numpy-sum.ts';
import { outlierMethods } from '../outlier-methods.ts';
import { kneighbors } from './k-neighbors.ts';
import { readNeighborIndex, visitNearest } from './neighbor-search.ts';

/** So that nothing is divided by zero. */
const REACH_ADDED = 1e-10;

export const LOCAL_OUTLIER_FACTOR: EstimatorDefinition = {
  className: 'LocalOutlierFactor',
  module: 'sklearn.neighbors._lof',
  load: (state) => {
    const index = readNeighborIndex(state);
    const { rows, columns } = index.training;
    const isForNewRows = state.attribute('novelty').boolean();
    if (!isForNewRows)
      state.refuse('novelty', 'False, with which scikit-learn gives it no method for new rows');
    const count = state.attribute('n_neighbors_').integer(1, rows);
    const neighbors = index.nearest(count);
    const densities = state.attribute('_lrd').vector(rows);
    // How far the neighbours of the training rows lie, each row's farthest last.
    const reaches = state.attribute('_distances_fit_X_').matrix({ rows, columns: count }).data;
    const offset = state.attribute('offset_').number();
    const reach = new Float64Array(count);
    const ratios = new Float64Array(count);
    const asked = state.attribute('n_neighbors').integer(1);
    return state.fitted({
      columns: state.columns(columns),
      accepts: index.accepts,
      methods: {
        ...outlierMethods(
          (X, out) =>
            visitNearest(neighbors, X, (row, indices, distances) => {
              for (let n = 0; n < count; n++) {
                reach[n] = Math.max(distances[n]!, reaches[indices[n]! * count + count - 1]!);
              }
              const density = 1 / (numpySum(reach, 0, count) / count + REACH_ADDED);
              for (let n = 0; n < count; n++) ratios[n] = densities[indices[n]!]! / density;
              out[row] = -(numpySum(ratios, 0, count) / count);
            }),
          offset,
          'not-below',
        ),
        // Fitting takes fewer where there are not as many rows; asking for neighbours fails then.
        ...(asked <= rows && { kneighbors: kneighbors(index.nearest(asked)) }),
      },
    });
  },
};

/**
 * Isomap: the shortest way from a row over its neighbours to every training row, projected. Refuses rows without
 * any neighbour within the radius.
 */
import { SklearnError } from '../../errors.ts';
import type { Matrix } from '../../model.ts';
import type { EstimatorDefinition } from '../definition.ts';
import { innerMethod, numbersOf, readInner } from '../inner-estimator.ts';
import { numbersPerRow } from '../methods.ts';
import {
  type NeighborIndex,
  readNeighborIndex,
  readNeighbors,
  visitNearest,
  visitWithin,
} from '../neighbors/neighbor-search.ts';
import type { ObjectState } from '../object-state.ts';

export const ISOMAP: EstimatorDefinition = {
  className: 'Isomap',
  module: 'sklearn.manifold._isomap',
  load: (state) => {
    const neighbors = state.attribute('nbrs_').object();
    const index = readNeighborIndex(neighbors);
    const { rows, columns } = index.training;
    const between = state.attribute('dist_matrix_').matrix({ rows, columns: rows }).data;
    const at = state.attribute('kernel_pca_');
    const projection = innerMethod(state, readInner(at, rows), at, 'transform', [-1, -1]);
    const visit = visitNeighbors(state, neighbors, index);
    const kernelOf = (X: Matrix): Matrix => {
      const data = new Float64Array(X.rows * rows).fill(Number.POSITIVE_INFINITY);
      visit(X, (row, indices, distances, count) => {
        const start = row * rows;
        for (let n = 0; n < count; n++) {
          const from = indices[n]! * rows;
          for (let j = 0; j < rows; j++)
            data[start + j] = Math.min(data[start + j]!, between[from + j]! + distances[n]!);
        }
      });
      for (let i = 0; i < data.length; i++) data[i] = -0.5 * (data[i]! * data[i]!);
      return { data, rows: X.rows, columns: rows };
    };
    return state.fitted({
      columns: state.columns(columns),
      accepts: index.accepts,
      methods: {
        transform: numbersPerRow(projection.shape[1]!, (X, out) =>
          out.set(numbersOf(projection.run(kernelOf(X)))),
        ),
      },
    });
  },
};

type VisitNeighbors = (
  X: Matrix,
  visit: (row: number, indices: Int32Array, distances: Float64Array, count: number) => void,
) => void;

/** As many as `n_neighbors` says, or all within the radius. */
function visitNeighbors(state: ObjectState, fitted: ObjectState, index: NeighborIndex): VisitNeighbors {
  if (state.optional('n_neighbors') !== null) {
    const nearest = readNeighbors(fitted, index);
    return (X, visit) =>
      visitNearest(nearest, X, (row, indices, distances) => visit(row, indices, distances, nearest.count));
  }
  const search = index.within(fitted.attribute('radius').number());
  return (X, visit) =>
    visitWithin(index, search, X, (row, { indices, distances, count }) => {
      if (count === 0) throw noNeighbors(row);
      visit(row, indices, distances, count);
    });
}

function noNeighbors(row: number): SklearnError {
  const path = `inputs[${row}]`;
  return new SklearnError('INPUT_INVALID', `${path} has no neighbours within the radius of the Isomap.`, {
    path,
  });
}

/**
 * LocallyLinearEmbedding: the weights with which its neighbours make up a row, applied to where those lie in the
 * embedding. Refuses rows for which there are no such weights.
 */
import { SklearnError } from '../../errors.ts';
import type { Matrix } from '../../model.ts';
import type { EstimatorDefinition } from '../definition.ts';
import { dot } from '../linear-algebra.ts';
import { numbersPerRow } from '../methods.ts';
import { readNeighborIndex, readNeighbors, visitNearest } from '../neighbors/neighbor-search.ts';
import { solvePositive } from '../symmetric-inverse.ts';

export const LOCALLY_LINEAR_EMBEDDING: EstimatorDefinition = {
  className: 'LocallyLinearEmbedding',
  module: 'sklearn.manifold._locally_linear',
  load: (state) => {
    const fitted = state.attribute('nbrs_').object();
    const index = readNeighborIndex(fitted);
    const training = fitted.attribute('_fit_X').matrix();
    const neighbors = readNeighbors(state, index);
    const regularization = state.attribute('reg').number();
    const embedding = state.attribute('embedding_').matrix({ rows: training.rows });
    const width = embedding.columns;
    return state.fitted({
      columns: state.columns(training.columns),
      accepts: 'finite',
      methods: {
        transform: numbersPerRow(width, (X, out) => {
          const weigh = createBarycentre(training, neighbors.count, regularization);
          visitNearest(neighbors, X, (row, indices) => {
            const weights = weigh(X, row, indices);
            for (let n = 0; n < indices.length; n++) {
              const from = indices[n]! * width;
              for (let k = 0; k < width; k++)
                out[row * width + k]! += weights[n]! * embedding.data[from + k]!;
            }
          });
        }),
      },
    });
  },
};

/** The weights that sum to 1 with which `count` training rows come nearest to a row. */
function createBarycentre(
  training: Matrix,
  count: number,
  regularization: number,
): (X: Matrix, row: number, indices: Int32Array) => Float64Array {
  const { columns } = training;
  const differences = new Float64Array(count * columns);
  const gram = new Float64Array(count * count);
  const weights = new Float64Array(count);
  return (X, row, indices) => {
    for (let n = 0; n < count; n++) {
      const from = indices[n]! * columns;
      for (let j = 0; j < columns; j++) {
        differences[n * columns + j] = training.data[from + j]! - X.data[row * columns + j]!;
      }
    }
    let trace = 0;
    for (let a = 0; a < count; a++) {
      for (let b = 0; b <= a; b++) {
        gram[a * count + b] = dot(differences, a * columns, differences, b * columns, columns);
      }
      trace += gram[a * count + a]!;
    }
    const added = trace > 0 ? regularization * trace : regularization;
    for (let a = 0; a < count; a++) gram[a * count + a]! += added;
    weights.fill(1);
    if (!solvePositive(gram, count, weights)) throw noWeights(row);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let n = 0; n < count; n++) weights[n]! /= total;
    return weights;
  };
}

function noWeights(row: number): SklearnError {
  const path = `inputs[${row}]`;
  return new SklearnError(
    'INPUT_INVALID',
    `${path} has no weights of its neighbours: their matrix is singular.`,
    { path },
  );
}

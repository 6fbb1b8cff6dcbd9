/** FactorAnalysis and the sparse PCAs: rows less their mean by a matrix that is solved for once, when loading. */

import type { Matrix } from '../../model.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { addToRows, multiplyRows, transpose } from '../linear-algebra.ts';
import { numberPerRow, numbersPerRow, withColumns } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { invertSymmetric } from '../symmetric-inverse.ts';

/** The inverse of a matrix of this size takes a quarter of a second. */
const COMPONENTS_MAX = 500;

export const FACTOR_ANALYSES: readonly EstimatorDefinition[] = [
  { className: 'FactorAnalysis', module: 'sklearn.decomposition._factor_analysis', load: loadFactors },
  { className: 'SparsePCA', module: 'sklearn.decomposition._sparse_pca', load: loadSparse },
  { className: 'MiniBatchSparsePCA', module: 'sklearn.decomposition._sparse_pca', load: loadSparse },
];

function loadFactors(state: ObjectState): FittedEstimator {
  const { data: components, rows: kept, columns: width } = state.attribute('components_').matrix();
  const columns = state.columns(width);
  const noise = state.attribute('noise_variance_').vector(columns);
  const mean = state.attribute('mean_').vector(columns);
  const scaled = components.map((value, i) => value / noise[i % columns]!);
  const gram = gramOf(scaled, components, kept, columns, 1);
  const { weights, logDeterminant } = solved(state, scaled, gram, kept, columns);
  const logNoise = noise.reduce((sum, variance) => sum + Math.log(variance), 0);
  const constant = columns * Math.log(2 * Math.PI) + logDeterminant + logNoise;
  return state.fitted({
    columns,
    accepts: 'finite',
    methods: {
      transform: numbersPerRow(kept, (X, out) => multiplyRows(centred(X, mean), weights, kept, null, out)),
      // The inverse of the covariance by the matrix inversion lemma.
      score_samples: numberPerRow((X, out) => {
        const rows = centred(X, mean);
        const factors = new Float64Array(X.rows * kept);
        const projected = new Float64Array(X.rows * kept);
        multiplyRows(rows, weights, kept, null, factors);
        multiplyRows(rows, scaled, kept, null, projected);
        for (let i = 0; i < out.length; i++) {
          let sum = constant;
          for (let j = 0; j < columns; j++) sum += rows.data[i * columns + j]! ** 2 / noise[j]!;
          for (let k = i * kept; k < (i + 1) * kept; k++) sum -= factors[k]! * projected[k]!;
          out[i] = -0.5 * sum;
        }
      }),
    },
  });
}

/** Ridge regression of each row on the components. */
function loadSparse(state: ObjectState): FittedEstimator {
  const { data: components, rows: kept, columns: width } = state.attribute('components_').matrix();
  const columns = state.columns(width);
  const mean = state.attribute('mean_').vector(columns);
  const ridge = state.attribute('ridge_alpha').number();
  const gram = gramOf(components, components, kept, columns, ridge);
  const { weights } = solved(state, components, gram, kept, columns);
  const back = transpose(components, kept, columns);
  return state.fitted({
    columns,
    accepts: 'finite',
    methods: {
      transform: numbersPerRow(kept, (X, out) => multiplyRows(centred(X, mean), weights, kept, null, out)),
      inverse_transform: withColumns(
        kept,
        numbersPerRow(columns, (X, out) => multiplyRows(X, back, columns, mean, out)),
      ),
    },
  });
}

/** The inverse of `gram` times the rows. */
function solved(
  state: ObjectState,
  rows: Float64Array,
  gram: Float64Array,
  kept: number,
  columns: number,
): { readonly weights: Float64Array; readonly logDeterminant: number } {
  const attribute = state.attribute('components_');
  if (kept > COMPONENTS_MAX) throw attribute.malformed(`at most ${COMPONENTS_MAX} components`);
  const solution = invertSymmetric(gram, kept);
  if (solution === null) throw attribute.malformed('independent components');
  const out = new Float64Array(kept * columns);
  const byColumn = transpose(rows, kept, columns);
  multiplyRows({ data: solution.inverse, rows: kept, columns: kept }, byColumn, columns, null, out);
  return { weights: out, logDeterminant: solution.logDeterminant };
}

/** `a b' + diagonal I`. */
function gramOf(
  a: Float64Array,
  b: Float64Array,
  kept: number,
  columns: number,
  diagonal: number,
): Float64Array {
  const gram = new Float64Array(kept * kept);
  multiplyRows({ data: a, rows: kept, columns }, b, kept, null, gram);
  for (let k = 0; k < kept; k++) gram[k * kept + k]! += diagonal;
  return gram;
}

function centred(X: Matrix, mean: Float64Array): Matrix {
  const data = X.data.slice();
  addToRows(
    data,
    X.rows,
    mean.map((value) => -value),
  );
  return { ...X, data };
}

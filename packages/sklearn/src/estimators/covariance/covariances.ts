/**
 * The estimators of covariance, which answer by the squared Mahalanobis distance of each row from their centre.
 * Refuses to invert what has hardly an inverse.
 */
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { dot } from '../linear-algebra.ts';
import { type Fill, numberPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { invertSymmetric } from '../symmetric-inverse.ts';

/** The inverse of a matrix of this size takes a quarter of a second. */
const INVERTED_MAX = 500;
/** Beyond, two ways to invert a matrix differ in the tenth digit. */
const CONDITION_MAX = 1e6;

const MODULES: readonly (readonly [module: string, className: string])[] = [
  ['_empirical_covariance', 'EmpiricalCovariance'],
  ['_shrunk_covariance', 'ShrunkCovariance'],
  ['_shrunk_covariance', 'LedoitWolf'],
  ['_shrunk_covariance', 'OAS'],
  ['_robust_covariance', 'MinCovDet'],
  ['_graph_lasso', 'GraphicalLasso'],
  ['_graph_lasso', 'GraphicalLassoCV'],
];

export const COVARIANCES: readonly EstimatorDefinition[] = MODULES.map(([module, className]) => ({
  className,
  module: `sklearn.covariance.${module}`,
  load,
}));

function load(state: ObjectState): FittedEstimator {
  const { columns, distances } = readDistances(state);
  return state.fitted({ columns, accepts: 'finite', methods: { mahalanobis: numberPerRow(distances) } });
}

/** The squared distances, `mahalanobis` of every estimator of covariance. */
export function readDistances(state: ObjectState): { readonly columns: number; readonly distances: Fill } {
  const location = state.attribute('location_').vector();
  const columns = state.columns(location.length);
  const precision = readPrecision(state, columns);
  const distances: Fill = ({ data, rows }, out) => {
    const centred = new Float64Array(columns);
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < columns; k++) centred[k] = data[i * columns + k]! - location[k]!;
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += centred[k]! * dot(precision, k * columns, centred, 0, columns);
      // The square of the distance, as it comes of its root.
      out[i] = Math.sqrt(sum) ** 2;
    }
  };
  return { columns, distances };
}

/** `precision_`; where it was not stored, scikit-learn inverts the covariance at each call. */
function readPrecision(state: ObjectState, columns: number): Float64Array {
  const stored = state.optional('precision_');
  if (stored !== null) return stored.matrix({ rows: columns, columns }).data;
  const covariance = state.attribute('covariance_').matrix({ rows: columns, columns }).data;
  const inverse = columns <= INVERTED_MAX ? invertSymmetric(covariance, columns)?.inverse : undefined;
  if (inverse !== undefined && largest(covariance) * largest(inverse) <= CONDITION_MAX) return inverse;
  state.refuse('covariance_', 'a covariance without a stored inverse that is hard to invert');
  return covariance;
}

function largest(matrix: Float64Array): number {
  return matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/**
 * The estimators of covariance, which answer by the squared Mahalanobis distance of each row from their centre.
 * Refuses to invert what has hardly an inverse.
 */
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { addToRows, dot, multiplyRows } from '../linear-algebra.ts';
import { type Fill, numberPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { invertWell } from '../symmetric-inverse.ts';

/** Rows that stay in the cache with what comes of them. */
const ROWS_AT_ONCE = 256;

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
  const away = location.map((value) => -value);
  const distances: Fill = (X, out) => {
    for (let first = 0; first < X.rows; first += ROWS_AT_ONCE) {
      const rows = Math.min(ROWS_AT_ONCE, X.rows - first);
      const data = X.data.slice(first * columns, (first + rows) * columns);
      addToRows(data, rows, away);
      const weighed = new Float64Array(data.length);
      multiplyRows({ data, rows, columns }, precision, columns, null, weighed);
      for (let i = 0; i < rows; i++) {
        const start = i * columns;
        // The square of the distance, as it comes of its root.
        out[first + i] = Math.sqrt(dot(data, start, weighed, start, columns)) ** 2;
      }
    }
  };
  return { columns, distances };
}

/** `precision_`; where it was not stored, scikit-learn inverts the covariance at each call. */
function readPrecision(state: ObjectState, columns: number): Float64Array {
  const stored = state.optional('precision_');
  if (stored !== null) return stored.matrix({ rows: columns, columns }).data;
  const covariance = state.attribute('covariance_').matrix({ rows: columns, columns }).data;
  const inverse = invertWell(covariance, columns);
  if (inverse !== null) return inverse;
  state.refuse('covariance_', 'a covariance without a stored inverse that is hard to invert');
  return covariance;
}

/** The support vector machines with one output: SVR and NuSVR answer it, OneClassSVM tells inliers by it. */
import type { EstimatorDefinition } from '../definition.ts';
import { numbersOf } from '../inner-estimator.ts';
import { dot, multiplyRows } from '../linear-algebra.ts';
import { type Fill, numberPerRow, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { outlierMethods } from '../outlier-methods.ts';
import { SPARSE_MATRIX_PARTS } from '../sparse-matrix.ts';
import { readCoefficients, readSupportVectors } from './support-vectors.ts';

const MODULE = 'sklearn.svm._classes';

export const SINGLE_OUTPUT_MACHINES: readonly EstimatorDefinition[] = [
  { className: 'SVR', module: MODULE, parts: SPARSE_MATRIX_PARTS, load: loadRegressor },
  { className: 'NuSVR', module: MODULE, parts: SPARSE_MATRIX_PARTS, load: loadRegressor },
  {
    className: 'OneClassSVM',
    module: MODULE,
    parts: SPARSE_MATRIX_PARTS,
    load: (state) => {
      const { columns, sums, intercept } = readSums(state);
      const methods = outlierMethods(sums, -intercept, 'above');
      if (state.since(0, 20)) return state.fitted({ columns, accepts: 'finite', methods });
      // 0.19 answers a column, and has no scores.
      const { predict, decision_function: decision } = methods;
      const column = numbersPerRow(1, (X, out) => out.set(numbersOf(decision.run(X))));
      return state.fitted({ columns, accepts: 'finite', methods: { predict, decision_function: column } });
    },
  },
];

function loadRegressor(state: ObjectState): ReturnType<EstimatorDefinition['load']> {
  const { columns, sums, intercept } = readSums(state);
  const predict = numberPerRow((X, out) => {
    sums(X, out);
    for (let i = 0; i < out.length; i++) out[i]! += intercept;
  });
  return state.fitted({ columns, accepts: 'finite', methods: { predict } });
}

/** The weighted sum of the kernel's values, without the intercept. */
function readSums(state: ObjectState): {
  readonly columns: number;
  readonly sums: Fill;
  readonly intercept: number;
} {
  const coef = readCoefficients(state, 1);
  const { columns, count, addTo, forEachRow } = readSupportVectors(state, coef.columns);
  const intercept = state.attribute('_intercept_').vector(1)[0]!;
  if (addTo !== null) {
    const weights = new Float64Array(columns);
    for (let s = 0; s < count; s++) addTo(weights, 0, s, coef.data[s]!);
    return { columns, intercept, sums: (X, out) => multiplyRows(X, weights, 1, null, out) };
  }
  const sums: Fill = (X, out) =>
    forEachRow(X, (row, values, start) => {
      out[row] = dot(coef.data, 0, values, start, count);
    });
  return { columns, intercept, sums };
}

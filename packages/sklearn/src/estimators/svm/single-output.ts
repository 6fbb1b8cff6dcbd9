/** The support vector machines with one output: SVR and NuSVR answer it, OneClassSVM tells inliers by it. */
import type { EstimatorDefinition } from '../definition.ts';
import { dot, multiplyRows } from '../linear-algebra.ts';
import { type Fill, numberPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { outlierMethods } from '../outlier-methods.ts';
import { readSupportVectors } from './support-vectors.ts';

const MODULE = 'sklearn.svm._classes';

export const SINGLE_OUTPUT_MACHINES: readonly EstimatorDefinition[] = [
  { className: 'SVR', module: MODULE, load: loadRegressor },
  { className: 'NuSVR', module: MODULE, load: loadRegressor },
  {
    className: 'OneClassSVM',
    module: MODULE,
    load: (state) => {
      const { columns, sums, intercept } = readSums(state);
      return state.fitted({
        columns,
        accepts: 'finite',
        methods: outlierMethods(sums, -intercept, 'above'),
      });
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
  const coef = state.attribute('_dual_coef_').matrix({ rows: 1 });
  const machine = readSupportVectors(state, coef.columns);
  const intercept = state.attribute('_intercept_').vector(1)[0]!;
  const { columns, count } = machine;
  if (machine.linear !== null) {
    const weights = new Float64Array(columns);
    for (let s = 0; s < count; s++) {
      for (let k = 0; k < columns; k++) weights[k]! += coef.data[s]! * machine.linear.data[s * columns + k]!;
    }
    return { columns, intercept, sums: (X, out) => multiplyRows(X, weights, 1, null, out) };
  }
  const sums: Fill = (X, out) =>
    machine.forEachRow(X, (row, values, start) => {
      out[row] = dot(coef.data, 0, values, start, count);
    });
  return { columns, intercept, sums };
}

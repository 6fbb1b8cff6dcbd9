/**
 * LinearDiscriminantAnalysis: a linear classifier, and the projection that separates the classes best. The solver
 * `lsqr` has no projection.
 */
import { scoreMethods } from './classifier-methods.ts';
import type { EstimatorDefinition, FittedMethods } from './definition.ts';
import { multiplyCentred, multiplyRows, transpose } from './linear-algebra.ts';
import { type Fill, numbersPerRow, probabilityMethods } from './methods.ts';
import type { ObjectState } from './object-state.ts';
import { divideBySums, expit, softmaxRows, spreadBinary } from './probability.ts';

/** `predict_log_proba` reads a probability of 0 as the smallest normal float64. */
const SMALLEST_NORMAL = 2 ** -1022;

export const LINEAR_DISCRIMINANT_ANALYSIS: EstimatorDefinition = {
  className: 'LinearDiscriminantAnalysis',
  module: 'sklearn.discriminant_analysis',
  load: (state) => {
    const classes = state.classes();
    const count = classes.labels.length;
    if (count < 2) throw state.attribute('classes_').malformed('two classes or more');
    const outputs = count === 2 ? 1 : count;
    const coef = state.attribute('coef_').matrix({ rows: outputs });
    const columns = state.columns(coef.columns);
    const intercept = state.attribute('intercept_').vector(outputs);
    const scores: Fill = (X, out) => multiplyRows(X, coef.data, outputs, intercept, out);
    // Up to 0.20 each class by itself, as in one versus the rest.
    const isSoftmax = state.since(0, 21);
    const probabilities: Fill = (X, out) => {
      scores(X, out);
      if (count > 2 && isSoftmax) return softmaxRows(out, count);
      for (let i = 0; i < X.rows * outputs; i++) out[i] = expit(out[i]!);
      if (count > 2) divideBySums(out, count, Number.NaN);
      else spreadBinary(out, X.rows);
    };
    const predict_log_proba = numbersPerRow(count, (X, out) => {
      probabilities(X, out);
      for (let i = 0; i < out.length; i++) out[i] = Math.log(out[i] === 0 ? SMALLEST_NORMAL : out[i]!);
    });
    return state.fitted({
      columns,
      accepts: 'finite',
      classes,
      methods: {
        ...scoreMethods(classes, scores),
        ...probabilityMethods(count, probabilities),
        predict_log_proba,
        ...projection(state, columns),
      },
    });
  },
};

/** `transform`: (x - xbar) scalings with the solver `svd`, x scalings with `eigen`. */
function projection(state: ObjectState, columns: number): FittedMethods {
  const solver = state.choice('solver', ['svd', 'lsqr', 'eigen']);
  if (solver === 'lsqr') return {};
  const scalings = state.attribute('scalings_').matrix({ rows: columns });
  const kept = Math.min(scalings.columns, state.attribute('_max_components').integer(1));
  const axes = transpose(scalings.data, columns, scalings.columns);
  const mean = solver === 'svd' ? state.attribute('xbar_').vector(columns) : null;
  return {
    transform: numbersPerRow(kept, (X, out) => {
      if (mean === null) multiplyRows(X, axes, kept, null, out);
      else multiplyCentred(X, mean, axes, kept, null, out);
    }),
  };
}

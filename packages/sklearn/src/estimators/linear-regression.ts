/** The linear regressions: X coef' + intercept, with one output or several. */
import type { EstimatorDefinition, FittedEstimator } from './definition.ts';
import { readIntercept } from './intercept.ts';
import { multiplyRows } from './linear-algebra.ts';
import { numberPerRow, numbersPerRow } from './methods.ts';
import type { ObjectState } from './object-state.ts';

export const LINEAR_REGRESSIONS: readonly EstimatorDefinition[] = [
  { className: 'LinearRegression', module: 'sklearn.linear_model._base', load },
  { className: 'Ridge', module: 'sklearn.linear_model._ridge', load },
];

function load(state: ObjectState): FittedEstimator {
  const attribute = state.attribute('coef_');
  const { data: coef, shape } = attribute.array();
  if (shape.length !== 1 && shape.length !== 2) throw attribute.malformed('a vector or a matrix');
  const [outputs, width] = shape.length === 1 ? [1, shape[0]!] : (shape as [number, number]);
  const columns = state.columns(width);
  const intercept = readIntercept(state, outputs);
  const predict =
    shape.length === 1
      ? numberPerRow((X, out) => multiplyRows(X, coef, 1, intercept, out))
      : numbersPerRow(outputs, (X, out) => multiplyRows(X, coef, outputs, intercept, out));
  return state.fitted({ columns, accepts: 'finite', methods: { predict } });
}

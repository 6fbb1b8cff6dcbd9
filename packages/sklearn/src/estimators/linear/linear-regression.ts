/** The linear regressions: X coef' + intercept, with one output or several, however they were fitted. */
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { multiplyRows } from '../linear-algebra.ts';
import { numberPerRow, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { readIntercept } from './intercept.ts';

/** By module, in the order of how they are fitted. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  'sklearn.linear_model._base': ['LinearRegression'],
  'sklearn.linear_model._ridge': ['Ridge', 'RidgeCV'],
  'sklearn.linear_model._coordinate_descent': [
    'Lasso',
    'LassoCV',
    'ElasticNet',
    'ElasticNetCV',
    'MultiTaskLasso',
    'MultiTaskLassoCV',
    'MultiTaskElasticNet',
    'MultiTaskElasticNetCV',
  ],
  'sklearn.linear_model._least_angle': ['Lars', 'LarsCV', 'LassoLars', 'LassoLarsCV', 'LassoLarsIC'],
  'sklearn.linear_model._omp': ['OrthogonalMatchingPursuit', 'OrthogonalMatchingPursuitCV'],
  'sklearn.linear_model._bayes': ['BayesianRidge', 'ARDRegression'],
  'sklearn.linear_model._huber': ['HuberRegressor'],
  'sklearn.linear_model._theil_sen': ['TheilSenRegressor'],
  'sklearn.linear_model._quantile': ['QuantileRegressor'],
  'sklearn.linear_model._stochastic_gradient': ['SGDRegressor'],
  'sklearn.linear_model._passive_aggressive': ['PassiveAggressiveRegressor'],
  'sklearn.svm._classes': ['LinearSVR'],
};

export const LINEAR_REGRESSIONS: readonly EstimatorDefinition[] = Object.entries(CLASSES).flatMap(
  ([module, names]) => names.map((className) => ({ className, module, load })),
);

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

/** The generalized linear models: the inverse of the link at X coef + intercept. */
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { multiplyRows } from '../linear-algebra.ts';
import { numberPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { readIntercept } from './intercept.ts';

const MODULE = 'sklearn.linear_model._glm.glm';

export const GENERALIZED_LINEAR_REGRESSIONS: readonly EstimatorDefinition[] = [
  { className: 'PoissonRegressor', module: MODULE, load: (state) => load(state, 'log') },
  { className: 'GammaRegressor', module: MODULE, load: (state) => load(state, 'log') },
  { className: 'TweedieRegressor', module: MODULE, load: (state) => load(state, tweedieLink(state)) },
];

function tweedieLink(state: ObjectState): 'log' | 'identity' {
  const link = state.choice('link', ['auto', 'identity', 'log']);
  if (link !== 'auto') return link;
  return state.attribute('power').number() <= 0 ? 'identity' : 'log';
}

function load(state: ObjectState, link: 'log' | 'identity'): FittedEstimator {
  const coef = state.attribute('coef_').vector();
  const columns = state.columns(coef.length);
  const intercept = readIntercept(state, 1);
  const predict = numberPerRow((X, out) => {
    multiplyRows(X, coef, 1, intercept, out);
    if (link === 'log') for (let i = 0; i < out.length; i++) out[i] = Math.exp(out[i]!);
  });
  return state.fitted({ columns, accepts: 'finite', methods: { predict } });
}

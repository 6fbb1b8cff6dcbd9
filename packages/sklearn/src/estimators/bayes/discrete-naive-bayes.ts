/**
 * The naive Bayes classifiers of counts (MultinomialNB, ComplementNB) and of yes and no (BernoulliNB): the joint
 * log-likelihoods are linear in the row.
 */
import type { Classes } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { multiplyRows } from '../linear-algebra.ts';
import type { Fill } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { jointMethods } from './joint-methods.ts';

const MODULE = 'sklearn.naive_bayes';

export const DISCRETE_NAIVE_BAYES: readonly EstimatorDefinition[] = [
  { className: 'MultinomialNB', module: MODULE, load: (state) => load(state, multinomial) },
  { className: 'ComplementNB', module: MODULE, load: (state) => load(state, complement) },
  { className: 'BernoulliNB', module: MODULE, load: (state) => load(state, bernoulli) },
];

/** From log P(feature | class), one row a class, to the joint log-likelihoods. */
type Likelihoods = (state: ObjectState, logs: Float64Array, columns: number, count: number) => Fill;

function load(state: ObjectState, likelihoods: Likelihoods): FittedEstimator {
  const classes: Classes = state.classes();
  const count = classes.labels.length;
  if (count === 0) throw state.attribute('classes_').malformed('one class or more');
  const logs = state.attribute('feature_log_prob_').matrix({ rows: count });
  const columns = state.columns(logs.columns);
  const methods = jointMethods(classes, likelihoods(state, logs.data, columns, count));
  return state.fitted({ columns, accepts: 'finite', classes, methods });
}

const multinomial: Likelihoods = (state, logs, _, count) => {
  const prior = state.attribute('class_log_prior_').vector(count);
  return (X, out) => multiplyRows(X, logs, count, prior, out);
};

/** The prior counts only where there is but one class. */
const complement: Likelihoods = (state, logs, _, count) => {
  const prior = count === 1 ? state.attribute('class_log_prior_').vector(1) : null;
  return (X, out) => multiplyRows(X, logs, count, prior, out);
};

/** A feature that is absent counts as well: log P + (1 - x) log(1 - P), summed over the columns. */
const bernoulli: Likelihoods = (state, logs, columns, count) => {
  const threshold = state.optional('binarize')?.number() ?? null;
  const absent = logs.map((value) => Math.log(1 - Math.exp(value)));
  const weights = logs.map((value, i) => value - absent[i]!);
  const bias = state.attribute('class_log_prior_').vector(count).slice();
  for (let i = 0; i < absent.length; i++) bias[Math.floor(i / columns)]! += absent[i]!;
  return (X, out) => {
    const data = threshold === null ? X.data : X.data.map((value) => (value > threshold ? 1 : 0));
    multiplyRows({ ...X, data }, weights, count, bias, out);
  };
};

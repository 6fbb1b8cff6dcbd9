/** AdaBoost: a weighted vote of classifiers, by label (SAMME) or by probability (SAMME.R, up to 1.5), or the weighted median of regressors. */

import type { MethodName } from '../../model.ts';
import type { Accepts, EstimatorDefinition, FittedEstimator, FittedMethod } from '../definition.ts';
import { classIndices, innerMethod, numbersOf, readInner, strictest } from '../inner-estimator.ts';
import {
  type Fill,
  labelOfHighest,
  labelPerRow,
  numberPerRow,
  numbersPerRow,
  probabilityMethods,
} from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { softmaxRows } from '../probability.ts';

const MODULE = 'sklearn.ensemble._weight_boosting';

export const ADA_BOOST: readonly EstimatorDefinition[] = [
  { className: 'AdaBoostClassifier', module: MODULE, load: loadClassifier },
  { className: 'AdaBoostRegressor', module: MODULE, load: loadRegressor },
];

interface Stages {
  readonly columns: number | null;
  readonly accepts: Accepts;
  readonly methods: readonly FittedMethod[];
  readonly weights: Float64Array;
}

function readStages(state: ObjectState, name: MethodName, shape: readonly number[]): Stages {
  const attribute = state.attribute('estimators_');
  const at = attribute.items();
  const columns = state.has('n_features_in_') ? state.columns() : null;
  const estimators = at.map((item) => readInner(item, columns));
  if (estimators.length === 0) throw attribute.malformed('one estimator or more');
  // It keeps room for as many as it was told to fit.
  const weights = state.attribute('estimator_weights_');
  const all = weights.vector();
  if (all.length < at.length) throw weights.malformed(`a weight for each of ${at.length} estimators`);
  return {
    columns: columns ?? estimators[0]!.columns,
    accepts: strictest(estimators).endsWith('float32') ? 'finite-float32' : 'finite',
    methods: estimators.map((estimator, i) => innerMethod(state, estimator, at[i]!, name, shape)),
    weights: all,
  };
}

function loadClassifier(state: ObjectState): FittedEstimator {
  const classes = state.classes();
  const count = classes.labels.length;
  if (count < 2) throw state.attribute('classes_').malformed('two classes or more');
  const algorithm = state.choice('algorithm', ['SAMME.R', 'SAMME', 'deprecated'], 'SAMME');
  const isByProbability = algorithm === 'SAMME.R';
  const stages = isByProbability
    ? readStages(state, 'predict_proba', [-1, count])
    : readStages(state, 'predict', [-1]);
  const total = isByProbability ? stages.methods.length : sum(stages.weights);
  // Up to 1.2 a miss counted nothing.
  const miss = state.since(1, 3) ? -1 / (count - 1) : 0;
  const scores: Fill = (X, out) => {
    for (const [k, method] of stages.methods.entries()) {
      const answer = method.run(X);
      if (isByProbability) addLogarithms(numbersOf(answer), count, out);
      else addVotes(classIndices(answer, classes), count, stages.weights[k]!, miss, out);
    }
    for (let i = 0; i < out.length; i++) out[i]! /= total;
  };
  const probabilities: Fill = (X, out) => {
    scores(X, out);
    for (let i = 0; i < out.length; i += count) {
      if (count > 2) for (let j = i; j < i + count; j++) out[j]! /= count - 1;
      else {
        const decision = out[i + 1]! - out[i]!;
        out[i] = -decision / 2;
        out[i + 1] = decision / 2;
      }
    }
    softmaxRows(out, count);
  };
  return state.fitted({
    columns: stages.columns,
    accepts: stages.accepts,
    classes,
    methods: { ...decisions(classes, scores), ...probabilityMethods(count, probabilities) },
  });
}

function decisions(classes: Parameters<typeof labelPerRow>[0], scores: Fill) {
  const count = classes.labels.length;
  if (count > 2) {
    return { decision_function: numbersPerRow(count, scores), predict: labelOfHighest(classes, scores) };
  }
  const difference: Fill = (X, out) => {
    const both = new Float64Array(2 * X.rows);
    scores(X, both);
    for (let i = 0; i < X.rows; i++) out[i] = both[2 * i + 1]! - both[2 * i]!;
  };
  return {
    decision_function: numberPerRow(difference),
    predict: labelPerRow(classes, (X, indices) => {
      const score = new Float64Array(X.rows);
      difference(X, score);
      for (let i = 0; i < X.rows; i++) indices[i] = score[i]! > 0 ? 1 : 0;
    }),
  };
}

/** Logarithms of the probabilities less their mean, times one less than there are classes. */
function addLogarithms(probabilities: Float64Array, count: number, out: Float64Array): void {
  for (let row = 0; row < out.length; row += count) {
    let total = 0;
    for (let j = row; j < row + count; j++) total += Math.log(Math.max(probabilities[j]!, Number.EPSILON));
    for (let j = row; j < row + count; j++) {
      const logarithm = Math.log(Math.max(probabilities[j]!, Number.EPSILON));
      out[j]! += (count - 1) * (logarithm - (1 / count) * total);
    }
  }
}

function addVotes(chosen: Int32Array, count: number, weight: number, miss: number, out: Float64Array): void {
  for (let i = 0; i < chosen.length; i++) {
    for (let j = 0; j < count; j++) out[i * count + j]! += chosen[i] === j ? weight : miss * weight;
  }
}

function loadRegressor(state: ObjectState): FittedEstimator {
  const { columns, accepts, methods, weights } = readStages(state, 'predict', [-1]);
  const predict = numberPerRow((X, out) => {
    const all = methods.map((method) => numbersOf(method.run(X)));
    const order = Int32Array.from(methods.keys());
    for (let i = 0; i < X.rows; i++) {
      order.sort((a, b) => all[a]![i]! - all[b]![i]!);
      out[i] = all[medianOf(order, weights)]![i]!;
    }
  });
  return state.fitted({ columns, accepts, methods: { predict } });
}

/** The first in the order at which half of the weight is reached. */
function medianOf(order: Int32Array, weights: Float64Array): number {
  let total = 0;
  for (let k = 0; k < order.length; k++) total += weights[order[k]!]!;
  let reached = 0;
  for (let k = 0; k < order.length; k++) {
    reached += weights[order[k]!]!;
    if (reached >= 0.5 * total) return order[k]!;
  }
  return order[0]!;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The scores by which multiclass strategies compare their binary classifiers, and constants where a class was alone. */

import type { Matrix } from '../../model.ts';
import type { Attribute } from '../attribute.ts';
import type { Accepts, FittedEstimator, FittedMethod } from '../definition.ts';
import { innerMethod, numbersOf, readInner, rowsOf, strictest } from '../inner-estimator.ts';
import type { ObjectState } from '../object-state.ts';

/** One binary member. */
export interface Member {
  /** `decision_function`, else the probability of the second class, else what a regressor predicts. */
  readonly score: (X: Matrix) => Float64Array;
  /** What a score of the second class is above. */
  readonly threshold: number;
  /** The probability of the second class; `null` where there is none. */
  readonly probability: ((X: Matrix) => Float64Array) | null;
  /** Index of the predicted one of its two labels. */
  readonly choice: ((X: Matrix) => Float64Array) | null;
  readonly hasDecision: boolean;
  readonly estimator: FittedEstimator | null;
}

export interface Members {
  readonly all: readonly Member[];
  readonly columns: number;
  readonly accepts: Accepts;
  readonly columnNames: readonly string[] | null;
  readonly takes: Pick<FittedEstimator, 'rows' | 'columnKinds'>;
}

export function readMembers(state: ObjectState): Members {
  const attribute = state.attribute('estimators_');
  const all = attribute.items().map((at) => readMember(state, at));
  if (all.length === 0) throw attribute.malformed('one estimator or more');
  const estimators = all.flatMap(({ estimator }) => (estimator === null ? [] : [estimator]));
  const columns = state.has('n_features_in_')
    ? state.columns()
    : (estimators.find((estimator) => estimator.columns !== null)?.columns ?? null);
  if (columns === null || estimators.some((estimator) => (estimator.columns ?? columns) !== columns)) {
    throw attribute.malformed('estimators of the same width');
  }
  const columnNames = estimators.find((estimator) => estimator.columnNames !== null)?.columnNames ?? null;
  return { all, columns, accepts: strictest(estimators), columnNames, takes: rowsOf(estimators) };
}

function readMember(state: ObjectState, at: Attribute): Member {
  const { value } = at;
  if (
    typeof value === 'object' &&
    value !== null &&
    'global' in value &&
    value.global.name === '_ConstantPredictor'
  ) {
    return constantMember(at);
  }
  const estimator = readInner(at, null);
  const { decision_function: decision, predict_proba: probabilities } = estimator.methods;
  const isClassifier = probabilities !== undefined || decision !== undefined;
  const second =
    probabilities === undefined
      ? null
      : secondOf(innerMethod(state, estimator, at, 'predict_proba', [-1, 2]));
  const predict = innerMethod(state, estimator, at, 'predict', [-1]);
  const score =
    decision !== undefined
      ? numbers(innerMethod(state, estimator, at, 'decision_function', [-1]))
      : (second ?? numbers(predict));
  return {
    score,
    threshold: decision !== undefined && isClassifier ? 0 : 0.5,
    probability: second,
    choice: numbers(predict),
    hasDecision: decision !== undefined,
    estimator,
  };
}

/** A class that every row of the training data had, or none. */
function constantMember(at: Attribute): Member {
  const constant = at.object().attribute('y_');
  const value = constant.shape().length === 0 ? constant.number() : constant.array().data[0];
  if (value === undefined) throw constant.malformed('a number');
  const repeat = (X: Matrix): Float64Array => new Float64Array(X.rows).fill(value);
  return {
    score: repeat,
    threshold: 0,
    probability: repeat,
    choice: repeat,
    hasDecision: true,
    estimator: null,
  };
}

function numbers(method: FittedMethod): (X: Matrix) => Float64Array {
  return (X) => numbersOf(method.run(X));
}

function secondOf(method: FittedMethod): (X: Matrix) => Float64Array {
  return (X) => numbersOf(method.run(X)).filter((_, i) => i % 2 === 1);
}

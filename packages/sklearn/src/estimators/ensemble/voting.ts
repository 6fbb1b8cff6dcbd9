/** VotingClassifier and VotingRegressor: the vote or the mean of several estimators. */
import type { Matrix } from '../../model.ts';
import type { Attribute, Classes } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod } from '../definition.ts';
import { classIndices, innerMethod, numbersOf, readInner, rowsOf, strictest } from '../inner-estimator.ts';
import {
  argmax,
  asIntegers,
  type Fill,
  labelOfHighest,
  labelPerRow,
  numberPerRow,
  numbersPerRow,
} from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

const MODULE = 'sklearn.ensemble._voting';
const PARTS = ['sklearn.utils._bunch Bunch', 'sklearn.utils Bunch'];

export const VOTING: readonly EstimatorDefinition[] = [
  { className: 'VotingClassifier', module: MODULE, parts: PARTS, load: loadClassifier },
  { className: 'VotingRegressor', module: MODULE, parts: PARTS, load: loadRegressor },
];

interface Voters {
  readonly at: readonly Attribute[];
  readonly estimators: readonly FittedEstimator[];
  readonly columns: number | null;
  readonly columnNames: readonly string[] | null;
  /** Of the estimators that were not dropped; `null` where all count the same. */
  readonly weights: Float64Array | null;
}

export function readVoters(state: ObjectState): Voters {
  const attribute = state.attribute('estimators_');
  const at = attribute.items();
  const estimators: FittedEstimator[] = [];
  let columns: number | null = null;
  for (const item of at) {
    const estimator = readInner(item, columns);
    columns ??= estimator.columns;
    estimators.push(estimator);
  }
  if (estimators.length === 0) throw attribute.malformed('one estimator or more');
  const columnNames = estimators.find((estimator) => estimator.columnNames !== null)?.columnNames ?? null;
  return { at, estimators, columns, columnNames, weights: readWeights(state, estimators.length) };
}

function readWeights(state: ObjectState, count: number): Float64Array | null {
  const attribute = state.optional('weights');
  if (attribute === null) return null;
  const { value } = attribute;
  const isArray = typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'ndarray';
  const weights = isArray ? [...attribute.vector()] : attribute.items().map((item) => item.number());
  const named = state.attribute('estimators').items();
  const kept = weights.filter((_, i) => named[i]?.items()[1]?.value !== 'drop');
  if (kept.length !== count) throw attribute.malformed(`a weight for each of ${count} estimators`);
  return Float64Array.from(kept);
}

function loadClassifier(state: ObjectState): FittedEstimator {
  const voters = readVoters(state);
  const classes = state.classes();
  const count = classes.labels.length;
  const isSoft = state.choice('voting', ['hard', 'soft']) === 'soft';
  const { columns, columnNames, estimators } = voters;
  const methods = isSoft ? softMethods(state, voters, classes, count) : hardMethods(state, voters, classes);
  return {
    ...state.fitted({ columns, accepts: strictest(estimators), ...rowsOf(estimators), classes, methods }),
    columnNames,
  };
}

function softMethods(
  state: ObjectState,
  { at, estimators, weights }: Voters,
  classes: Classes,
  count: number,
) {
  const each = estimators.map((estimator, i) =>
    innerMethod(state, estimator, at[i]!, 'predict_proba', [-1, count]),
  );
  const mean = meanOf(each, weights);
  const voters = each.length;
  // In 0.19 and 0.20 not said, which means not flat.
  const isFlat = state.optional('flatten_transform')?.boolean() ?? false;
  const transform = numbersPerRow(voters * count, (X, out) => {
    for (const [k, method] of each.entries()) {
      const values = numbersOf(method.run(X));
      for (let i = 0; i < X.rows; i++) {
        out.set(values.subarray(i * count, (i + 1) * count), (i * voters + k) * count);
      }
    }
  });
  return {
    predict: labelOfHighest(classes, mean),
    predict_proba: numbersPerRow(count, mean),
    ...(isFlat ? { transform } : {}),
  };
}

/** Fitted on the indices of the classes, the estimators answer these. */
function hardMethods(state: ObjectState, voters: Voters, classes: Classes) {
  const { at, estimators, weights } = voters;
  const each = estimators.map((estimator, i) => innerMethod(state, estimator, at[i]!, 'predict', [-1]));
  const count = classes.labels.length;
  const places: Classes = { labels: classes.labels.map((_, index) => index), datatype: 'INT64' };
  for (const [i, { className, classes: known }] of estimators.entries()) {
    if (className !== '' && (known ?? ['']).some((label) => !places.labels.includes(label))) {
      throw at[i]!.malformed('a classifier of the indices of the classes');
    }
  }
  const votes = (X: Matrix): Int32Array[] => each.map((method) => classIndices(method.run(X), places));
  return {
    predict: labelPerRow(classes, (X, indices) => {
      const chosen = votes(X);
      const sums = new Float64Array(count);
      for (let i = 0; i < X.rows; i++) {
        sums.fill(0);
        for (let k = 0; k < chosen.length; k++) sums[chosen[k]![i]!]! += weights?.[k] ?? 1;
        indices[i] = argmax(sums, 0, count);
      }
    }),
    transform: asIntegers(
      numbersPerRow(each.length, (X, out) => {
        for (const [k, chosen] of votes(X).entries()) {
          for (let i = 0; i < X.rows; i++) out[i * each.length + k] = chosen[i]!;
        }
      }),
    ),
  };
}

function loadRegressor(state: ObjectState): FittedEstimator {
  const { at, estimators, columns, columnNames, weights } = readVoters(state);
  const each = estimators.map((estimator, i) => innerMethod(state, estimator, at[i]!, 'predict', [-1]));
  return {
    ...state.fitted({
      columns,
      accepts: strictest(estimators),
      ...rowsOf(estimators),
      methods: {
        predict: numberPerRow(meanOf(each, weights)),
        transform: numbersPerRow(each.length, (X, out) => {
          for (const [k, method] of each.entries()) {
            const values = numbersOf(method.run(X));
            for (let i = 0; i < X.rows; i++) out[i * each.length + k] = values[i]!;
          }
        }),
      },
    }),
    columnNames,
  };
}

/** `numpy.average` of what all answer. */
function meanOf(each: readonly FittedMethod[], weights: Float64Array | null): Fill {
  const total = weights === null ? each.length : weights.reduce((sum, weight) => sum + weight, 0);
  return (X, out) => {
    for (const [k, method] of each.entries()) {
      const values = numbersOf(method.run(X));
      const weight = weights?.[k] ?? 1;
      for (let i = 0; i < out.length; i++) out[i]! += values[i]! * weight;
    }
    for (let i = 0; i < out.length; i++) out[i]! /= total;
  };
}

/** BaggingClassifier and BaggingRegressor: the mean of estimators, each over columns of its own. */
import type { Matrix, MethodName } from '../../model.ts';
import type { Attribute, Classes } from '../attribute.ts';
import { checkBetween } from '../check-input.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod, FittedMethods } from '../definition.ts';
import { innerMethod, numbersOf, readInner, strictest } from '../inner-estimator.ts';
import { type Fill, labelOfHighest, numberPerRow, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

const MODULE = 'sklearn.ensemble._bagging';

export const BAGGING: readonly EstimatorDefinition[] = [
  { className: 'BaggingClassifier', module: MODULE, load: loadClassifier },
  { className: 'BaggingRegressor', module: MODULE, load: loadRegressor },
];

interface Member {
  readonly at: Attribute;
  readonly estimator: FittedEstimator;
  /** `null` for all columns in their order. */
  readonly columns: Int32Array | null;
}

function readMembers(state: ObjectState, columns: number): Member[] {
  const attribute = state.attribute('estimators_');
  const at = attribute.items();
  const features = state.attribute('estimators_features_').items();
  if (at.length === 0 || features.length !== at.length)
    throw attribute.malformed('an estimator for each choice of columns');
  return at.map((item, i) => {
    const given = features[i]!;
    const chosen = given.indices(given.shape(), 0, columns - 1);
    const isAll = chosen.length === columns && chosen.every((column, j) => column === j);
    return { at: item, estimator: readInner(item, chosen.length), columns: isAll ? null : chosen };
  });
}

function rowsFor({ columns, estimator, at }: Member, X: Matrix): Matrix {
  if (columns === null) return X;
  const width = columns.length;
  const data = new Float64Array(X.rows * width);
  for (let i = 0; i < X.rows; i++) {
    for (let k = 0; k < width; k++) data[i * width + k] = X.data[i * X.columns + columns[k]!]!;
  }
  const rows = { data, rows: X.rows, columns: width };
  checkBetween(rows, estimator, at.path);
  return rows;
}

function loadRegressor(state: ObjectState): FittedEstimator {
  const columns = state.columns(undefined, 'n_features_');
  const members = readMembers(state, columns);
  const predicts = members.map(({ estimator, at }) => innerMethod(state, estimator, at, 'predict', [-1]));
  const predict = numberPerRow((X, out) => {
    for (const [k, method] of predicts.entries()) add(numbersOf(method.run(rowsFor(members[k]!, X))), out);
    for (let i = 0; i < out.length; i++) out[i]! /= members.length;
  });
  return state.fitted({ columns, accepts: acceptedBy(members), methods: { predict } });
}

function acceptedBy(members: readonly Member[]) {
  return strictest(members.filter(({ columns }) => columns === null).map(({ estimator }) => estimator));
}

function loadClassifier(state: ObjectState): FittedEstimator {
  const columns = state.columns(undefined, 'n_features_');
  const members = readMembers(state, columns);
  const classes = state.classes();
  const count = classes.labels.length;
  const places = members.map((member) => placesOf(member, count));
  const has = (name: MethodName): boolean => members.every(({ estimator }) => name in estimator.methods);
  const probabilities: Fill = (X, out) => {
    for (const [k, member] of members.entries())
      addShares(state, member, places[k]!, rowsFor(member, X), count, out);
    for (let i = 0; i < out.length; i++) out[i]! /= members.length;
  };
  const methods: FittedMethods = {
    predict: labelOfHighest(classes, probabilities),
    predict_proba: numbersPerRow(count, probabilities),
    predict_log_proba: has('predict_log_proba')
      ? logarithms(state, members, places, count)
      : numbersPerRow(count, (X, out) => {
          probabilities(X, out);
          for (let i = 0; i < out.length; i++) out[i] = Math.log(out[i]!);
        }),
    ...(has('decision_function') ? decision(state, members, classes) : {}),
  };
  return state.fitted({ columns, accepts: acceptedBy(members), classes, methods });
}

/** Where each class of a member, an index, stands among all classes. */
function placesOf({ estimator, at }: Member, count: number): Int32Array {
  if (estimator.className === '') return new Int32Array(0);
  const labels = estimator.classes ?? [];
  const places = Int32Array.from(labels, Number);
  const isIndex = (label: unknown): boolean =>
    Number.isInteger(label) && Number(label) >= 0 && Number(label) < count;
  if (labels.length === 0 || !labels.every(isIndex))
    throw at.malformed(`a classifier of the indices of ${count} classes`);
  return places;
}

/** Probabilities, or a whole vote where there are none. */
function addShares(
  state: ObjectState,
  { estimator, at }: Member,
  places: Int32Array,
  rows: Matrix,
  count: number,
  out: Float64Array,
): void {
  if (estimator.methods.predict_proba === undefined) {
    const chosen = numbersOf(state.methodOf(estimator, at, 'predict').run(rows));
    for (let i = 0; i < rows.rows; i++) out[i * count + chosen[i]!]! += 1;
    return;
  }
  const shares = numbersOf(estimator.methods.predict_proba.run(rows));
  const width = places.length;
  for (let i = 0; i < rows.rows; i++) {
    for (let k = 0; k < width; k++) out[i * count + places[k]!]! += shares[i * width + k]!;
  }
}

/** The logarithm of the mean, added up as logarithms. */
function logarithms(
  state: ObjectState,
  members: readonly Member[],
  places: readonly Int32Array[],
  count: number,
): FittedMethod {
  const each = members.map(({ estimator, at }) =>
    innerMethod(state, estimator, at, 'predict_log_proba', [-1, -1]),
  );
  return numbersPerRow(count, (X, out) => {
    out.fill(Number.NEGATIVE_INFINITY);
    for (const [k, method] of each.entries()) {
      const values = numbersOf(method.run(rowsFor(members[k]!, X)));
      const width = places[k]!.length;
      for (let i = 0; i < values.length; i++) {
        const to = Math.floor(i / width) * count + places[k]![i % width]!;
        out[to] = logAddExp(out[to]!, values[i]!);
      }
    }
    for (let i = 0; i < out.length; i++) out[i]! -= Math.log(members.length);
  });
}

function logAddExp(a: number, b: number): number {
  if (a === b) return a + Math.LN2;
  return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));
}

function decision(state: ObjectState, members: readonly Member[], classes: Classes): FittedMethods {
  const count = classes.labels.length;
  const shape = count === 2 ? [-1] : [-1, count];
  const each = members.map(({ estimator, at }) =>
    innerMethod(state, estimator, at, 'decision_function', shape),
  );
  const mean: Fill = (X, out) => {
    for (const [k, method] of each.entries()) add(numbersOf(method.run(rowsFor(members[k]!, X))), out);
    for (let i = 0; i < out.length; i++) out[i]! /= members.length;
  };
  return { decision_function: count === 2 ? numberPerRow(mean) : numbersPerRow(count, mean) };
}

function add(values: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i]! += values[i]!;
}

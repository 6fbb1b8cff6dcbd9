/** StackingClassifier and StackingRegressor: a last estimator over what several others answer. Refuses several labels a row. */
import type { Matrix } from '../../model.ts';
import type { Attribute, Classes } from '../attribute.ts';
import { checkBetween } from '../check-input.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod, FittedMethods } from '../definition.ts';
import {
  classIndices,
  innerMethod,
  methodsAmong,
  numbersOf,
  rowsOf,
  sideBySide,
  strictest,
} from '../inner-estimator.ts';
import { labelPerRow, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { readVoters } from './voting.ts';

const MODULE = 'sklearn.ensemble._stacking';
const PARTS = ['sklearn.utils._bunch Bunch', 'sklearn.utils Bunch'];

export const STACKING: readonly EstimatorDefinition[] = [
  { className: 'StackingClassifier', module: MODULE, parts: PARTS, load: loadClassifier },
  { className: 'StackingRegressor', module: MODULE, parts: PARTS, load: loadRegressor },
];

/** What one estimator gives to the last: all columns of its answer from `from` on. */
interface Layer {
  readonly method: FittedMethod;
  readonly width: number;
  readonly from: 0 | 1;
}

interface Stack {
  readonly columns: number | null;
  readonly estimators: readonly FittedEstimator[];
  readonly columnNames: readonly string[] | null;
  readonly transform: FittedMethod;
  readonly last: FittedEstimator;
  readonly at: Attribute;
  /** The last estimator's input, checked. */
  readonly through: (X: Matrix) => Matrix;
}

function readStack(state: ObjectState): Stack {
  const { at: places, estimators, columns, columnNames } = readVoters(state);
  const names = state.attribute('stack_method_');
  const methods = names.items();
  if (methods.length !== estimators.length) throw names.malformed(`a list of ${estimators.length} methods`);
  const layers = estimators.map((estimator, i) => readLayer(state, estimator, places[i]!, methods[i]!));
  const passesRows = state.attribute('passthrough').boolean();
  if (passesRows && columns === null)
    throw state.attribute('estimators_').malformed('estimators with a width');
  const width = layers.reduce((sum, layer) => sum + layer.width, passesRows ? columns! : 0);
  const at = state.attribute('final_estimator_');
  const last = at.estimator();
  if (last.columns !== null && last.columns !== width) throw at.malformed(`an estimator of ${width} columns`);
  const rows = (X: Matrix): Matrix => {
    const parts = layers.map(({ method, width, from }) => answerOf(method, X, width, from));
    return sideBySide(X.rows, passesRows ? [...parts, X] : parts);
  };
  const through = (X: Matrix): Matrix => {
    const given = rows(X);
    checkBetween(given, last, at.path);
    return given;
  };
  const transform = numbersPerRow(width, (X, out) => out.set(rows(X).data));
  return { columns, estimators, columnNames, transform, last, at, through };
}

function readLayer(state: ObjectState, estimator: FittedEstimator, at: Attribute, name: Attribute): Layer {
  const method = name.text();
  if (method !== 'predict' && method !== 'predict_proba' && method !== 'decision_function') {
    throw name.malformed('a method of the estimator');
  }
  const found = state.methodOf(estimator, at, method);
  if (found.parts !== undefined) state.refuse('estimators_', 'several labels a row');
  if (found.shape.length === 1) return { method: found, width: 1, from: 0 };
  const checked = innerMethod(state, estimator, at, method, [-1, -1]);
  const columns = Math.max(checked.shape[1]!, 1);
  // Of two probabilities the second says all.
  const from = method === 'predict_proba' && columns === 2 ? 1 : 0;
  return { method: checked, width: columns - from, from };
}

function answerOf(method: FittedMethod, X: Matrix, width: number, from: 0 | 1): Matrix {
  const values = numbersOf(method.run(X));
  if (from === 0) return { data: values, rows: X.rows, columns: width };
  const data = new Float64Array(X.rows * width);
  for (let i = 0; i < X.rows; i++) {
    for (let k = 0; k < width; k++) data[i * width + k] = values[i * (width + from) + from + k]!;
  }
  return { data, rows: X.rows, columns: width };
}

function loadRegressor(state: ObjectState): FittedEstimator {
  const stack = readStack(state);
  const predict = innerMethod(state, stack.last, stack.at, 'predict', [-1]);
  return fitted(state, stack, undefined, {
    predict: { ...predict, run: (X) => predict.run(stack.through(X)) },
    transform: stack.transform,
  });
}

function loadClassifier(state: ObjectState): FittedEstimator {
  const stack = readStack(state);
  const classes = state.classes();
  const predict = innerMethod(state, stack.last, stack.at, 'predict', [-1]);
  // The last estimator was fitted on the indices of the classes.
  const places: Classes = { labels: classes.labels.map((_, index) => index), datatype: 'INT64' };
  const known = stack.last.classes;
  if (stack.last.className !== '' && (known ?? ['']).some((label) => !places.labels.includes(label))) {
    throw stack.at.malformed('a classifier of the indices of the classes');
  }
  const scores = Object.entries(methodsAmong(stack.last, ['predict_proba', 'decision_function'])).map(
    ([name, method]): [string, FittedMethod] => [
      name,
      { ...method, run: (X) => method.run(stack.through(X)) },
    ],
  );
  return fitted(state, stack, classes, {
    predict: labelPerRow(classes, (X, indices) => {
      indices.set(classIndices(predict.run(stack.through(X)), places));
    }),
    ...Object.fromEntries(scores),
    transform: stack.transform,
  });
}

function fitted(
  state: ObjectState,
  { columns, estimators, columnNames }: Stack,
  classes: Classes | undefined,
  methods: FittedMethods,
): FittedEstimator {
  return {
    ...state.fitted({ columns, accepts: strictest(estimators), ...rowsOf(estimators), classes, methods }),
    columnNames,
  };
}

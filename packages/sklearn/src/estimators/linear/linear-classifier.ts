/**
 * The linear classifiers: scores X coef' + intercept, one for two classes, else one a class; the highest decides.
 * Ridge classifiers may have several labels a row. SGDClassifier has probabilities for the losses that have them.
 */
import type { Classes } from '../attribute.ts';
import { scoreMethods } from '../classifier-methods.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { multiplyRows } from '../linear-algebra.ts';
import { asIntegers, type Fill, numberPerRow, numbersPerRow, probabilityMethods } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { divideBySums, expit, shareOfNone, spreadBinary } from '../probability.ts';
import { readIntercept } from './intercept.ts';

const STOCHASTIC_GRADIENT = 'sklearn.linear_model._stochastic_gradient';
const PASSIVE_AGGRESSIVE = 'sklearn.linear_model._passive_aggressive';

/** The losses of stochastic gradient descent, which it keeps. */
const LOSSES = [
  'Hinge',
  'SquaredHinge',
  'Log',
  'ModifiedHuber',
  'SquaredLoss',
  'Huber',
  'EpsilonInsensitive',
  'SquaredEpsilonInsensitive',
].map((name) => `sklearn.linear_model._sgd_fast ${name}`);

export const LINEAR_CLASSIFIERS: readonly EstimatorDefinition[] = [
  { className: 'RidgeClassifier', module: 'sklearn.linear_model._ridge', load: loadRidge },
  { className: 'RidgeClassifierCV', module: 'sklearn.linear_model._ridge', load: loadRidge },
  { className: 'SGDClassifier', module: STOCHASTIC_GRADIENT, parts: LOSSES, load: loadDescent },
  { className: 'Perceptron', module: 'sklearn.linear_model._perceptron', parts: LOSSES, load },
  { className: 'PassiveAggressiveClassifier', module: PASSIVE_AGGRESSIVE, parts: LOSSES, load },
  { className: 'LinearSVC', module: 'sklearn.svm._classes', load },
];

interface Scores {
  readonly columns: number;
  readonly outputs: number;
  readonly fill: Fill;
}

function load(state: ObjectState): FittedEstimator {
  const classes = state.classes();
  const { columns, fill } = readScores(state, outputsOf(state, classes));
  return state.fitted({ columns, accepts: 'finite', classes, methods: scoreMethods(classes, fill) });
}

function loadRidge(state: ObjectState): FittedEstimator {
  const binarizer = state.attribute('_label_binarizer').object();
  const classes = binarizer.classes();
  const kind = binarizer.choice('y_type_', ['binary', 'multiclass', 'multilabel-indicator']);
  const isMultilabel = kind === 'multilabel-indicator';
  const wanted = isMultilabel ? Math.max(classes.labels.length, 1) : outputsOf(binarizer, classes);
  const { columns, outputs, fill } = readScores(state, wanted);
  if (!isMultilabel)
    return state.fitted({ columns, accepts: 'finite', classes, methods: scoreMethods(classes, fill) });
  const predict = asIntegers(
    numbersPerRow(outputs, (X, out) => {
      fill(X, out);
      for (let i = 0; i < out.length; i++) out[i] = out[i]! > 0 ? 1 : 0;
    }),
  );
  const decision_function = outputs === 1 ? numberPerRow(fill) : numbersPerRow(outputs, fill);
  return state.fitted({ columns, accepts: 'finite', methods: { predict, decision_function } });
}

function loadDescent(state: ObjectState): FittedEstimator {
  const classes = state.classes();
  const count = classes.labels.length;
  const { columns, fill } = readScores(state, outputsOf(state, classes));
  const probabilities = descentProbabilities(state, count, fill);
  return state.fitted({
    columns,
    accepts: 'finite',
    classes,
    methods: {
      ...scoreMethods(classes, fill),
      ...(probabilities === null ? {} : probabilityMethods(count, probabilities)),
    },
  });
}

/** One versus rest by the logistic function, or by scores cut off at -1 and 1. `log` is the name before 1.1. */
function descentProbabilities(state: ObjectState, count: number, scores: Fill): Fill | null {
  const loss = state.attribute('loss').text();
  const isLogistic = loss === 'log_loss' || loss === 'log';
  if (!isLogistic && loss !== 'modified_huber') return null;
  const empty = isLogistic ? shareOfNone(state, count) : 1 / count;
  return (X, out) => {
    scores(X, out);
    for (let i = 0; i < out.length; i++) {
      out[i] = isLogistic ? expit(out[i]!) : (Math.min(Math.max(out[i]!, -1), 1) + 1) / 2;
    }
    if (count === 2) spreadBinary(out, X.rows);
    else divideBySums(out, count, empty);
  };
}

function outputsOf(state: ObjectState, classes: Classes): number {
  const count = classes.labels.length;
  if (count < 2) throw state.attribute('classes_').malformed('two classes or more');
  return count === 2 ? 1 : count;
}

/** `coef_` of two classes may be a vector: ridge classifiers from 1.9 on. */
function readScores(state: ObjectState, outputs: number): Scores {
  const attribute = state.attribute('coef_');
  const isVector = outputs === 1 && attribute.shape().length === 1;
  const coef = isVector ? attribute.vector() : attribute.matrix({ rows: outputs }).data;
  const columns = state.columns(coef.length / outputs);
  const intercept = readIntercept(state, outputs);
  return { columns, outputs, fill: (X, out) => multiplyRows(X, coef, outputs, intercept, out) };
}

/**
 * Gradient boosting: what the first estimator says, as a raw score, plus the scaled leaf values of every stage.
 * Refuses first estimators that compute in float32.
 */
import type { Matrix } from '../../model.ts';
import type { Classes } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod, FittedMethods } from '../definition.ts';
import {
  type Fill,
  labelOfHighest,
  labelPerRow,
  numberPerRow,
  numbersPerRow,
  probabilityMethods,
} from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { expit, softmaxRows, spreadBinary } from '../probability.ts';
import { readTrees, type TreeArrays } from './tree-arrays.ts';
import { addLeafValues, writeLeafNumbers } from './walk-trees.ts';

const MODULE = 'sklearn.ensemble._gb';

/** What came first up to 0.20, and the attribute that holds its raw scores; `null` for zero. */
const FORMER_CONSTANTS: ReadonlyMap<string, string | null> = new Map([
  ['MeanEstimator', 'mean'],
  ['QuantileEstimator', 'quantile'],
  ['LogOddsEstimator', 'prior'],
  ['ScaledLogOddsEstimator', 'prior'],
  ['PriorProbabilityEstimator', 'priors'],
  ['ZeroEstimator', null],
]);

/** The losses up to 1.3. */
const FORMER_LOSSES = [
  'LeastSquaresError',
  'LeastAbsoluteError',
  'HuberLossFunction',
  'QuantileLossFunction',
  'BinomialDeviance',
  'MultinomialDeviance',
  'ExponentialLoss',
];
const PARTS = [
  ...FORMER_LOSSES.map((name) => `sklearn.ensemble._gb_losses ${name}`),
  ...[...FORMER_CONSTANTS.keys()].map((name) => `${MODULE} ${name}`),
];

export const GRADIENT_BOOSTING: readonly EstimatorDefinition[] = [
  { className: 'GradientBoostingClassifier', module: MODULE, parts: PARTS, load: loadClassifier },
  { className: 'GradientBoostingRegressor', module: MODULE, parts: PARTS, load: loadRegressor },
];

/**
 * What may come first: it reads the rows as float32. Trees do so anyway and dummies read nothing; scikit-learn's
 * other estimators then compute in float32, in an order that depends on the machine.
 */
const FIRST_ESTIMATORS = [
  'DummyClassifier',
  'DummyRegressor',
  'DecisionTreeClassifier',
  'DecisionTreeRegressor',
  'ExtraTreeClassifier',
  'ExtraTreeRegressor',
  'RandomForestClassifier',
  'RandomForestRegressor',
  'ExtraTreesClassifier',
  'ExtraTreesRegressor',
  'GradientBoostingClassifier',
  'GradientBoostingRegressor',
];

const LOSSES = ['log_loss', 'exponential', 'deviance'] as const;
type Loss = (typeof LOSSES)[number];

/** Probabilities of the first estimator are kept this far from 0 and 1: float32's epsilon. */
const PROBABILITY_MIN = 2 ** -23;

/** The stages: (stages, scores) trees, stage by stage. */
interface Stages {
  readonly columns: number;
  readonly scores: number;
  readonly count: number;
  readonly trees: TreeArrays;
}

function loadClassifier(state: ObjectState): FittedEstimator {
  const classes = state.classes();
  const count = classes.labels.length;
  if (count < 2) throw state.attribute('classes_').malformed('two classes or more');
  const loss = state.choice('loss', LOSSES);
  const stages = readStages(state, count === 2 ? 1 : count);
  const scores = scoresOf(stages, readConstants(state, stages.scores) ?? startOfClasses(state, count, loss));
  return state.fitted({
    columns: stages.columns,
    accepts: 'finite-float32',
    classes,
    methods: {
      ...decisions(state, classes, scores, loss),
      ...probabilityMethods(count, probabilitiesOf(scores, count, loss)),
      apply: leavesOf(stages, [stages.count, stages.scores]),
    },
  });
}

function loadRegressor(state: ObjectState): FittedEstimator {
  // The loss shapes the trees while fitting; predicting is a sum whatever it was.
  const stages = readStages(state, 1);
  const predict = scoresOf(stages, readConstants(state, 1) ?? startOfNumbers(state));
  return state.fitted({
    columns: stages.columns,
    accepts: 'finite-float32',
    methods: { predict: numberPerRow(predict), apply: leavesOf(stages, [stages.count]) },
  });
}

function readStages(state: ObjectState, scores: number): Stages {
  const estimators = state.attribute('estimators_');
  const [count = 0, perStage] = estimators.shape();
  if (count < 1 || perStage !== scores || estimators.shape().length !== 2) {
    throw estimators.malformed(`an array of trees of shape (stages, ${scores})`);
  }
  const owners = estimators.items().map((item) => item.object());
  const columns = state.columns(owners[0]!.attribute('tree_').object().argument(0).integer(1));
  const trees = readTrees(owners, columns, 1);
  if (trees.valueShape[1] !== 1) throw estimators.malformed('regression trees');
  const rate = state.attribute('learning_rate').number();
  for (let i = 0; i < trees.leafValues.length; i++) trees.leafValues[i]! *= rate;
  return { columns, scores, count, trees };
}

/** Raw scores: `start` writes what the first estimator says about the rows as float32, each stage adds to it. */
function scoresOf({ trees, scores }: Stages, start: Fill): Fill {
  return (X, out) => {
    start(X, out);
    addLeafValues(trees, X, out, scores);
  };
}

/** What the estimators that came first up to 0.20 say, the same of every row; `null` where there is no such one. */
function readConstants(state: ObjectState, scores: number): Fill | null {
  const at = state.attribute('init_');
  if (typeof at.value === 'string') return null;
  const first = at.object();
  const name = FORMER_CONSTANTS.get(first.className);
  if (name === undefined) return null;
  if (name === null) return () => {};
  const constants = first.attribute(name);
  const values = constants.shape().length === 0 ? Float64Array.of(constants.number()) : constants.vector();
  if (values.length !== scores) throw constants.malformed(`${scores} numbers`);
  return (_, out) => {
    for (let i = 0; i < out.length; i++) out[i] = values[i % scores]!;
  };
}

function startOfNumbers(state: ObjectState): Fill {
  const at = state.attribute('init_');
  if (at.value === 'zero') return () => {};
  const first = state.methodOf(firstEstimator(state), at, 'predict');
  return (X, out) => out.set((first.run(X) as { data: Float64Array }).data);
}

function startOfClasses(state: ObjectState, count: number, loss: Loss): Fill {
  const first = firstProbabilities(state, count);
  if (first === null) return () => {};
  const link = count === 2 ? linkOfTwo(loss) : linkOfMany(count, state.since(1, 4));
  return (X, out) => link((first.run(X) as { data: Float64Array }).data, out);
}

function firstEstimator(state: ObjectState): FittedEstimator {
  const first = state.attribute('init_').estimator();
  // AdaBoost asks its estimators; over trees it is what they are.
  const isOverTrees = first.className.startsWith('AdaBoost') && first.accepts.endsWith('float32');
  if (first.className !== '' && !FIRST_ESTIMATORS.includes(first.className) && !isOverTrees) {
    state.refuse('init_', `${first.className}, which computes in float32 here`);
  }
  return first;
}

function firstProbabilities(state: ObjectState, count: number): FittedMethod | null {
  const at = state.attribute('init_');
  if (at.value === 'zero') return null;
  const method = state.methodOf(firstEstimator(state), at, 'predict_proba');
  const width = method.shape[1];
  if (width !== count && width !== -1) throw at.malformed(`an estimator of ${count} classes`);
  return method;
}

/** From the probability of the second class to its raw score. */
function linkOfTwo(loss: Loss) {
  const half = loss === 'exponential' ? 0.5 : 1;
  return (probabilities: Float64Array, out: Float64Array): void => {
    // `out` may have room for more than these: the raw scores of a pair are spread there later.
    for (let i = 0; 2 * i < probabilities.length; i++) {
      const p = clip(probabilities[2 * i + 1]!);
      out[i] = half * Math.log(p / (1 - p));
    }
  };
}

/** From the probabilities of more classes to their raw scores: logarithms, from 1.4 on less their mean. */
function linkOfMany(columns: number, isCentred: boolean) {
  return (probabilities: Float64Array, out: Float64Array): void => {
    for (let row = 0; row < out.length; row += columns) {
      let sum = 0;
      for (let k = row; k < row + columns; k++) {
        out[k] = Math.log(clip(probabilities[k]!));
        sum += out[k]!;
      }
      if (isCentred) for (let k = row; k < row + columns; k++) out[k]! -= sum / columns;
    }
  };
}

function clip(probability: number): number {
  return Math.min(Math.max(probability, PROBABILITY_MIN), 1 - PROBABILITY_MIN);
}

function decisions(state: ObjectState, classes: Classes, scores: Fill, loss: Loss): FittedMethods {
  if (classes.labels.length > 2) {
    return {
      decision_function: numbersPerRow(classes.labels.length, scores),
      predict: labelOfHighest(classes, scores),
    };
  }
  // Up to 1.3 two equal probabilities meant the first class, but with the exponential loss.
  const zeroIsSecond = state.since(1, 4) || loss === 'exponential';
  return {
    decision_function: numberPerRow(scores),
    predict: labelPerRow(classes, (X, indices) => {
      const score = new Float64Array(X.rows);
      scores(X, score);
      for (let i = 0; i < X.rows; i++) indices[i] = score[i]! > 0 || (zeroIsSecond && score[i] === 0) ? 1 : 0;
    }),
  };
}

function probabilitiesOf(scores: Fill, count: number, loss: string): Fill {
  const factor = loss === 'exponential' ? 2 : 1;
  return (X: Matrix, out: Float64Array) => {
    scores(X, out);
    if (count > 2) return softmaxRows(out, count);
    for (let i = 0; i < X.rows; i++) out[i] = expit(factor * out[i]!);
    spreadBinary(out, X.rows);
  };
}

/** `apply` answers floats: a leaf a stage, in a classifier one a stage and score. */
function leavesOf({ trees }: Stages, shape: readonly number[]): FittedMethod {
  return {
    shape: [-1, ...shape],
    datatype: 'FP64',
    run: (X) => {
      const data = new Float64Array(X.rows * trees.roots.length);
      writeLeafNumbers(trees, X, data);
      return { kind: 'numbers', data, shape: [X.rows, ...shape], integer: false };
    },
  };
}

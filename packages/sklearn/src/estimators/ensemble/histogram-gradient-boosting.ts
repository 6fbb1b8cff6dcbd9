/** HistGradientBoosting: a first guess plus the leaf values of every tree, by the link of the loss. */
import type { Matrix } from '../../model.ts';
import { checkBetween } from '../check-input.ts';
import type { Accepts, EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { innerMethod, readInner, rowsOf } from '../inner-estimator.ts';
import { asMatrix, type Fill, labelOfHighest, labelPerRow, numberPerRow, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { expit, softmaxRows, spreadBinary } from '../probability.ts';
import { addLeaves } from '../trees/walk-trees.ts';
import { addTree, packHistogramTrees, readHistogramTrees } from './histogram-trees.ts';

const FOLDER = 'sklearn.ensemble._hist_gradient_boosting';
const PARTS = [
  `${FOLDER}.predictor TreePredictor`,
  `${FOLDER}.binning _BinMapper`,
  `${FOLDER}.common PREDICTOR_RECORD_DTYPE`,
  'sklearn.metrics._scorer _PassthroughScorer',
  ...[
    'LeastSquares',
    'LeastAbsoluteDeviation',
    'Poisson',
    'BinaryCrossEntropy',
    'CategoricalCrossEntropy',
  ].map((name) => `${FOLDER}.loss ${name}`),
];

export const HISTOGRAM_GRADIENT_BOOSTING: readonly EstimatorDefinition[] = [
  {
    className: 'HistGradientBoostingClassifier',
    module: `${FOLDER}.gradient_boosting`,
    parts: PARTS,
    load: loadClassifier,
  },
  {
    className: 'HistGradientBoostingRegressor',
    module: `${FOLDER}.gradient_boosting`,
    parts: PARTS,
    load: loadRegressor,
  },
];

interface Scores {
  readonly columns: number;
  readonly takes: Pick<FittedEstimator, 'rows' | 'columnKinds'>;
  readonly fill: Fill;
}

/** `width` raw scores a row. */
function readScores(state: ObjectState, width: number): Scores {
  const attribute = state.attribute('_predictors');
  const predictors = attribute.items().flatMap((stage) => {
    const trees = stage.items();
    if (trees.length !== width) throw stage.malformed(`a list of ${width} trees`);
    return trees;
  });
  const columns = state.columns(undefined, 'n_features_');
  const bins = state.attribute(state.has('_bin_mapper') ? '_bin_mapper' : 'bin_mapper_').object();
  const trees = readHistogramTrees(predictors, bins, columns);
  const packed = packHistogramTrees(trees);
  const first = state.attribute('_baseline_prediction');
  const start = first.shape().length === 0 ? Float64Array.of(first.number()) : first.array().data;
  if (start.length !== width) throw first.malformed(`an array of ${width} numbers`);
  const { prepare, takes } = readPreprocessor(state, columns);
  return {
    columns,
    takes,
    fill: (X, out) => {
      const rows = prepare(X);
      for (let i = 0; i < out.length; i++) out[i] = start[i % width]!;
      if (packed !== null) return addLeaves(packed.trees, packed.leafValues, rows, out, width);
      for (let t = 0; t < trees.roots.length; t++)
        addTree(trees, t, rows.data, columns, out, width, t % width);
    },
  };
}

/** From 1.4 on categories are made numbers, and their columns come first. */
function readPreprocessor(
  state: ObjectState,
  columns: number,
): Pick<Scores, 'takes'> & { readonly prepare: (X: Matrix) => Matrix } {
  const at = state.optional('_preprocessor');
  if (at === null) return { takes: {}, prepare: (X) => X };
  const inner = readInner(at, columns);
  const transform = innerMethod(state, inner, at, 'transform', [-1, columns]);
  const prepare = (X: Matrix): Matrix => {
    checkBetween(X, inner, at.path);
    return asMatrix(transform.run(X));
  };
  return { takes: rowsOf([inner]), prepare };
}

/** Missing values are known from 0.22 on. */
function acceptedBy(state: ObjectState): Accepts {
  return state.since(0, 22) ? 'anything' : 'finite';
}

function loadRegressor(state: ObjectState): FittedEstimator {
  const loss = state.choice('loss', [
    'squared_error',
    'absolute_error',
    'gamma',
    'poisson',
    'quantile',
    'least_squares',
    'least_absolute_deviation',
  ]);
  const isLogarithm = loss === 'gamma' || loss === 'poisson';
  const { columns, takes, fill } = readScores(state, 1);
  const predict = numberPerRow((X, out) => {
    fill(X, out);
    if (isLogarithm) for (let i = 0; i < out.length; i++) out[i] = Math.exp(out[i]!);
  });
  return state.fitted({ columns, accepts: acceptedBy(state), ...takes, methods: { predict } });
}

function loadClassifier(state: ObjectState): FittedEstimator {
  const classes = state.classes();
  const count = classes.labels.length;
  if (count < 2) throw state.attribute('classes_').malformed('two classes or more');
  const { columns, takes, fill } = readScores(state, count === 2 ? 1 : count);
  const probabilities: Fill = (X, out) => {
    fill(X, count === 2 ? out.subarray(0, X.rows) : out);
    if (count > 2) return softmaxRows(out, count);
    for (let i = 0; i < X.rows; i++) out[i] = expit(out[i]!);
    spreadBinary(out, X.rows);
  };
  const predict =
    count > 2
      ? labelOfHighest(classes, fill)
      : labelPerRow(classes, (X, indices) => {
          const scores = new Float64Array(X.rows);
          fill(X, scores);
          for (let i = 0; i < X.rows; i++) indices[i] = scores[i]! > 0 ? 1 : 0;
        });
  return state.fitted({
    columns,
    accepts: acceptedBy(state),
    ...takes,
    classes,
    methods: {
      predict,
      predict_proba: numbersPerRow(count, probabilities),
      decision_function: count === 2 ? numberPerRow(fill) : numbersPerRow(count, fill),
    },
  });
}

/**
 * LightGBM's scikit-learn classes: the sum of what the trees say, then the link of the objective, in float64.
 * Refuses objectives of the user's own.
 */
import type { Attribute, Classes } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { type Fill, labelOfHighest, numberPerRow, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { softmaxRows, spreadBinary } from '../probability.ts';

import { addLeaves } from '../trees/walk-trees.ts';
import { createFrameCategories, type FrameCategories, overCodes } from './frame-categories.ts';
import { type LightgbmTrees, packLightgbmTrees, readLightgbmText, valueOfRow } from './lightgbm-trees.ts';

const MODULE = 'lightgbm.sklearn';
const PARTS = ['lightgbm.basic Booster', 'lightgbm.compat _LGBMLabelEncoder'];

export const LIGHTGBM: readonly EstimatorDefinition[] = [
  { className: 'LGBMClassifier', module: MODULE, parts: PARTS, load: loadClassifier },
  { className: 'LGBMRegressor', module: MODULE, parts: PARTS, load: loadRegressor },
  { className: 'LGBMRanker', module: MODULE, parts: PARTS, load: loadRegressor },
];

/** From raw scores to what is answered, in place; `sigmoid` is the steepness in the line of the objective. */
type Link = (scores: Float64Array, outputs: number, sigmoid: number) => void;

const identity: Link = () => {};
const exponential = eachScore((score) => Math.exp(score));
const logistic = eachScore((score, sigmoid) => 1 / (1 + Math.exp(-sigmoid * score)));
const softmax: Link = (scores, outputs) => softmaxRows(scores, outputs);
const signedSquare = eachScore((score) => Math.sign(score) * score * score);

/** By the first word of the header's line. */
const LINKS: ReadonlyMap<string, Link> = new Map([
  ...['regression', 'regression_l1', 'huber', 'fair', 'quantile', 'mape', 'lambdarank', 'rank_xendcg'].map(
    (name) => [name, identity] as const,
  ),
  ...['poisson', 'gamma', 'tweedie'].map((name) => [name, exponential] as const),
  ['binary', logistic],
  ['multiclassova', logistic],
  ['cross_entropy', logistic],
  ['cross_entropy_lambda', eachScore((score) => Math.log1p(Math.exp(score)))],
  ['multiclass', softmax],
]);

interface Booster {
  readonly columns: number;
  readonly columnNames: readonly string[] | null;
  /** Numbers a row. */
  readonly outputs: number;
  /** Writes (rows, outputs) answers. */
  readonly answers: Fill;
  readonly takes: FrameCategories['takes'] | null;
}

function loadClassifier(state: ObjectState): FittedEstimator {
  const { columns, columnNames, outputs, answers, takes } = readBooster(state);
  const classes: Classes = state.attribute('_classes').classes();
  const count = classes.labels.length;
  if (count < 2 || outputs !== (count === 2 ? 1 : count))
    throw state.attribute('_classes').malformed(`labels for ${outputs} scores`);
  const probabilities: Fill =
    count > 2
      ? answers
      : (X, out) => {
          answers(X, out.subarray(0, X.rows));
          spreadBinary(out, X.rows);
        };
  const methods = {
    predict: labelOfHighest(classes, probabilities),
    predict_proba: numbersPerRow(count, probabilities),
  };
  return { ...state.fitted({ columns, accepts: 'anything', ...takes, classes, methods }), columnNames };
}

function loadRegressor(state: ObjectState): FittedEstimator {
  const { columns, columnNames, outputs, answers, takes } = readBooster(state);
  if (outputs !== 1) throw state.attribute('_Booster').malformed('a booster of one score');
  const methods = { predict: numberPerRow(answers) };
  return { ...state.fitted({ columns, accepts: 'anything', ...takes, methods }), columnNames };
}

function readBooster(state: ObjectState): Booster {
  const booster = state.attribute('_Booster').object();
  const text = booster.attribute(booster.has('_handle') ? '_handle' : 'handle');
  const { header, columns, trees } = readLightgbmText(text);
  if (state.has('_n_features_in') && state.attribute('_n_features_in').integer(1) !== columns)
    throw state.attribute('_n_features_in').malformed(`${columns}, as the booster says`);
  const frame = readFrame(state, booster, text, columns);
  const outputs = Number(header.get('num_tree_per_iteration'));
  const iterations = trees.roots.length / outputs;
  if (!(Number.isInteger(iterations) && outputs >= 1)) throw text.malformed('a model with all of its trees');
  const best = booster.optional('best_iteration')?.integer(-1) ?? 0;
  const used = best > 0 ? Math.min(best, iterations) : iterations;
  const scores = scoresOf(trees, columns, outputs, used, header.has('average_output'));
  const link = linkOf(booster, header.get('objective') ?? '');
  return {
    columns,
    columnNames: namesOf(header.get('feature_names') ?? '', columns),
    outputs,
    answers: overCodes(frame, (X, out) => {
      scores(X, out);
      link(out, outputs);
    }),
    takes: frame?.takes ?? null,
  };
}

/** `pandas_categorical`: the values of each column that held categories; which columns those are the model itself says. */
function readFrame(
  state: ObjectState,
  booster: ObjectState,
  text: Attribute,
  columns: number,
): FrameCategories | null {
  const attribute = booster.optional('pandas_categorical');
  if (attribute === null || attribute.shape()[0] === 0) return null;
  const line = /^\[categorical_feature: ([\d,]+)\]$/m.exec(text.text())?.[1] ?? '';
  const places = line.split(',').map(Number);
  const values = attribute.items().map((item) => item.listedValues());
  const isKnown = places.every((column) => column < columns) && places.length === values.length;
  if (!isKnown) booster.refuse('pandas_categorical', 'categories of columns that the model does not name');
  const categories = new Map(values.map((own, i) => [places[i] ?? 0, own]));
  return createFrameCategories(state.className, columns, categories, 'missing');
}

/** The sum over all trees, in their order; of random forests the mean. */
function scoresOf(
  trees: LightgbmTrees,
  columns: number,
  outputs: number,
  iterations: number,
  isMean: boolean,
): Fill {
  const { roots } = trees;
  const packed = iterations * outputs === roots.length ? packLightgbmTrees(trees) : null;
  return (X, out) => {
    if (packed !== null) addLeaves(packed.trees, packed.leafValues, X, out, outputs);
    else {
      for (let t = 0; t < iterations * outputs; t++) {
        const root = roots[t]!;
        for (let i = 0, to = t % outputs; i < X.rows; i++, to += outputs)
          out[to]! += valueOfRow(trees, root, X.data, i * columns);
      }
    }
    if (isMean) for (let i = 0; i < X.rows * outputs; i++) out[i]! /= iterations;
  };
}

/** `binary sigmoid:1`, `regression sqrt`, `multiclass num_class:3`. */
function linkOf(booster: ObjectState, line: string): (scores: Float64Array, outputs: number) => void {
  const [name = '', ...options] = line.split(' ');
  const link = LINKS.get(name);
  if (link === undefined) {
    booster.refuse('objective', name === '' ? 'an objective of its own' : name);
    return () => {};
  }
  const written = options.find((option) => option.startsWith('sigmoid:'));
  const sigmoid = written === undefined ? 1 : Number(written.slice('sigmoid:'.length));
  if (!Number.isFinite(sigmoid)) booster.refuse('objective', line.slice(0, 40));
  const isRoot = name.startsWith('regression') && options.includes('sqrt');
  return (scores, outputs) => (isRoot ? signedSquare : link)(scores, outputs, sigmoid);
}

function eachScore(transform: (score: number, sigmoid: number) => number): Link {
  return (scores, _outputs, sigmoid) => {
    for (let i = 0; i < scores.length; i++) scores[i] = transform(scores[i]!, sigmoid);
  };
}

/** Where the rows had no names, LightGBM counts: `Column_0`. */
function namesOf(line: string, columns: number): readonly string[] | null {
  const names = line.split(' ');
  if (names.length !== columns || names.every((name, j) => name === `Column_${j}`)) return null;
  return names;
}

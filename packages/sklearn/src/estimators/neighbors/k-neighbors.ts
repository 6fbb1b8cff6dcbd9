/**
 * KNeighborsClassifier and KNeighborsRegressor: the vote or the mean of the nearest training rows, each with the
 * same weight or by the inverse of its distance. Refuses weights that are a function.
 */
import type { Matrix, Output } from '../../model.ts';
import type { Attribute, Classes } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod, FittedMethods } from '../definition.ts';
import { labelPerRow, labelsPerRow, listOf, numberPerRow, numbersPerRow } from '../methods.ts';
import { numpySum } from '../numpy-sum.ts';
import type { ObjectState } from '../object-state.ts';
import { NeighborHeap } from './neighbor-heap.ts';
import { type Neighbors, readNeighbors, readVoters } from './neighbor-search.ts';

export const NEIGHBORS: readonly EstimatorDefinition[] = [
  { className: 'KNeighborsClassifier', module: 'sklearn.neighbors._classification', load: loadClassifier },
  { className: 'KNeighborsRegressor', module: 'sklearn.neighbors._regression', load: loadRegressor },
];

/** What both kinds read: training rows, how to search them, how to weigh what is found. */
interface Fitted {
  readonly training: Matrix;
  readonly neighbors: Neighbors;
  readonly weighs: boolean;
}

/** Called for each row with its nearest training rows and their weights, nearest first. */
type Visit = (row: number, indices: Int32Array, weights: Float64Array) => void;

function readFitted(state: ObjectState): Fitted {
  const training = state.attribute('_fit_X').matrix();
  state.columns(training.columns);
  const weighs = state.choice('weights', ['uniform', 'distance', null]) === 'distance';
  return { training, neighbors: readNeighbors(state, training), weighs };
}

function loadClassifier(state: ObjectState): FittedEstimator {
  const fitted = readFitted(state);
  const isSeveral = state.attribute('outputs_2d_').boolean();
  const attribute = state.attribute('classes_');
  const classes = (isSeveral ? attribute.items() : [attribute]).map((one) => one.classes());
  if (classes.length === 0) throw attribute.malformed('a list of label arrays');
  const votes = readVotes(state.attribute('_y'), fitted.training.rows, classes, isSeveral);
  const { training, weighs } = fitted;
  const votesPlainly = !weighs && !isSeveral;
  const voting = votesPlainly
    ? { ...fitted, neighbors: readVoters(state, training, fitted.neighbors) }
    : fitted;
  return state.fitted({
    columns: training.columns,
    accepts: 'finite',
    classes: isSeveral ? undefined : classes[0],
    methods: {
      ...predictMethod(voting, classes, votes, isSeveral),
      ...probabilityMethod(voting, classes, votes, isSeveral),
      kneighbors: kneighbors(fitted.neighbors),
    },
  });
}

function loadRegressor(state: ObjectState): FittedEstimator {
  const fitted = readFitted(state);
  const { rows } = fitted.training;
  const { data: y, shape } = state.attribute('_y').array();
  const outputs = shape.length === 1 ? 1 : shape[1]!;
  if (shape[0] !== rows || shape.length > 2)
    throw state.attribute('_y').malformed(`an array of ${rows} rows`);
  const fill = (X: Matrix, out: Float64Array): void =>
    visitNeighbors(fitted, X, (row, indices, weights) => {
      const total = numpySum(weights, 0, weights.length);
      for (let k = 0; k < outputs; k++) {
        let sum = 0;
        for (let n = 0; n < indices.length; n++) sum += y[indices[n]! * outputs + k]! * weights[n]!;
        out[row * outputs + k] = sum / total;
      }
    });
  const predict = shape.length === 1 ? numberPerRow(fill) : numbersPerRow(outputs, fill);
  return state.fitted({
    columns: fitted.training.columns,
    accepts: 'finite',
    methods: { predict, kneighbors: kneighbors(fitted.neighbors) },
  });
}

/** `_y`: for each training row and output the index of its class. */
function readVotes(y: Attribute, rows: number, classes: readonly Classes[], isSeveral: boolean): Int32Array {
  const most = classes.reduce((most, { labels }) => Math.max(most, labels.length), 0);
  const votes = y.indices(isSeveral ? [rows, classes.length] : [rows], 0, most - 1);
  for (let i = 0; i < votes.length; i++) {
    const { labels } = classes[i % classes.length]!;
    if (votes[i]! >= labels.length) throw y.malformed('an array of indices of classes');
  }
  return votes;
}

function predictMethod(
  fitted: Fitted,
  classes: readonly Classes[],
  votes: Int32Array,
  isSeveral: boolean,
): FittedMethods {
  const outputs = classes.length;
  const counted = new Float64Array(fitted.neighbors.count);
  const fill = (X: Matrix, out: Int32Array): void =>
    visitNeighbors(fitted, X, (row, indices, weights) => {
      for (let k = 0; k < outputs; k++) out[row * outputs + k] = winner(k, indices, weights);
    });
  /** The class with the most weight, the first of equals; those that nobody votes for cannot win. */
  const winner = (output: number, indices: Int32Array, weights: Float64Array): number => {
    let best = 0;
    let most = 0;
    for (let candidate = 0; candidate < classes[output]!.labels.length; candidate++) {
      let isVotedFor = false;
      for (let n = 0; n < counted.length; n++) {
        const isVote = votes[indices[n]! * outputs + output] === candidate;
        counted[n] = isVote ? weights[n]! : 0;
        isVotedFor ||= isVote;
      }
      const weight = isVotedFor ? numpySum(counted, 0, counted.length) : 0;
      if (weight > most) {
        most = weight;
        best = candidate;
      }
    }
    return best;
  };
  return { predict: isSeveral ? labelsPerRow(classes, fill) : labelPerRow(classes[0]!, fill) };
}

function probabilityMethod(
  fitted: Fitted,
  classes: readonly Classes[],
  votes: Int32Array,
  isSeveral: boolean,
): FittedMethods {
  const outputs = classes.length;
  const probabilities = (X: Matrix): Float64Array[] => {
    const each = classes.map(({ labels }) => new Float64Array(X.rows * labels.length));
    visitNeighbors(fitted, X, (row, indices, weights) => {
      for (let k = 0; k < outputs; k++) {
        const out = each[k]!;
        const width = classes[k]!.labels.length;
        for (let n = 0; n < indices.length; n++) {
          out[row * width + votes[indices[n]! * outputs + k]!]! += weights[n]!;
        }
        const total = numpySum(out, row * width, width);
        for (let j = row * width; j < (row + 1) * width; j++) out[j]! /= total;
      }
    });
    return each;
  };
  const parts = classes.map(({ labels }, k) => ({
    name: `output_${k}`,
    shape: [-1, labels.length],
    datatype: 'FP64' as const,
  }));
  const run = (X: Matrix): Output[] =>
    probabilities(X).map((data, k) => ({
      kind: 'numbers',
      data,
      shape: [X.rows, classes[k]!.labels.length],
      integer: false,
    }));
  const { shape, datatype } = parts[0]!;
  return { predict_proba: isSeveral ? listOf(parts, run) : { shape, datatype, run: (X) => run(X)[0]! } };
}

/** Distances, then indices of the training rows, both (rows, n_neighbors). */
function kneighbors({ count, search, sort, metric }: Neighbors): FittedMethod {
  const heap = new NeighborHeap(count);
  const shape = [-1, count];
  const parts = [
    { name: 'distances', shape, datatype: 'FP64' as const },
    { name: 'indices', shape, datatype: 'INT64' as const },
  ];
  return listOf(parts, (X) => {
    const distances = new Float64Array(X.rows * count);
    const indices = new Float64Array(X.rows * count);
    for (let row = 0; row < X.rows; row++) {
      search(X.data, row * X.columns, heap);
      sort(heap);
      for (let n = 0; n < count; n++) {
        distances[row * count + n] = metric.toDistance(heap.distances[n]!);
        indices[row * count + n] = heap.indices[n]!;
      }
    }
    return [
      { kind: 'numbers', data: distances, shape: [X.rows, count], integer: false },
      { kind: 'numbers', data: indices, shape: [X.rows, count], integer: true },
    ];
  });
}

function visitNeighbors(fitted: Fitted, X: Matrix, visit: Visit): void {
  const { neighbors, weighs } = fitted;
  const { count, search, sort } = neighbors;
  const heap = new NeighborHeap(count);
  const weights = new Float64Array(count).fill(1);
  for (let row = 0; row < X.rows; row++) {
    search(X.data, row * X.columns, heap);
    sort(heap);
    if (weighs) weigh(heap, neighbors, weights);
    visit(row, heap.indices, weights);
  }
}

/** 1 / distance; where rows lie exactly here, they alone count. */
function weigh(heap: NeighborHeap, { metric }: Neighbors, weights: Float64Array): void {
  let hasHere = false;
  for (let n = 0; n < weights.length; n++) {
    weights[n] = 1 / metric.toDistance(heap.distances[n]!);
    hasHere ||= weights[n] === Number.POSITIVE_INFINITY;
  }
  if (!hasHere) return;
  for (let n = 0; n < weights.length; n++) weights[n] = weights[n] === Number.POSITIVE_INFINITY ? 1 : 0;
}

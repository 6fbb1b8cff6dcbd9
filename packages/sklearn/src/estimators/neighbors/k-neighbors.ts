/**
 * KNeighborsClassifier and KNeighborsRegressor: the vote or the mean of the nearest training rows, each with the
 * same weight or by the inverse of its distance. Refuses weights that are a function.
 */
import type { Matrix } from '../../model.ts';
import type { Classes } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod, FittedMethods } from '../definition.ts';
import { labelPerRow, labelsPerRow, listOf, numberPerRow, numbersPerRow } from '../methods.ts';
import { numpySum } from '../numpy-sum.ts';
import type { ObjectState } from '../object-state.ts';
import {
  type Neighbors,
  readNeighborIndex,
  readNeighbors,
  readVoters,
  visitNearest,
} from './neighbor-search.ts';
import {
  probabilitiesPerRow,
  readTargets,
  readVoteClasses,
  readVotes,
  readWeighs,
  weigh,
} from './targets.ts';

export const NEIGHBORS: readonly EstimatorDefinition[] = [
  { className: 'KNeighborsClassifier', module: 'sklearn.neighbors._classification', load: loadClassifier },
  { className: 'KNeighborsRegressor', module: 'sklearn.neighbors._regression', load: loadRegressor },
];

/** How to search the training rows, and how to weigh what is found. */
interface Fitted {
  readonly neighbors: Neighbors;
  readonly weighs: boolean;
}

/** Called for each row with its nearest training rows and their weights, nearest first. */
type Visit = (row: number, indices: Int32Array, weights: Float64Array) => void;

function loadClassifier(state: ObjectState): FittedEstimator {
  const index = readNeighborIndex(state);
  const { rows, columns } = index.training;
  const neighbors = readNeighbors(state, index);
  const weighs = readWeighs(state);
  const { classes, isSeveral } = readVoteClasses(state);
  const votes = readVotes(state.attribute('_y'), rows, classes, isSeveral);
  const votesPlainly = !weighs && !isSeveral;
  const voting = { weighs, neighbors: votesPlainly ? readVoters(state, index, neighbors) : neighbors };
  return state.fitted({
    columns: state.columns(columns),
    accepts: index.accepts,
    classes: isSeveral ? undefined : classes[0],
    methods: {
      ...predictMethod(voting, classes, votes, isSeveral),
      ...probabilityMethod(voting, classes, votes, isSeveral),
      kneighbors: kneighbors(neighbors),
    },
  });
}

function loadRegressor(state: ObjectState): FittedEstimator {
  const index = readNeighborIndex(state);
  const neighbors = readNeighbors(state, index);
  const fitted = { neighbors, weighs: readWeighs(state) };
  const { y, outputs, isFlat } = readTargets(state.attribute('_y'), index.training.rows);
  const fill = (X: Matrix, out: Float64Array): void =>
    visitNeighbors(fitted, X, (row, indices, weights) => {
      const total = numpySum(weights, 0, weights.length);
      for (let k = 0; k < outputs; k++) {
        let sum = 0;
        for (let n = 0; n < indices.length; n++) sum += y[indices[n]! * outputs + k]! * weights[n]!;
        out[row * outputs + k] = sum / total;
      }
    });
  const predict = isFlat ? numberPerRow(fill) : numbersPerRow(outputs, fill);
  return state.fitted({
    columns: state.columns(index.training.columns),
    accepts: index.accepts,
    methods: { predict, kneighbors: kneighbors(neighbors) },
  });
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
  return probabilitiesPerRow(classes, isSeveral, probabilities);
}

/** Distances, then indices of the training rows, both (rows, n_neighbors). */
export function kneighbors(neighbors: Neighbors): FittedMethod {
  const { count } = neighbors;
  const shape = [-1, count];
  const parts = [
    { name: 'distances', shape, datatype: 'FP64' as const },
    { name: 'indices', shape, datatype: 'INT64' as const },
  ];
  return listOf(parts, (X) => {
    const distances = new Float64Array(X.rows * count);
    const indices = new Float64Array(X.rows * count);
    visitNearest(neighbors, X, (row, nearest, theirDistances) => {
      indices.set(nearest, row * count);
      distances.set(theirDistances, row * count);
    });
    return [
      { kind: 'numbers', data: distances, shape: [X.rows, count], integer: false },
      { kind: 'numbers', data: indices, shape: [X.rows, count], integer: true },
    ];
  });
}

function visitNeighbors({ neighbors, weighs }: Fitted, X: Matrix, visit: Visit): void {
  const weights = new Float64Array(neighbors.count).fill(1);
  visitNearest(neighbors, X, (row, indices, distances) => {
    if (weighs) weigh(distances, weights.length, weights);
    visit(row, indices, weights);
  });
}

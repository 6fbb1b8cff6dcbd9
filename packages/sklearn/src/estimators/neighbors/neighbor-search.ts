/**
 * Finds the training rows near a row, by whichever way the file was fitted for: the nearest ones, or all within a
 * radius. Every estimator that looks at neighbours searches through here.
 */
import type { Matrix } from '../../model.ts';
import { isObject } from '../attribute.ts';
import type { FillIndices } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { readSparseMatrix, type SparseMatrix } from '../sparse-matrix.ts';
import { createTreeSearch, createTreeSearchWithin, readTree } from './binary-tree.ts';
import {
  createBruteForce,
  createBruteForceInChunks,
  createBruteForceOfAll,
  createBruteForceWithin,
  measureAll,
} from './brute-force.ts';
import { createEuclideanBruteForce, createEuclideanBruteForceWithin } from './euclidean-brute-force.ts';
import { FoundRows } from './found-rows.ts';
import type { Metric } from './metric.ts';
import { readMetric } from './metrics.ts';
import { NeighborHeap } from './neighbor-heap.ts';
import { type Sort, sortByIntrosort, sortByQuicksort } from './sort-neighbors.ts';
import {
  createSparseBruteForce,
  createSparseBruteForceWithin,
  readSparseMetric,
} from './sparse-brute-force.ts';

/** Fills the heap with the reduced distances of the nearest rows of the row of `x` that starts at `start`. */
export type NeighborSearch = (x: Float64Array, start: number, heap: NeighborHeap) => void;
/** Finds the rows within a radius of the row of `x` that starts at `start`. */
export type RadiusSearch = (x: Float64Array, start: number, found: FoundRows) => void;

/** Training rows, dense or sparse, and how they are searched. */
export interface NeighborIndex {
  readonly training: Pick<Matrix, 'rows' | 'columns'>;
  readonly metric: Metric;
  /** What rows it takes. */
  readonly accepts: 'finite' | 'missing';
  /** The `count` nearest; there must be as many. */
  readonly nearest: (count: number) => Neighbors;
  readonly within: (radius: number) => RadiusSearch;
  /** Brute force without chunks. */
  readonly nearestInOneHeap?: (count: number) => Pick<Neighbors, 'search' | 'searchRows'>;
}

export interface Neighbors {
  /** How many are found. */
  readonly count: number;
  readonly search: NeighborSearch;
  /** Searches for many rows, asked about in order, with less work than one by one. */
  readonly searchRows?: (X: Matrix) => NeighborSearch;
  readonly sort: Sort;
  readonly metric: Metric;
}

/** Called for each row with its nearest training rows, nearest first; both arrays are used again for the next. */
export type VisitNearest = (row: number, indices: Int32Array, distances: Float64Array) => void;

const EFFECTIVE = { metric: 'effective_metric_', parameters: 'effective_metric_params_' } as const;

/** What any estimator of `sklearn.neighbors` was fitted with: `_fit_X`, its metric, and its tree where it has one. */
export function readNeighborIndex(state: ObjectState): NeighborIndex {
  const attribute = state.attribute('_fit_X');
  if (isObject(attribute.value)) return readSparseIndex(state, readSparseMatrix(attribute));
  const training = attribute.matrix();
  if (training.rows < 1) throw attribute.malformed('one training row or more');
  const method = state.choice('_fit_method', ['brute', 'kd_tree', 'ball_tree']);
  const fittedTree = method === 'brute' ? null : state.attribute('_tree');
  const named = readMetric(state, EFFECTIVE, training.columns, fittedTree);
  // Before 1.1 brute force left every metric to NumPy.
  const metric: Metric = state.since(1, 1) ? named : { ...named, brute: 'all' };
  const accepts = metric.takesMissing && state.since(1, 6) ? 'missing' : 'finite';
  if (fittedTree === null) {
    const sort = sortOf(state, metric.brute);
    return {
      training,
      metric,
      accepts,
      nearest: (count) => ({ count, ...bruteForce(training, metric, count), sort, metric }),
      within: (radius) =>
        metric.brute === 'products'
          ? createEuclideanBruteForceWithin(training, metric, radius)
          : createBruteForceWithin(training, metric, radius),
      nearestInOneHeap: () => createBruteForce(training, metric),
    };
  }
  if (method === 'kd_tree') checkBoxMetric(state, metric);
  const tree = readTree(fittedTree.object(), metric, training);
  const sort = sortOf(state, 'chunks');
  return {
    training,
    metric,
    accepts,
    nearest: (count) => ({ count, search: createTreeSearch(tree, metric), sort, metric }),
    within: (radius) => createTreeSearchWithin(tree, metric, radius),
  };
}

function readSparseIndex(state: ObjectState, training: SparseMatrix): NeighborIndex {
  if (training.rows < 1) throw state.attribute('_fit_X').malformed('one training row or more');
  const metric = readSparseMetric(state, training);
  const sort = sortOf(state, metric.brute);
  return {
    training,
    metric,
    accepts: 'finite',
    nearest: (count) => ({
      count,
      search: createSparseBruteForce(training, metric, count, false),
      sort,
      metric,
    }),
    within: (radius) => createSparseBruteForceWithin(training, metric, radius),
    nearestInOneHeap: (count) => ({ search: createSparseBruteForce(training, metric, count, true) }),
  };
}

/** What NumPy picks is found in order. */
function sortOf(state: ObjectState, brute: Metric['brute']): Sort {
  if (brute === 'all') return () => {};
  return state.since(1, 9) ? sortByIntrosort : sortByQuicksort;
}

/** `n_neighbors` of the training rows, as `kneighbors` finds them. */
export function readNeighbors(state: ObjectState, index: NeighborIndex): Neighbors {
  return index.nearest(state.attribute('n_neighbors').integer(1, index.training.rows));
}

function bruteForce(
  training: Matrix,
  metric: Metric,
  count: number,
): Pick<Neighbors, 'search' | 'searchRows'> {
  if (metric.brute === 'products') return createEuclideanBruteForce(training, count);
  if (metric.brute === 'chunks') return createBruteForceInChunks(training, metric, count);
  return {
    search: createBruteForceOfAll(training.rows, measureAll(training, metric), metric.toDistance),
  };
}

/** Fewer rows are searched for one by one. */
const ROWS_MIN = 4;

function searchOf(
  { search, searchRows }: Pick<Neighbors, 'search' | 'searchRows'>,
  X: Matrix,
): NeighborSearch {
  return (X.rows < ROWS_MIN ? undefined : searchRows?.(X)) ?? search;
}

/**
 * What a classifier counts that gives every neighbour the same weight. From 1.3 on brute force then counts on a
 * way of its own, which has no chunks, unless the metric is Euclidean.
 */
export function readVoters(state: ObjectState, index: NeighborIndex, neighbors: Neighbors): Neighbors {
  if (!countsByClass(state, index) || !state.since(1, 3)) return neighbors;
  return { ...neighbors, ...index.nearestInOneHeap?.(neighbors.count) };
}

/** Whether brute force has a way of its own to count votes of the same weight. */
export function countsByClass(state: ObjectState, { metric }: NeighborIndex): boolean {
  const isEuclidean = metric.power === 2 && state.attribute('metric').value !== 'l2';
  return state.attribute('_fit_method').value === 'brute' && metric.brute === 'chunks' && !isEuclidean;
}

export function visitNearest(neighbors: Neighbors, X: Matrix, visit: VisitNearest): void {
  const { count, sort, metric } = neighbors;
  const search = searchOf(neighbors, X);
  const heap = new NeighborHeap(count);
  const distances = new Float64Array(count);
  for (let row = 0; row < X.rows; row++) {
    search(X.data, row * X.columns, heap);
    sort(heap);
    for (let n = 0; n < count; n++) distances[n] = metric.toDistance(heap.distances[n]!);
    visit(row, heap.indices, distances);
  }
}

/** Writes the index of the nearest training row of each row, the first of equals. */
export function nearestRow(training: Matrix, metric: Metric): FillIndices {
  const neighbors = bruteForce(training, metric, 1);
  return (X, out) => {
    const search = searchOf(neighbors, X);
    const heap = new NeighborHeap(1);
    for (let row = 0; row < X.rows; row++) {
      search(X.data, row * X.columns, heap);
      out[row] = heap.indices[0]!;
    }
  };
}

/** Calls `visit` for each row with what was found, which is used again for the next. */
export function visitWithin(
  { training }: NeighborIndex,
  search: RadiusSearch,
  X: Matrix,
  visit: (row: number, found: FoundRows) => void,
): void {
  const found = new FoundRows(training.rows);
  for (let row = 0; row < X.rows; row++) {
    search(X.data, row * X.columns, found);
    visit(row, found);
  }
}

/** A k-d tree's boxes know powers summed over columns that all count the same. */
function checkBoxMetric(state: ObjectState, metric: Metric): void {
  const name = state.attribute('effective_metric_');
  if (metric.power === null) throw name.malformed('a metric that a k-d tree knows');
  if (state.attribute('effective_metric_params_').dict().has('w')) {
    state.refuse('effective_metric_params_', 'w in a k-d tree');
  }
}

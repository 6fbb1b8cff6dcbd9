/** Finds the nearest training rows of a row, by whichever way the file was fitted for. */
import type { Matrix } from '../../model.ts';
import type { ObjectState } from '../object-state.ts';
import { createTreeSearch } from './binary-tree.ts';
import { createBruteForce, createBruteForceInChunks } from './brute-force.ts';
import { createEuclideanBruteForce } from './euclidean-brute-force.ts';
import { type Metric, readMetric } from './metrics.ts';
import type { NeighborHeap } from './neighbor-heap.ts';
import { type Sort, sortByIntrosort, sortByQuicksort } from './sort-neighbors.ts';

/** Fills the heap with the reduced distances of the nearest rows of the row of `x` that starts at `start`. */
export type NeighborSearch = (x: Float64Array, start: number, heap: NeighborHeap) => void;

export interface Neighbors {
  /** How many are found. */
  readonly count: number;
  readonly search: NeighborSearch;
  readonly sort: Sort;
  readonly metric: Metric;
}

/** What `kneighbors` finds in `training`, which is `_fit_X`. */
export function readNeighbors(state: ObjectState, training: Matrix): Neighbors {
  const count = state.attribute('n_neighbors').integer(1, training.rows);
  const metric = readMetric(state, training.columns);
  const sort = state.since(1, 9) ? sortByIntrosort : sortByQuicksort;
  const method = state.choice('_fit_method', ['brute', 'kd_tree', 'ball_tree']);
  if (method === 'brute') {
    const search = metric.byProducts
      ? createEuclideanBruteForce(training, count)
      : createBruteForceInChunks(training, metric, count);
    return { count, search, sort, metric };
  }
  if (method === 'kd_tree') checkBoxMetric(state, metric);
  const tree = state.attribute('_tree').object();
  return { count, search: createTreeSearch(tree, training, metric, method), sort, metric };
}

/**
 * What a classifier counts that gives every neighbour the same weight. From 1.3 on brute force then counts on a
 * way of its own, which has no chunks, unless the metric is Euclidean.
 */
export function readVoters(state: ObjectState, training: Matrix, neighbors: Neighbors): Neighbors {
  const { metric } = neighbors;
  const isEuclidean =
    metric.byProducts || (metric.power === 2 && state.attribute('metric').value === 'minkowski');
  if (state.attribute('_fit_method').value !== 'brute' || isEuclidean || !state.since(1, 3)) return neighbors;
  return { ...neighbors, search: createBruteForce(training, metric) };
}

/** A k-d tree's boxes know powers summed over columns that all count the same. */
function checkBoxMetric(state: ObjectState, metric: Metric): void {
  const name = state.attribute('effective_metric_');
  if (metric.power === null) throw name.malformed('a metric that a k-d tree knows');
  if (state.attribute('effective_metric_params_').dict().has('w')) {
    state.refuse('effective_metric_params_', 'w in a k-d tree');
  }
}

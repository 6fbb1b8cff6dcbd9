/**
 * Brute force over sparse training rows, such as a vectorizer's. scikit-learn searches those for a few metrics only;
 * others are noted as not supported.
 */
import type { ObjectState } from '../object-state.ts';
import { dotSparse, type SparseMatrix } from '../sparse-matrix.ts';
import { type Collect, createBruteForceOfAll, searchInChunks } from './brute-force.ts';
import { type MeasureAll, type Metric, UNREDUCED } from './metric.ts';
import { NeighborHeap } from './neighbor-heap.ts';
import type { NeighborSearch, RadiusSearch } from './neighbor-search.ts';
import { cosine, euclidean, manhattan } from './number-metrics.ts';

const NAMES = ['euclidean', 'cosine', 'manhattan', 'cityblock', 'l1'] as const;

export interface SparseMetric extends Metric {
  readonly measure: MeasureAll;
}

/** The metric that `effective_metric_` names. */
export function readSparseMetric(state: ObjectState, training: SparseMatrix): SparseMetric {
  const { columns } = training;
  // Only these versions compute Euclidean distances of sparse rows in chunks.
  const inChunks = state.since(1, 2) && !state.since(1, 4);
  switch (state.choice('effective_metric_', NAMES)) {
    case 'euclidean':
      return {
        ...euclidean(columns),
        brute: inChunks ? 'chunks' : 'all',
        measure: squaredDistancesTo(training),
      };
    case 'cosine':
      return { ...cosine(columns), measure: cosineDistancesTo(training) };
    default:
      // scikit-learn goes through the columns of both rows side by side, and past those that are not in order.
      if (!isInOrder(training))
        state.refuse('_fit_X', 'a metric of sparse rows whose columns are not in order');
      return {
        ...manhattan(columns),
        brute: state.since(1, 2) ? 'chunks' : 'all',
        measure: manhattanDistancesTo(training),
      };
  }
}

/** The nearest rows; with `isOneHeap` without chunks. */
export function createSparseBruteForce(
  { rows }: SparseMatrix,
  metric: SparseMetric,
  count: number,
  isOneHeap: boolean,
): NeighborSearch {
  const { measure } = metric;
  // NumPy picks Euclidean distances by their squares.
  if (metric.brute === 'all') return createBruteForceOfAll(rows, measure, UNREDUCED.toDistance);
  const reduced = new Float64Array(rows);
  const chunk = new NeighborHeap(count);
  const collect: Collect = (_x, _start, first, end, heap) => {
    for (let i = first; i < end; i++) heap.push(reduced[i]!, i);
  };
  return (x, start, heap) => {
    measure(x, start, reduced);
    if (!isOneHeap) return searchInChunks(x, start, rows, collect, chunk, heap);
    heap.clear();
    collect(x, start, 0, rows, heap);
  };
}

/** All rows within the radius, in their order. */
export function createSparseBruteForceWithin(
  { rows }: SparseMatrix,
  metric: SparseMetric,
  radius: number,
): RadiusSearch {
  const reduced = new Float64Array(rows);
  const bound = metric.toReduced(radius);
  return (x, start, found) => {
    metric.measure(x, start, reduced);
    found.clear();
    for (let i = 0; i < rows; i++) if (reduced[i]! <= bound) found.add(i, metric.toDistance(reduced[i]!));
  };
}

/** |x|^2 - 2xy + |y|^2. */
function squaredDistancesTo(training: SparseMatrix): MeasureAll {
  const { rows, columns } = training;
  const norms = squaredNorms(training);
  return (x, start, out) => {
    const norm = squaredNorm(x, start, columns);
    for (let i = 0; i < rows; i++) {
      out[i] = Math.max(0, -2 * dotSparse(training, i, x, start) + norm + norms[i]!);
    }
  };
}

/** 1 less the product of rows of length 1; a row of zeros is left as it is. */
function cosineDistancesTo(training: SparseMatrix): MeasureAll {
  const { rows, columns, starts } = training;
  const data = training.data.slice();
  for (const [i, norm] of squaredNorms(training).entries()) {
    const length = Math.sqrt(norm) || 1;
    for (let at = starts[i]!; at < starts[i + 1]!; at++) data[at]! /= length;
  }
  const units = { ...training, data };
  const unit = new Float64Array(columns);
  return (x, start, out) => {
    const length = Math.sqrt(squaredNorm(x, start, columns)) || 1;
    for (let j = 0; j < columns; j++) unit[j] = x[start + j]! / length;
    for (let i = 0; i < rows; i++) out[i] = Math.min(Math.max(1 - dotSparse(units, i, unit, 0), 0), 2);
  };
}

/** In the order of the columns, of which those that are zero in both add nothing. */
function manhattanDistancesTo({ rows, columns, starts, columnsOf, data }: SparseMatrix): MeasureAll {
  const filled = new Int32Array(columns);
  return (x, start, out) => {
    let count = 0;
    for (let j = 0; j < columns; j++) if (x[start + j] !== 0) filled[count++] = j;
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      let n = 0;
      for (let at = starts[i]!; at < starts[i + 1]!; at++) {
        const column = columnsOf[at]!;
        for (; n < count && filled[n]! < column; n++) sum += Math.abs(x[start + filled[n]!]!);
        if (n < count && filled[n] === column) n++;
        sum += Math.abs(x[start + column]! - data[at]!);
      }
      for (; n < count; n++) sum += Math.abs(x[start + filled[n]!]!);
      out[i] = sum;
    }
  };
}

function isInOrder({ rows, starts, columnsOf }: SparseMatrix): boolean {
  for (let i = 0; i < rows; i++) {
    for (let at = starts[i]! + 1; at < starts[i + 1]!; at++)
      if (columnsOf[at]! <= columnsOf[at - 1]!) return false;
  }
  return true;
}

function squaredNorms({ rows, starts, data }: SparseMatrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) =>
    squaredNorm(data, starts[i]!, starts[i + 1]! - starts[i]!),
  );
}

function squaredNorm(x: Float64Array, start: number, length: number): number {
  let sum = 0;
  for (let k = start; k < start + length; k++) sum += x[k]! * x[k]!;
  return sum;
}

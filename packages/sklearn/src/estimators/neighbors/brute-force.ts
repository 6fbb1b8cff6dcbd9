/** Brute force: the distance to every training row. Euclidean distances have a file of their own. */
import type { Matrix } from '../../model.ts';
import type { Metric } from './metric.ts';
import { NeighborHeap } from './neighbor-heap.ts';
import type { NeighborSearch, RadiusSearch } from './neighbor-search.ts';
import { partition, sortOrder } from './numpy-selection.ts';

/** scikit-learn shares the training rows out in chunks of this size, each with a heap of its own. */
const CHUNK_ROWS = 256;

/** Puts the training rows from `first` to `end` into a heap, in order. */
export type Collect = (
  x: Float64Array,
  start: number,
  first: number,
  end: number,
  heap: NeighborHeap,
) => void;

/** One heap for all training rows. */
export function createBruteForce(training: Matrix, metric: Metric): NeighborSearch {
  const collect = collectBy(training, metric);
  return (x, start, heap) => {
    heap.clear();
    collect(x, start, 0, training.rows, heap);
  };
}

/** All distances first, of which NumPy picks the nearest and puts them in order. */
export function createBruteForceOfAll(training: Matrix, metric: Metric): NeighborSearch {
  const { data, rows, columns } = training;
  const reduced = new Float64Array(rows);
  const distances = new Float64Array(rows);
  const order = new Int32Array(rows);
  return (x, start, heap) => {
    for (let i = 0; i < rows; i++) {
      reduced[i] = metric.reduced(x, start, data, i * columns);
      distances[i] = metric.toDistance(reduced[i]!);
      order[i] = i;
    }
    const count = heap.indices.length;
    partition(distances, order, rows, count - 1);
    sortOrder(distances, order, count);
    for (let n = 0; n < count; n++) {
      heap.indices[n] = order[n]!;
      heap.distances[n] = reduced[order[n]!]!;
    }
  };
}

/** All rows within the radius, in their order. */
export function createBruteForceWithin(training: Matrix, metric: Metric, radius: number): RadiusSearch {
  const { data, rows, columns } = training;
  const bound = metric.brute === 'all' ? Number.POSITIVE_INFINITY : metric.toReduced(radius);
  return (x, start, found) => {
    found.clear();
    for (let i = 0; i < rows; i++) {
      const reduced = metric.reduced(x, start, data, i * columns);
      if (!(reduced <= bound)) continue;
      const distance = metric.toDistance(reduced);
      // What NumPy picks it picks by the distance itself.
      if (metric.brute !== 'all' || distance <= radius) found.add(i, distance);
    }
  };
}

/** A heap for each chunk first, which changes who stays of equally near rows; `count` rows are to be found. */
export function createBruteForceInChunks(training: Matrix, metric: Metric, count: number): NeighborSearch {
  const collect = collectBy(training, metric);
  const chunk = new NeighborHeap(count);
  return (x, start, heap) => searchInChunks(x, start, training.rows, collect, chunk, heap);
}

export function searchInChunks(
  x: Float64Array,
  start: number,
  rows: number,
  collect: Collect,
  chunk: NeighborHeap,
  heap: NeighborHeap,
): void {
  heap.clear();
  for (let first = 0; first < rows; first += CHUNK_ROWS) {
    chunk.clear();
    collect(x, start, first, Math.min(first + CHUNK_ROWS, rows), chunk);
    heap.pushAll(chunk);
  }
}

function collectBy({ data, columns }: Matrix, metric: Metric): Collect {
  return (x, start, first, end, heap) => {
    for (let i = first; i < end; i++) heap.push(metric.reduced(x, start, data, i * columns), i);
  };
}

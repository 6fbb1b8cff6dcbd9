/** Brute force: the distance to every training row. Euclidean distances have a file of their own. */
import type { Matrix } from '../../model.ts';
import type { Metric } from './metrics.ts';
import { NeighborHeap } from './neighbor-heap.ts';
import type { NeighborSearch } from './neighbor-search.ts';

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

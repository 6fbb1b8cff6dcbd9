/** Brute force: the distance to every training row. Euclidean distances have a file of their own. */
import type { Matrix } from '../../model.ts';
import { sumInTiles } from '../../simd/sums-in-tiles.ts';
import type { MeasureAll, Metric } from './metric.ts';
import { NeighborHeap } from './neighbor-heap.ts';
import type { NeighborSearch, Neighbors, RadiusSearch } from './neighbor-search.ts';
import { partition, sortOrder } from './numpy-selection.ts';
import { sortByIntrosort } from './sort-neighbors.ts';

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
export function createBruteForce(training: Matrix, metric: Metric): Pick<Neighbors, 'search' | 'searchRows'> {
  return searchesBy(training, metric, (collect, x, start, heap) => {
    heap.clear();
    collect(x, start, 0, training.rows, heap);
  });
}

/** All distances first, of which NumPy picks the nearest and puts them in order; they are in order, then. */
export function createBruteForceOfAll(
  rows: number,
  measure: MeasureAll,
  toDistance: Metric['toDistance'],
): NeighborSearch {
  const reduced = new Float64Array(rows);
  const distances = new Float64Array(rows);
  const order = new Int32Array(rows);
  return (x, start, heap) => {
    measure(x, start, reduced);
    if (chooseNearest(reduced, toDistance, heap)) return;
    const count = heap.indices.length;
    for (let i = 0; i < rows; i++) {
      distances[i] = toDistance(reduced[i]!);
      order[i] = i;
    }
    partition(distances, order, rows, count - 1);
    sortOrder(distances, order, count);
    for (let n = 0; n < count; n++) {
      heap.indices[n] = order[n]!;
      heap.distances[n] = reduced[order[n]!]!;
    }
  };
}

/** The reduced distances to all training rows. */
export function measureAll(training: Matrix, metric: Metric): MeasureAll {
  if (metric.toAll !== undefined) return metric.toAll(training);
  const { data, rows, columns } = training;
  return (x, start, out) => {
    for (let i = 0; i < rows; i++) out[i] = metric.reduced(x, start, data, i * columns);
  };
}

/** The nearest in order; `false` where some are equally near, so that it matters how NumPy goes about it. */
function chooseNearest(reduced: Float64Array, toDistance: Metric['toDistance'], heap: NeighborHeap): boolean {
  const { distances } = heap;
  heap.clear();
  for (let i = 0; i < reduced.length; i++) heap.push(reduced[i]!, i);
  // A root may make equal what is almost so.
  const bound = heap.bound * (1 + 4 * Number.EPSILON);
  let candidates = 0;
  for (let i = 0; i < reduced.length; i++) if (reduced[i]! <= bound) candidates++;
  if (candidates !== distances.length || bound === Number.POSITIVE_INFINITY) return false;
  sortByIntrosort(heap);
  for (let n = 1; n < distances.length; n++) {
    if (!(toDistance(distances[n]!) > toDistance(distances[n - 1]!))) return false;
  }
  return true;
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
export function createBruteForceInChunks(
  training: Matrix,
  metric: Metric,
  count: number,
): Pick<Neighbors, 'search' | 'searchRows'> {
  const chunk = new NeighborHeap(count);
  return searchesBy(training, metric, (collect, x, start, heap) =>
    searchInChunks(x, start, training.rows, collect, chunk, heap),
  );
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

/** Numbers that are held at a time where many rows are searched for: half a megabyte. */
const BLOCK_NUMBERS = 2 ** 16;

/** The search, and the same with the distances of a block of rows computed at once, where kernels know how. */
function searchesBy(
  training: Matrix,
  metric: Metric,
  searchBy: (collect: Collect, x: Float64Array, start: number, heap: NeighborHeap) => void,
): Pick<Neighbors, 'search' | 'searchRows'> {
  const collectOne = collectBy(training, metric);
  const search: NeighborSearch = (x, start, heap) => searchBy(collectOne, x, start, heap);
  const { sums } = metric;
  const { columns, rows } = training;
  const height = Math.floor(BLOCK_NUMBERS / rows);
  if (sums === undefined || height < 4) return { search };
  return {
    search,
    searchRows: (X) => {
      const distances = new Float64Array(Math.min(height, X.rows) * rows);
      let first = Number.NaN;
      let isKnown = false;
      let from = 0;
      const collect: Collect = (_x, _start, begin, end, heap) => {
        for (let i = begin; i < end; i++) heap.push(distances[from + i]!, i);
      };
      return (x, start, heap) => {
        const row = start / columns;
        const block = row - (row % height);
        if (block !== first) {
          const end = Math.min(block + height, X.rows);
          const asked = { data: X.data.subarray(block * columns, end * columns), rows: end - block, columns };
          isKnown = sumInTiles(sums, asked, training.data, rows, distances.subarray(0, (end - block) * rows));
          first = block;
        }
        from = (row - block) * rows;
        searchBy(isKnown ? collect : collectOne, x, start, heap);
      };
    },
  };
}

function collectBy({ data, columns }: Matrix, metric: Metric): Collect {
  return (x, start, first, end, heap) => {
    for (let i = first; i < end; i++) heap.push(metric.reduced(x, start, data, i * columns), i);
  };
}

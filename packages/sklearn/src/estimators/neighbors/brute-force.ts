/**
 * Brute force: the distance to every training row. Euclidean ones are found as scikit-learn finds them, through
 * products of rows, wherever that can decide who is among the nearest.
 */
import type { Matrix } from '../../model.ts';
import { fusedDot, squaredNorm } from './fused-products.ts';
import type { Metric } from './metrics.ts';
import { NeighborHeap } from './neighbor-heap.ts';
import type { NeighborSearch } from './neighbor-search.ts';

/** scikit-learn shares the training rows out in chunks of this size, each with a heap of its own. */
const CHUNK_ROWS = 256;

/** Reduced distances of the training rows from one row at a time. */
interface Distances {
  /** Says from which row of `x` the distances are. */
  readonly from: (x: Float64Array, start: number) => void;
  /** The distance of training row `i`: exact where it may be below `bound`, else anything from there up. */
  readonly to: (i: number, bound: number) => number;
}

/**
 * `count` rows are to be found. `inChunks` says whether each chunk finds them on its own first, which changes who
 * stays of equally near rows: `kneighbors` does so, votes without distances do not.
 */
export function createBruteForce(
  training: Matrix,
  metric: Metric,
  count: number,
  inChunks: boolean,
): NeighborSearch {
  const { rows } = training;
  const distances = metric.byProducts
    ? createDistancesByProducts(training)
    : createDistances(training, metric);
  const chunk = new NeighborHeap(count);
  const collect = (first: number, end: number, heap: NeighborHeap): void => {
    for (let i = first; i < end; i++) heap.push(distances.to(i, heap.bound), i);
  };
  return (x, start, heap) => {
    distances.from(x, start);
    heap.clear();
    if (!inChunks) return collect(0, rows, heap);
    for (let first = 0; first < rows; first += CHUNK_ROWS) {
      chunk.clear();
      collect(first, Math.min(first + CHUNK_ROWS, rows), chunk);
      heap.pushAll(chunk);
    }
  };
}

function createDistances({ data, columns }: Matrix, metric: Metric): Distances {
  let x = data;
  let start = 0;
  return {
    from: (newX, newStart) => {
      x = newX;
      start = newStart;
    },
    to: (i) => metric.reduced(x, start, data, i * columns),
  };
}

/**
 * |x|^2 - 2xy + |y|^2 for the rows that may be near enough. That is told by the plain squared distance, which
 * differs from it by no more than rounding can: `slack` is more than twice that.
 */
function createDistancesByProducts({ data, rows, columns }: Matrix): Distances {
  const norms = new Float64Array(rows);
  for (let i = 0; i < rows; i++) norms[i] = squaredNorm(data, i * columns, columns);
  const largestNorm = norms.reduce((largest, norm) => Math.max(largest, norm), 0);
  let x = data;
  let start = 0;
  let norm = 0;
  let slack = 0;
  return {
    from: (newX, newStart) => {
      x = newX;
      start = newStart;
      norm = squaredNorm(x, start, columns);
      slack = 4 * (columns + 4) * Number.EPSILON * (norm + largestNorm);
    },
    to: (i, bound) => {
      const plain = squaredDistance(x, start, data, i * columns, columns);
      if (plain > bound + slack) return plain;
      return Math.max(0, norm + -2 * fusedDot(x, start, data, i * columns, columns) + norms[i]!);
    },
  };
}

function squaredDistance(
  x: Float64Array,
  xStart: number,
  y: Float64Array,
  yStart: number,
  columns: number,
): number {
  let sum = 0;
  for (let j = 0; j < columns; j++) {
    const difference = x[xStart + j]! - y[yStart + j]!;
    sum += difference * difference;
  }
  return sum;
}

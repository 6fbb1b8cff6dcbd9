/**
 * Brute force for Euclidean distances, which scikit-learn computes as |x|^2 - 2xy + |y|^2. Rounding leaves its mark
 * on those, and on who is nearer of rows that are equally near. So the nearest are found by plain squared
 * distances, and computed scikit-learn's way where that may make a difference.
 */
import type { Matrix } from '../../model.ts';
import { squaredDistance } from '../kernels/squared-distances.ts';
import { type Collect, searchInChunks } from './brute-force.ts';
import { createCandidateFilter, ROWS_TOGETHER } from './candidate-filter.ts';
import { fusedDot, squaredNorm } from './fused-products.ts';
import type { Metric } from './metric.ts';
import { NeighborHeap } from './neighbor-heap.ts';
import type { NeighborSearch, Neighbors, RadiusSearch } from './neighbor-search.ts';

/** `count` rows are to be found. */
export function createEuclideanBruteForce(
  training: Matrix,
  count: number,
): Pick<Neighbors, 'search' | 'searchRows'> {
  const { rows, data, columns } = training;
  const { measure, exact } = byProducts(training);
  const plain = new Float64Array(rows);
  const chunk = new NeighborHeap(count);
  const scratch = new Float64Array(count);
  let slack = 0;

  const collect: Collect = (x, start, first, end, heap) => {
    for (let i = first; i < end; i++) {
      const distance = plain[i]!;
      heap.push(distance <= heap.bound + slack ? exact(x, start, i) : distance, i);
    }
  };
  const search: NeighborSearch = (x, start, heap) => {
    slack = measure(x, start);
    squaredDistances(training, x, start, plain);
    heap.clear();
    for (let i = 0; i < rows; i++) heap.push(plain[i]!, i);
    const bound = heap.bound + slack;
    heap.clear();
    let candidates = 0;
    for (let i = 0; i < rows; i++) {
      if (!(plain[i]! <= bound)) continue;
      candidates++;
      heap.push(exact(x, start, i), i);
    }
    // Only among equals does it matter in which order rows came and went.
    if (candidates > count || hasEquals(heap.distances, scratch))
      searchInChunks(x, start, rows, collect, chunk, heap);
  };
  /** The same where all but some rows are known to be too far: whether it was enough to look at those. */
  const searchAmong = (
    x: Float64Array,
    start: number,
    among: readonly number[],
    heap: NeighborHeap,
  ): boolean => {
    slack = measure(x, start);
    heap.clear();
    for (const i of among) {
      plain[i] = squaredDistance(x, start, data, i * columns, columns);
      heap.push(plain[i]!, i);
    }
    const bound = heap.bound + slack;
    heap.clear();
    let candidates = 0;
    for (const i of among) {
      if (!(plain[i]! <= bound)) continue;
      candidates++;
      heap.push(exact(x, start, i), i);
    }
    return candidates <= count && !hasEquals(heap.distances, scratch);
  };
  const filter = createCandidateFilter(training, count);
  if (filter === null) return { search };
  return {
    search,
    searchRows: (X) => {
      let found: readonly (readonly number[])[] | null = null;
      let first = Number.NaN;
      return (x, start, heap) => {
        const row = start / columns;
        const block = row - (row % ROWS_TOGETHER);
        if (block !== first) {
          const end = Math.min(block + ROWS_TOGETHER, X.rows);
          const data = X.data.subarray(block * columns, end * columns);
          found = filter.find({ data, rows: end - block, columns });
          first = block;
        }
        const among = found?.[row - block];
        if (among === undefined || !searchAmong(x, start, among, heap)) search(x, start, heap);
      };
    },
  };
}

/** All rows within the radius, in their order. */
export function createEuclideanBruteForceWithin(
  training: Matrix,
  metric: Metric,
  radius: number,
): RadiusSearch {
  const { rows } = training;
  const { measure, exact } = byProducts(training);
  const plain = new Float64Array(rows);
  const bound = metric.toReduced(radius);
  return (x, start, found) => {
    const slack = measure(x, start);
    squaredDistances(training, x, start, plain);
    found.clear();
    for (let i = 0; i < rows; i++) {
      if (!(plain[i]! <= bound + slack)) continue;
      const squared = exact(x, start, i);
      if (squared <= bound) found.add(i, metric.toDistance(squared));
    }
  };
}

/** scikit-learn's way: `measure` a row first, then its `exact` squared distance to each training row. */
function byProducts({ data, rows, columns }: Matrix) {
  const norms = new Float64Array(rows);
  for (let i = 0; i < rows; i++) norms[i] = squaredNorm(data, i * columns, columns);
  const largestNorm = norms.reduce((largest, norm) => Math.max(largest, norm), 0);
  let norm = 0;
  return {
    /** Returns more than twice what the two ways of computing can differ by. */
    measure: (x: Float64Array, start: number): number => {
      norm = squaredNorm(x, start, columns);
      return 4 * (columns + 4) * Number.EPSILON * (norm + largestNorm);
    },
    exact: (x: Float64Array, start: number, i: number): number =>
      Math.max(0, norm + -2 * fusedDot(x, start, data, i * columns, columns) + norms[i]!),
  };
}

function hasEquals(distances: Float64Array, scratch: Float64Array): boolean {
  scratch.set(distances);
  scratch.sort();
  for (let i = 1; i < scratch.length; i++) if (scratch[i] === scratch[i - 1]) return true;
  return false;
}

/** Four rows side by side, so that their sums do not wait for each other. */
function squaredDistances(
  { data, rows, columns }: Matrix,
  x: Float64Array,
  start: number,
  out: Float64Array,
): void {
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    const y0 = i * columns;
    const y1 = y0 + columns;
    const y2 = y1 + columns;
    const y3 = y2 + columns;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let j = 0; j < columns; j++) {
      const value = x[start + j]!;
      const d0 = value - data[y0 + j]!;
      const d1 = value - data[y1 + j]!;
      const d2 = value - data[y2 + j]!;
      const d3 = value - data[y3 + j]!;
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    out[i] = s0;
    out[i + 1] = s1;
    out[i + 2] = s2;
    out[i + 3] = s3;
  }
  for (; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const difference = x[start + j]! - data[i * columns + j]!;
      sum += difference * difference;
    }
    out[i] = sum;
  }
}

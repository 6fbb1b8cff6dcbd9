/**
 * Brute force for Euclidean distances, which scikit-learn computes as |x|^2 - 2xy + |y|^2. Rounding leaves its mark
 * on those, and on who is nearer of rows that are equally near. So the nearest are found by plain squared
 * distances, and computed scikit-learn's way where that may make a difference.
 */
import type { Matrix } from '../../model.ts';
import { squaredDistance } from '../kernels/squared-distances.ts';
import { dot } from '../linear-algebra.ts';
import { type Collect, searchInChunks } from './brute-force.ts';
import { createCandidateFilter, ROWS_TOGETHER } from './candidate-filter.ts';
import { fusedDot, squaredNorm } from './fused-products.ts';
import type { Metric } from './metric.ts';
import { NeighborHeap } from './neighbor-heap.ts';
import type { NeighborSearch, Neighbors, RadiusSearch } from './neighbor-search.ts';

/** Where the ways of computing differ by less than this share of a distance, the plain one is as good. */
const TRUSTED = 1e-11;
/** Longer arrays are sorted by the engine. */
const INSERTION_LENGTH = 32;

/** `count` rows are to be found. */
export function createEuclideanBruteForce(
  training: Matrix,
  count: number,
): Pick<Neighbors, 'search' | 'searchRows'> {
  const { rows, data, columns } = training;
  const { slackOf, exact } = byProducts(training);
  const plain = new Float64Array(rows);
  const near = new Int32Array(rows);
  const chunk = new NeighborHeap(count);
  const sorted = new Float64Array(count);
  let slack = 0;

  const collect: Collect = (x, start, first, end, heap) => {
    for (let i = first; i < end; i++) {
      const distance = plain[i]!;
      heap.push(distance <= heap.bound + slack ? exact(x, start, i) : distance, i);
    }
  };
  /**
   * Of rows in rising order, among which the nearest are and whose plain distances are known: the nearest. `false`
   * where rounding may decide which of others are left out, or in which order rows came and went.
   */
  const choose = (x: Float64Array, start: number, among: ArrayLike<number>, heap: NeighborHeap): boolean => {
    slack = slackOf(x, start);
    heap.clear();
    for (let k = 0; k < among.length; k++) heap.push(plain[among[k]!]!, among[k]!);
    const bound = heap.bound + slack;
    let candidates = 0;
    for (let k = 0; k < among.length; k++) if (plain[among[k]!]! <= bound) candidates++;
    if (candidates > count) return false;
    const gap = leastGap(heap.distances, sorted);
    if (gap > 2 * slack && sorted[0]! * TRUSTED > slack) return true;
    heap.clear();
    for (let k = 0; k < among.length; k++) {
      if (plain[among[k]!]! <= bound) heap.push(exact(x, start, among[k]!), among[k]!);
    }
    return leastGap(heap.distances, sorted) > 0;
  };
  const search: NeighborSearch = (x, start, heap) => {
    const found = findNear(training, x, start, slackOf(x, start), heap, plain, near);
    if (choose(x, start, near.subarray(0, found), heap)) return;
    squaredDistances(training, x, start, plain);
    searchInChunks(x, start, rows, collect, chunk, heap);
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
          found = filter.find({ data, rows: end - block, columns }, slackOf);
          first = block;
        }
        const among = found?.[row - block];
        if (among === undefined) return search(x, start, heap);
        for (const i of among) plain[i] = squaredDistance(x, start, data, i * columns, columns);
        if (!choose(x, start, among, heap)) search(x, start, heap);
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
  const { slackOf, exact } = byProducts(training);
  const plain = new Float64Array(rows);
  const bound = metric.toReduced(radius);
  return (x, start, found) => {
    const slack = slackOf(x, start);
    squaredDistances(training, x, start, plain);
    found.clear();
    for (let i = 0; i < rows; i++) {
      const estimate = plain[i]!;
      if (!(estimate <= bound + slack)) continue;
      const isTrusted = estimate <= bound - slack && slack < estimate * TRUSTED;
      const squared = isTrusted ? estimate : exact(x, start, i);
      if (squared <= bound) found.add(i, metric.toDistance(squared));
    }
  };
}

/** scikit-learn's way: its squared distance to a training row, `exact`, and how far a plain one may be from that. */
function byProducts({ data, rows, columns }: Matrix) {
  let largestNorm = 0;
  for (let i = 0; i < rows; i++) {
    largestNorm = Math.max(largestNorm, dot(data, i * columns, data, i * columns, columns));
  }
  // Of few rows anybody ever asks the exact norm.
  const norms = new Float64Array(rows).fill(Number.NaN);
  const normOf = (i: number): number => {
    if (Number.isNaN(norms[i]!)) norms[i] = squaredNorm(data, i * columns, columns);
    return norms[i]!;
  };
  return {
    /** More than twice what the two ways of computing can differ by. */
    slackOf: (x: Float64Array, start: number): number =>
      5 * (columns + 4) * Number.EPSILON * (dot(x, start, x, start, columns) + largestNorm),
    exact: (x: Float64Array, start: number, i: number): number => {
      const product = fusedDot(x, start, data, i * columns, columns);
      return Math.max(0, squaredNorm(x, start, columns) + -2 * product + normOf(i));
    },
  };
}

/** Between any two of the distances. `sorted` has room for them in order. */
function leastGap(distances: Float64Array, sorted: Float64Array): number {
  if (sorted.length > INSERTION_LENGTH) {
    sorted.set(distances);
    sorted.sort();
  } else {
    for (let i = 0; i < sorted.length; i++) {
      const distance = distances[i]!;
      let at = i;
      for (; at > 0 && sorted[at - 1]! > distance; at--) sorted[at] = sorted[at - 1]!;
      sorted[at] = distance;
    }
  }
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < sorted.length; i++) least = Math.min(least, sorted[i]! - sorted[i - 1]!);
  return least;
}

/**
 * Writes which training rows may be among the nearest, in rising order, with their plain distances, and returns how many
 * those are. Most are too far by half of their columns: a sum of squares only grows. Four rows go side by side, so that
 * their sums do not wait for each other.
 */
function findNear(
  { data, rows, columns }: Matrix,
  x: Float64Array,
  start: number,
  slack: number,
  heap: NeighborHeap,
  plain: Float64Array,
  near: Int32Array,
): number {
  const half = columns >> 1;
  let found = 0;
  heap.clear();
  for (let i = 0; i < rows; i += 4) {
    // Rows after the last are the last one again.
    const y0 = i * columns;
    const y1 = Math.min(i + 1, rows - 1) * columns;
    const y2 = Math.min(i + 2, rows - 1) * columns;
    const y3 = Math.min(i + 3, rows - 1) * columns;
    const limit = heap.bound + slack;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let from = 0, end = half; ; from = half, end = columns) {
      for (let j = from; j < end; j++) {
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
      if (end === columns || (s0 > limit && s1 > limit && s2 > limit && s3 > limit)) break;
    }
    if (s0 > limit && s1 > limit && s2 > limit && s3 > limit) continue;
    plain[i] = s0;
    if (i + 1 < rows) plain[i + 1] = s1;
    if (i + 2 < rows) plain[i + 2] = s2;
    if (i + 3 < rows) plain[i + 3] = s3;
    const last = Math.min(i + 4, rows);
    for (let k = i; k < last; k++) {
      if (!(plain[k]! <= limit)) continue;
      near[found++] = k;
      heap.push(plain[k]!, k);
    }
  }
  return found;
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

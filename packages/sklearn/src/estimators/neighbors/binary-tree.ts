/**
 * k-d trees and ball trees: node i has the children 2i + 1 and 2i + 2, and search leaves out a node whose nearest
 * point cannot be among the nearest. Refuses trees whose nodes do not share out all rows.
 */
import type { Matrix } from '../../model.ts';
import type { Attribute } from '../attribute.ts';
import { squaredDistance } from '../kernels/squared-distances.ts';
import type { ObjectState } from '../object-state.ts';
import type { FoundRows } from './found-rows.ts';
import type { Metric } from './metric.ts';
import type { NeighborHeap } from './neighbor-heap.ts';
import type { NeighborSearch, RadiusSearch } from './neighbor-search.ts';

/** Places in the tuple that is a tree's state. */
const DATA = 0;
const ROW_ORDER = 1;
const NODES = 2;
const BOUNDS = 3;
const WEIGHTS = 12;
const STATE_LENGTH = 13;

export interface NeighborTree {
  readonly training: Matrix;
  readonly order: Int32Array;
  readonly nodes: Nodes;
  readonly bounds: NodeBounds;
  /** Of the training rows, where they were given some. */
  readonly weights: Float64Array | null;
}

interface Nodes {
  /** Node i holds the rows `order[start[i]]` to `order[end[i] - 1]`. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly isLeaf: Int32Array;
}

/** How near or far a point of a node can be from the row of `x` that starts at `start`. */
type Bound = (node: number, x: Float64Array, start: number) => number;

interface NodeBounds {
  readonly leastReduced: Bound;
  readonly least: Bound;
  readonly most: Bound;
}

/** A KDTree or BallTree over `training`; over its own rows where none are given. */
export function readTree(state: ObjectState, metric: Metric, training?: Matrix): NeighborTree {
  const tuple = state.whole();
  const parts = tuple.items();
  // 0.19 has no weights at its end.
  if (parts.length !== STATE_LENGTH && parts.length !== WEIGHTS) {
    throw tuple.malformed(`a tuple of ${STATE_LENGTH} values`);
  }
  const own = parts[DATA]!.matrix(training ?? {});
  if (own.rows < 1) throw parts[DATA]!.malformed('one row or more');
  const weights = parts[WEIGHTS] ?? null;
  // Two arrays of bounds are those of boxes, one is the centres of balls.
  const isBoxes = parts[BOUNDS]!.shape()[0] === 2;
  return {
    training: own,
    order: parts[ROW_ORDER]!.indices([own.rows], 0, own.rows - 1),
    nodes: readNodes(parts[NODES]!, own.rows),
    bounds: isBoxes ? boxBounds(parts, own.columns, metric) : ballBounds(parts, own.columns, metric),
    weights: weights === null || weights.isNone ? null : weights.vector(own.rows),
  };
}

export function createTreeSearch(tree: NeighborTree, metric: Metric): NeighborSearch {
  const { nodes, bounds } = tree;
  const { leastReduced } = bounds;
  const scan = metric.sums === 'squaredDistances' ? scanSquares(tree) : scanBy(tree, metric);

  const visit = (node: number, x: Float64Array, start: number, least: number, heap: NeighborHeap): void => {
    if (least > heap.bound) return;
    if (nodes.isLeaf[node] === 1) {
      scan(nodes.start[node]!, nodes.end[node]!, x, start, heap);
      return;
    }
    const left = 2 * node + 1;
    const leastLeft = leastReduced(left, x, start);
    const leastRight = leastReduced(left + 1, x, start);
    if (leastLeft <= leastRight) {
      visit(left, x, start, leastLeft, heap);
      visit(left + 1, x, start, leastRight, heap);
    } else {
      visit(left + 1, x, start, leastRight, heap);
      visit(left, x, start, leastLeft, heap);
    }
  };
  return (x, start, heap) => {
    heap.clear();
    visit(0, x, start, leastReduced(0, x, start), heap);
  };
}

/** Offers the rows of a leaf, `order[first]` to `order[end - 1]`. */
type Scan = (first: number, end: number, x: Float64Array, start: number, heap: NeighborHeap) => void;

function scanBy({ order, training: { data, columns } }: NeighborTree, metric: Metric): Scan {
  return (first, end, x, start, heap) => {
    for (let k = first; k < end; k++) {
      const row = order[k]!;
      heap.push(metric.reduced(x, start, data, row * columns), row);
    }
  };
}

/** Squared distances, of four rows side by side, which lie one after the other here. */
function scanSquares({ order, training: { data, columns } }: NeighborTree): Scan {
  let ordered: Float64Array | null = null;
  return (first, end, x, start, heap) => {
    ordered ??= inOrder(data, columns, order);
    let k = first;
    for (; k + 4 <= end; k += 4) {
      const y0 = k * columns;
      const y1 = y0 + columns;
      const y2 = y1 + columns;
      const y3 = y2 + columns;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let j = 0; j < columns; j++) {
        const value = x[start + j]!;
        const d0 = value - ordered[y0 + j]!;
        const d1 = value - ordered[y1 + j]!;
        const d2 = value - ordered[y2 + j]!;
        const d3 = value - ordered[y3 + j]!;
        s0 += d0 * d0;
        s1 += d1 * d1;
        s2 += d2 * d2;
        s3 += d3 * d3;
      }
      const { bound } = heap;
      if (s0 < bound) heap.push(s0, order[k]!);
      if (s1 < bound) heap.push(s1, order[k + 1]!);
      if (s2 < bound) heap.push(s2, order[k + 2]!);
      if (s3 < bound) heap.push(s3, order[k + 3]!);
    }
    for (; k < end; k++) {
      heap.push(squaredDistance(x, start, ordered, k * columns, columns), order[k]!);
    }
  };
}

function inOrder(data: Float64Array, columns: number, order: Int32Array): Float64Array {
  const ordered = new Float64Array(data.length);
  for (let k = 0; k < order.length; k++) {
    const row = order[k]! * columns;
    for (let j = 0; j < columns; j++) ordered[k * columns + j] = data[row + j]!;
  }
  return ordered;
}

/** All rows within the radius, in the order of the nodes. */
export function createTreeSearchWithin(tree: NeighborTree, metric: Metric, radius: number): RadiusSearch {
  const { order, nodes } = tree;
  const { data, columns } = tree.training;
  const { least, most } = tree.bounds;
  const bound = metric.toReduced(radius);

  const visit = (node: number, x: Float64Array, start: number, found: FoundRows): void => {
    if (least(node, x, start) > radius) return;
    const holdsAll = most(node, x, start) <= radius;
    if (!holdsAll && nodes.isLeaf[node] !== 1) {
      visit(2 * node + 1, x, start, found);
      visit(2 * node + 2, x, start, found);
      return;
    }
    for (let k = nodes.start[node]!; k < nodes.end[node]!; k++) {
      const row = order[k]!;
      const reduced = metric.reduced(x, start, data, row * columns);
      if (holdsAll || reduced <= bound) found.add(row, metric.toDistance(reduced));
    }
  };
  return (x, start, found) => {
    found.clear();
    visit(0, x, start, found);
  };
}

/** The root holds all rows, and the children of a node share out its rows. */
function readNodes(attribute: Attribute, rows: number): Nodes {
  const [count = 0] = attribute.shape();
  const start = attribute.column('idx_start').indices([count], 0, rows);
  const end = attribute.column('idx_end').indices([count], 0, rows);
  const isLeaf = attribute.column('is_leaf').indices([count], 0, 1);
  if (count === 0 || start[0] !== 0 || end[0] !== rows) throw attribute.malformed(`a tree of ${rows} rows`);
  for (let i = 0; i < count; i++) {
    if (isLeaf[i] === 1) continue;
    const left = 2 * i + 1;
    const right = left + 1;
    const isShared =
      right < count && start[left] === start[i] && end[left] === start[right] && end[right] === end[i];
    if (!isShared) throw attribute.malformed(`a tree whose node ${i} shares out its rows`);
  }
  return { start, end, isLeaf };
}

/** A k-d tree's node is a box: each column's distance to its near and to its far side counts. */
function boxBounds(parts: readonly Attribute[], columns: number, metric: Metric): NodeBounds {
  const [low, high] = boundsOf(parts, columns, 2) as [Float64Array, Float64Array];
  const { power, toDistance } = metric;
  if (power === null) throw parts[NODES]!.malformed('a tree over a metric that a k-d tree knows');
  const before: Side = (at, x) => Math.max(low[at]! - x, x - high[at]!, 0);
  const behind: Side = (at, x) => Math.max(Math.abs(low[at]! - x), Math.abs(x - high[at]!));
  const leastReduced =
    power === 2
      ? squaresOutside(low, high, columns)
      : power === Number.POSITIVE_INFINITY
        ? largestOf(columns, before)
        : sumOf(columns, before, power);
  const mostReduced =
    power === Number.POSITIVE_INFINITY ? largestOf(columns, behind) : sumOf(columns, behind, power);
  return {
    leastReduced,
    least: (node, x, start) => toDistance(leastReduced(node, x, start)),
    most: (node, x, start) => toDistance(mostReduced(node, x, start)),
  };
}

/** How far each column of a row is from a side of a box; `at` is where the column of the box lies. */
type Side = (at: number, x: number) => number;

/** The sum of the squares of what a row is before or behind a box, column by column; without a branch. */
function squaresOutside(low: Float64Array, high: Float64Array, columns: number): Bound {
  return (node, x, start) => {
    const box = node * columns;
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const value = x[start + j]!;
      const before = low[box + j]! - value;
      const behind = value - high[box + j]!;
      const outside = 0.5 * (before + Math.abs(before) + (behind + Math.abs(behind)));
      sum += outside * outside;
    }
    return sum;
  };
}

function largestOf(columns: number, side: Side): Bound {
  return (node, x, start) => {
    let largest = 0;
    for (let j = 0; j < columns; j++) largest = Math.max(largest, side(node * columns + j, x[start + j]!));
    return largest;
  };
}

function sumOf(columns: number, side: Side, power: number): Bound {
  return (node, x, start) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += side(node * columns + j, x[start + j]!) ** power;
    return sum;
  };
}

/** A ball tree's node is a ball: the distance to its centre, less or more by its radius. */
function ballBounds(parts: readonly Attribute[], columns: number, metric: Metric): NodeBounds {
  const [centres] = boundsOf(parts, columns, 1) as [Float64Array];
  const nodes = parts[NODES]!;
  const radius = nodes.column('radius').vector(nodes.shape()[0]);
  const toCentre: Bound = (node, x, start) =>
    metric.toDistance(metric.reduced(x, start, centres, node * columns));
  const least: Bound = (node, x, start) => Math.max(0, toCentre(node, x, start) - radius[node]!);
  return {
    leastReduced:
      metric.sums === 'squaredDistances'
        ? squaresToBall(centres, radius, columns)
        : (node, x, start) => metric.toReduced(least(node, x, start)),
    least,
    most: (node, x, start) => toCentre(node, x, start) + radius[node]!,
  };
}

/** The same for Euclidean distances. */
function squaresToBall(centres: Float64Array, radius: Float64Array, columns: number): Bound {
  // Both children are asked for one after the other: the second is known already then.
  let known = -1;
  let ofKnown = 0;
  let row = Number.NaN;
  const outside = (squared: number, node: number): number => {
    const distance = Math.max(0, Math.sqrt(squared) - radius[node]!);
    return distance * distance;
  };
  return (node, x, start) => {
    if (node === known && start === row) return ofKnown;
    const isLeft = node % 2 === 1 && (node + 2) * columns <= centres.length;
    if (!isLeft) return outside(squaredDistance(x, start, centres, node * columns, columns), node);
    const left = node * columns;
    const right = left + columns;
    let s0 = 0;
    let s1 = 0;
    for (let j = 0; j < columns; j++) {
      const value = x[start + j]!;
      const d0 = value - centres[left + j]!;
      const d1 = value - centres[right + j]!;
      s0 += d0 * d0;
      s1 += d1 * d1;
    }
    known = node + 1;
    row = start;
    ofKnown = outside(s1, known);
    return outside(s0, node);
  };
}

/** `node_bounds`: `count` arrays of (nodes, columns). */
function boundsOf(parts: readonly Attribute[], columns: number, count: number): Float64Array[] {
  const nodes = parts[NODES]!.shape()[0]!;
  const { data, shape } = parts[BOUNDS]!.array();
  if (shape.join() !== [count, nodes, columns].join()) {
    throw parts[BOUNDS]!.malformed(`an array of shape (${count}, ${nodes}, ${columns})`);
  }
  const size = nodes * columns;
  return Array.from({ length: count }, (_, k) => data.subarray(k * size, (k + 1) * size));
}

/**
 * k-d trees and ball trees: node i has the children 2i + 1 and 2i + 2, and search leaves out a node whose nearest
 * point cannot be among the nearest. Refuses trees whose nodes do not share out all rows.
 */
import type { Matrix } from '../../model.ts';
import type { Attribute } from '../attribute.ts';
import type { ObjectState } from '../object-state.ts';
import type { Metric } from './metrics.ts';
import type { NeighborHeap } from './neighbor-heap.ts';
import type { NeighborSearch } from './neighbor-search.ts';

/** Places in the tuple that is a tree's state. */
const DATA = 0;
const ROW_ORDER = 1;
const NODES = 2;
const BOUNDS = 3;
const STATE_LENGTH = 13;

interface Nodes {
  /** Node i holds the rows `order[start[i]]` to `order[end[i] - 1]`. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly isLeaf: Int32Array;
}

/** The least reduced distance that a point of a node can have from a row. */
type LowerBound = (node: number, x: Float64Array, start: number) => number;

export function createTreeSearch(
  state: ObjectState,
  training: Matrix,
  metric: Metric,
  kind: 'kd_tree' | 'ball_tree',
): NeighborSearch {
  const { rows, columns } = training;
  const tuple = state.whole();
  const parts = tuple.items();
  if (parts.length !== STATE_LENGTH) throw tuple.malformed(`a tuple of ${STATE_LENGTH} values`);
  const { data } = parts[DATA]!.matrix({ rows, columns });
  const order = parts[ROW_ORDER]!.indices([rows], 0, rows - 1);
  const nodes = readNodes(parts[NODES]!, rows);
  const lowerBound =
    kind === 'kd_tree' ? boxBound(parts, columns, metric) : ballBound(parts, columns, metric);

  const visit = (node: number, x: Float64Array, start: number, least: number, heap: NeighborHeap): void => {
    if (least > heap.bound) return;
    if (nodes.isLeaf[node] === 1) {
      for (let k = nodes.start[node]!; k < nodes.end[node]!; k++) {
        const row = order[k]!;
        heap.push(metric.reduced(x, start, data, row * columns), row);
      }
      return;
    }
    const left = 2 * node + 1;
    const leastLeft = lowerBound(left, x, start);
    const leastRight = lowerBound(left + 1, x, start);
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
    visit(0, x, start, lowerBound(0, x, start), heap);
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

/** A k-d tree's node is a box: each column's distance to it counts. */
function boxBound(parts: readonly Attribute[], columns: number, metric: Metric): LowerBound {
  const [low, high] = boundsOf(parts, columns, 2) as [Float64Array, Float64Array];
  const { power } = metric;
  const outside = (box: number, x: Float64Array, start: number, j: number): number =>
    Math.max(low[box + j]! - x[start + j]!, x[start + j]! - high[box + j]!, 0);
  if (power === Number.POSITIVE_INFINITY) {
    return (node, x, start) => {
      let largest = 0;
      for (let j = 0; j < columns; j++) largest = Math.max(largest, outside(node * columns, x, start, j));
      return largest;
    };
  }
  return (node, x, start) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += outside(node * columns, x, start, j) ** power!;
    return sum;
  };
}

/** A ball tree's node is a ball: the distance to its centre less its radius. */
function ballBound(parts: readonly Attribute[], columns: number, metric: Metric): LowerBound {
  const [centres] = boundsOf(parts, columns, 1) as [Float64Array];
  const nodes = parts[NODES]!;
  const radius = nodes.column('radius').vector(nodes.shape()[0]);
  return (node, x, start) => {
    const distance = metric.toDistance(metric.reduced(x, start, centres, node * columns));
    return metric.toReduced(Math.max(0, distance - radius[node]!));
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

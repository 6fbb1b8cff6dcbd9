/**
 * KernelDensity: the logarithm of the density at a row, as sums over the rows of a tree. A tolerance lets whole nodes
 * count at once; without one the sums still run by scikit-learn's nodes, because in the far tails, where next to
 * nothing is left, what rounding leaves there is part of the answer.
 */
import type { EstimatorDefinition } from '../definition.ts';
import { exponentiate } from '../kernels/exponential.ts';
import { numberPerRow } from '../methods.ts';
import { numpySum } from '../numpy-sum.ts';
import { type NeighborTree, readTree } from './binary-tree.ts';
import { KERNEL_NAMES, type LogKernel, logKernel, logKernelNorm } from './density-kernels.ts';
import type { Metric } from './metric.ts';
import { readMetric } from './metrics.ts';
import { NodeHeap } from './node-heap.ts';

const LOG_2 = Math.log(2);

export const KERNEL_DENSITY: EstimatorDefinition = {
  className: 'KernelDensity',
  module: 'sklearn.neighbors._kde',
  load: (state) => {
    const fittedTree = state.attribute('tree_');
    const columns = state.columns(fittedTree.object().whole().items()[0]?.shape()[1]);
    const metric = readMetric(state, { metric: 'metric', parameters: 'metric_params' }, columns, fittedTree);
    const tree = readTree(fittedTree.object(), metric);
    if (tree.training.columns !== columns) throw fittedTree.malformed(`a tree of rows of ${columns} columns`);
    // Before 1.2 it was always the number that was given.
    const attribute = state.optional('bandwidth_') ?? state.attribute('bandwidth');
    const bandwidth = attribute.number();
    if (!(bandwidth > 0)) throw attribute.malformed('a number above 0');
    const kernel = state.choice('kernel', KERNEL_NAMES);
    const { weights, training } = tree;
    const total = weights === null ? training.rows : numpySum(weights, 0, training.rows);
    const logNorm = logKernelNorm(kernel, bandwidth, columns);
    const sums: DensitySums = {
      tree,
      metric,
      kernel: logKernel(kernel, bandwidth),
      logNorm,
      logTotal: Math.log(total),
      logWeights: weights === null ? new Float64Array(training.rows) : weights.map(Math.log),
      logNodeWeights: nodeWeights(tree).map(Math.log),
      logAbsolute: Math.log(state.attribute('atol').number() * total),
      logRelative: Math.log(state.attribute('rtol').number()),
      scratchOf: createScratch(),
    };
    const density = state.attribute('breadth_first').boolean() ? breadthFirst(sums) : depthFirst(sums);
    return state.fitted({
      columns,
      accepts: 'finite',
      methods: {
        score_samples: numberPerRow((X, out) => {
          for (let i = 0; i < X.rows; i++) {
            out[i] = density(X.data, i * columns) + logNorm - sums.logTotal;
          }
        }),
      },
    });
  },
};

/** All numbers that start with `log` are logarithms. */
interface DensitySums {
  readonly tree: NeighborTree;
  readonly metric: Metric;
  readonly kernel: LogKernel;
  readonly logNorm: number;
  readonly logTotal: number;
  readonly logWeights: Float64Array;
  readonly logNodeWeights: Float64Array;
  /** The tolerances. */
  readonly logAbsolute: number;
  readonly logRelative: number;
  readonly scratchOf: (length: number) => Float64Array;
}

/** The logarithm of the sum of kernels at the row of `x` that starts at `start`, without its norm. */
type LogDensity = (x: Float64Array, start: number) => number;

function nodeWeights({ nodes, order, weights }: NeighborTree): Float64Array {
  return Float64Array.from(nodes.start, (first, node) => {
    const end = nodes.end[node]!;
    if (weights === null) return end - first;
    let sum = 0;
    for (let k = first; k < end; k++) sum += weights[order[k]!]!;
    return sum;
  });
}

/** From the nearest nodes to the farthest, each node either split or counted. */
function breadthFirst(sums: DensitySums): LogDensity {
  const { tree, kernel, logNodeWeights, logTotal } = sums;
  const { least, most } = tree.bounds;
  const count = tree.nodes.start.length;
  const lowest = new Float64Array(count);
  const spread = new Float64Array(count);
  const heap = new NodeHeap(count);
  return (x, start) => {
    heap.clear();
    heap.push(0, least(0, x, start));
    let low = logTotal + kernel(most(0, x, start));
    let wide = logDifference(logTotal + kernel(least(0, x, start)), low);
    lowest[0] = low;
    spread[0] = wide;
    while (heap.count > 0) {
      const node = heap.pop();
      if (isSettled(sums, node, lowest[node]!, spread[node]!)) continue;
      if (isWithin(sums, wide, low)) break;
      low = logDifference(low, lowest[node]!);
      wide = logDifference(wide, spread[node]!);
      if (tree.nodes.isLeaf[node] === 1) {
        low = addRows(sums, node, x, start, low);
        continue;
      }
      for (let child = 2 * node + 1; child <= 2 * node + 2; child++) {
        const nearest = least(child, x, start);
        lowest[child] = logNodeWeights[child]! + kernel(most(child, x, start));
        spread[child] = logNodeWeights[child]! + kernel(nearest);
        low = logSum(low, lowest[child]!);
        wide = logSum(wide, spread[child]!);
        heap.push(child, nearest);
      }
    }
    return logSum(low, wide - LOG_2);
  };
}

/** Down each branch in turn. */
function depthFirst(sums: DensitySums): LogDensity {
  const { tree, kernel, logNodeWeights, logTotal } = sums;
  const { least, most } = tree.bounds;
  let low = 0;
  let wide = 0;
  const visit = (node: number, x: Float64Array, start: number, lowest: number, spread: number): void => {
    if (isSettled(sums, node, lowest, spread) || isWithin(sums, wide, low)) return;
    low = logDifference(low, lowest);
    wide = logDifference(wide, spread);
    if (tree.nodes.isLeaf[node] === 1) {
      low = addRows(sums, node, x, start, low);
      return;
    }
    const left = 2 * node + 1;
    const right = left + 1;
    const lowestLeft = logNodeWeights[left]! + kernel(most(left, x, start));
    const lowestRight = logNodeWeights[right]! + kernel(most(right, x, start));
    const spreadLeft = logDifference(logNodeWeights[left]! + kernel(least(left, x, start)), lowestLeft);
    const spreadRight = logDifference(logNodeWeights[right]! + kernel(least(right, x, start)), lowestRight);
    low = logSum(logSum(low, lowestLeft), lowestRight);
    wide = logSum(logSum(wide, spreadLeft), spreadRight);
    visit(left, x, start, lowestLeft, spreadLeft);
    visit(right, x, start, lowestRight, spreadRight);
  };
  return (x, start) => {
    low = logTotal + kernel(most(0, x, start));
    wide = logDifference(logTotal + kernel(least(0, x, start)), low);
    visit(0, x, start, low, wide);
    return logSum(low, wide - LOG_2);
  };
}

/** Whether the bounds of a node lie so near together that it need not be looked into. */
function isSettled(sums: DensitySums, node: number, lowest: number, spread: number): boolean {
  const share = sums.logNodeWeights[node]!;
  return (
    sums.logNorm + spread - share + sums.logTotal <=
    logSum(sums.logAbsolute, sums.logRelative + sums.logNorm + lowest)
  );
}

/** Whether the bounds of the whole answer do. */
function isWithin(sums: DensitySums, wide: number, low: number): boolean {
  return sums.logNorm + wide <= logSum(sums.logAbsolute, sums.logRelative + sums.logNorm + low);
}

/** Adds the kernels of a leaf's rows, all at once: beside the largest of them. */
function addRows(sums: DensitySums, node: number, x: Float64Array, start: number, before: number): number {
  const { metric, kernel, logWeights } = sums;
  const { nodes, order, training } = sums.tree;
  const first = nodes.start[node]!;
  const kernels = sums.scratchOf(nodes.end[node]! - first);
  let largest = before;
  let count = 0;
  for (let k = 0; k < kernels.length; k++) {
    const row = order[first + k]!;
    const distance = metric.toDistance(metric.reduced(x, start, training.data, row * training.columns));
    const value = kernel(distance) + logWeights[row]!;
    // Most kernels end somewhere.
    if (value === Number.NEGATIVE_INFINITY) continue;
    kernels[count++] = value;
    if (value > largest) largest = value;
  }
  if (count === 0) return before;
  let sum = Math.exp(before - largest);
  for (let k = 0; k < count; k++) kernels[k]! -= largest;
  if (count === kernels.length) {
    exponentiate(kernels, 1);
    for (let k = 0; k < count; k++) sum += kernels[k]!;
  } else {
    for (let k = 0; k < count; k++) sum += Math.exp(kernels[k]!);
  }
  return largest + Math.log(sum);
}

/** An array of each length that is asked for, kept. */
function createScratch(): (length: number) => Float64Array {
  const arrays = new Map<number, Float64Array>();
  return (length) => {
    const known = arrays.get(length);
    if (known !== undefined) return known;
    const array = new Float64Array(length);
    arrays.set(length, array);
    return array;
  };
}

/** Of a number so much smaller nothing is left in the sum. */
const LOG_VANISHES = -37;

/** log(exp(a) + exp(b)). */
function logSum(a: number, b: number): number {
  const larger = Math.max(a, b);
  const difference = Math.min(a, b) - larger;
  // Two numbers that are -Infinity differ by NaN.
  return difference > LOG_VANISHES ? larger + Math.log(1 + Math.exp(difference)) : larger;
}

/** log(exp(a) - exp(b)). */
function logDifference(a: number, b: number): number {
  return a <= b ? Number.NEGATIVE_INFINITY : a + Math.log(1 - Math.exp(b - a));
}

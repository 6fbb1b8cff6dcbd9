/**
 * The trees of one estimator, one after another in one piece of memory, so that walking them touches little of it.
 * What is read is checked here: children come after their parents, each is reached once, split columns exist.
 */
import { SklearnError } from '../../errors.ts';
import type { Attribute } from '../attribute.ts';
import type { ObjectState } from '../object-state.ts';

/**
 * A node has four 32-bit words, and is known by the number of its first one, which is even: its threshold (a float64
 * in two words), its column, and its left child. The right child stands beside the left one, four words on. A row
 * goes left where its number, as float32, is at most the threshold, else right; NaN goes by `missingLeft`.
 * A leaf is its own left child, and its threshold is above every float32, so that a row that has arrived stays while
 * others still walk; the threshold's low word says which leaf it is.
 */
export interface TreeArrays {
  readonly roots: Int32Array;
  /** Of each tree: the splits on its longest walk. */
  readonly levels: Int32Array;
  readonly words: Int32Array;
  /** The same memory: node n has `thresholds[n >> 1]`. */
  readonly thresholds: Float64Array;
  /** Of node n at `n >> 2`. */
  readonly missingLeft: Uint8Array;
  /** Of each leaf its number in its tree, as `apply` answers it. */
  readonly leafNumbers: Int32Array;
  /** Of each leaf `valueShape[0] * valueShape[1]` numbers. */
  readonly leafValues: Float64Array;
  /** Outputs, and numbers for each of them: the classes of the output that has most, 1 in a regression. */
  readonly valueShape: readonly [outputs: number, width: number];
}

export const WORDS = 4;
export const COLUMN = 2;
export const LEFT = 3;
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
/** Of the two words of a float64. */
export const LOW: number = IS_LITTLE_ENDIAN ? 0 : 1;
const HIGH = 1 - LOW;
/** A float64 that begins with it is above 2^992. */
const ABOVE_ALL = 0x7e000000;

/** In `children_left` and `children_right` of a leaf. */
const NO_CHILD = -1;

/** What the nodes stand for where it is not what their tree says. */
export interface Reading {
  /** By tree: for each of its columns the estimator's. */
  readonly columnsOf?: readonly Int32Array[];
  /** The one number of a leaf; `number` is the node's in its tree. */
  readonly leafValueOf?: (tree: number, number: number, depth: number) => number;
}

/** One tree as its pickle has it, checked. */
interface Tree {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly column: Int32Array;
  readonly threshold: Float64Array;
  readonly missingLeft: Int32Array | null;
  readonly values: Float64Array;
  readonly valueShape: readonly [number, number];
  readonly leaves: number;
}

/**
 * Reads `tree_` of each estimator in `owners`; every value has `outputs` outputs.
 * Throws `ESTIMATOR_MALFORMED`.
 */
export function readTrees(
  owners: readonly ObjectState[],
  columns: number,
  outputs: number,
  reading: Reading = {},
): TreeArrays {
  const trees = owners.map((owner) => readTree(owner.attribute('tree_'), columns, outputs));
  const valueShape = trees[0]!.valueShape;
  const size = valueShape[0] * valueShape[1];
  // A root stands alone where its children stand in pairs.
  const places = trees.reduce((sum, tree) => sum + tree.column.length + 1, 0);
  const leaves = trees.reduce((sum, tree) => sum + tree.leaves, 0);
  const thresholds = new Float64Array((places * WORDS) / 2);
  const arrays = {
    roots: new Int32Array(trees.length),
    levels: new Int32Array(trees.length),
    words: new Int32Array(thresholds.buffer),
    thresholds,
    missingLeft: new Uint8Array(places),
    leafNumbers: new Int32Array(leaves),
    leafValues: new Float64Array(leaves * size),
    valueShape,
  };
  const at: Cursor = { node: 0, leaf: 0 };
  for (const [t, tree] of trees.entries()) {
    if (tree.valueShape.join() !== valueShape.join()) {
      throw owners[t]!.attribute('tree_').malformed('a tree with values of the same shape as the first');
    }
    arrays.roots[t] = at.node;
    placeTree(tree, t, arrays, at, reading);
  }
  return arrays;
}

/** Where the next pair of nodes and the next leaf go. */
interface Cursor {
  node: number;
  leaf: number;
}

/** Places the children of a node right after what its left neighbours needed, so that going left stays near. */
function placeTree(tree: Tree, t: number, arrays: TreeArrays, at: Cursor, reading: Reading): void {
  const { words, thresholds, missingLeft, leafNumbers, levels } = arrays;
  const { left, right, column, threshold } = tree;
  const columnsOf = reading.columnsOf?.[t];
  // Number in the tree, place, depth of each node that waits.
  const waiting = [0, at.node, 0];
  at.node += 2 * WORDS;
  while (waiting.length > 0) {
    const depth = waiting.pop()!;
    const node = waiting.pop()!;
    const number = waiting.pop()!;
    if (left[number] === NO_CHILD) {
      levels[t] = Math.max(levels[t]!, depth);
      words[node + LOW] = at.leaf;
      words[node + HIGH] = ABOVE_ALL;
      words[node + LEFT] = node;
      leafNumbers[at.leaf] = number;
      writeValue(tree, t, number, depth, arrays, at.leaf++, reading);
      continue;
    }
    const j = column[number]!;
    thresholds[node >> 1] = threshold[number]!;
    words[node + COLUMN] = columnsOf === undefined ? j : columnsOf[j]!;
    words[node + LEFT] = at.node;
    if (tree.missingLeft !== null) missingLeft[node >> 2] = tree.missingLeft[number]!;
    waiting.push(right[number]!, at.node + WORDS, depth + 1, left[number]!, at.node, depth + 1);
    at.node += 2 * WORDS;
  }
}

function writeValue(
  { values }: Tree,
  t: number,
  number: number,
  depth: number,
  { leafValues, valueShape }: TreeArrays,
  leaf: number,
  { leafValueOf }: Reading,
): void {
  if (leafValueOf !== undefined) {
    leafValues[leaf] = leafValueOf(t, number, depth);
    return;
  }
  const size = valueShape[0] * valueShape[1];
  for (let k = 0; k < size; k++) leafValues[leaf * size + k] = values[number * size + k]!;
}

function readTree(attribute: Attribute, columns: number, outputs: number): Tree {
  const state = attribute.object();
  const treeColumns = state.argument(0).integer(1);
  if (treeColumns !== columns)
    throw attribute.malformed(`a tree of ${columns} columns, but has ${treeColumns} and`);
  const nodes = state.attribute('nodes');
  const count = nodes.shape()[0] ?? 0;
  if (count < 1 || nodes.shape().length !== 1) throw nodes.malformed('one node or more');
  const values = state.attribute('values');
  const [valueCount, valueOutputs, width = 0] = values.shape();
  if (values.shape().length !== 3 || valueCount !== count || valueOutputs !== outputs || width < 1) {
    throw values.malformed(`an array of shape (${count}, ${outputs}, classes)`);
  }
  const tree = {
    left: nodes.column('left_child').indices([count], NO_CHILD, count - 1),
    right: nodes.column('right_child').indices([count], NO_CHILD, count - 1),
    // In a leaf it stands -2; whatever it is there, nobody looks.
    column: nodes.column('feature').indices([count], -(2 ** 31), 2 ** 31 - 1),
    threshold: nodes.column('threshold').vector(count),
    // From 1.3 on.
    missingLeft: nodes.hasColumn('missing_go_to_left')
      ? nodes.column('missing_go_to_left').indices([count], 0, 1)
      : null,
    values: values.array().data,
    valueShape: [outputs, width] as const,
  };
  return { ...tree, leaves: checkNodes(tree, columns, nodes) };
}

/**
 * Children that come after their parents make a walk end, and children that are reached once make the nodes a tree,
 * whatever else the file says. Returns how many leaves there are.
 */
function checkNodes(
  { left, right, column, threshold }: Omit<Tree, 'leaves'>,
  columns: number,
  nodes: Attribute,
): number {
  const isReached = new Uint8Array(left.length);
  isReached[0] = 1;
  let leaves = 0;
  for (let i = 0; i < left.length; i++) {
    const [l, r] = [left[i]!, right[i]!];
    const isLeaf = l === NO_CHILD;
    const isSplit =
      l > i &&
      r > i &&
      l !== r &&
      isReached[i] === 1 &&
      isReached[l] === 0 &&
      isReached[r] === 0 &&
      column[i]! >= 0 &&
      column[i]! < columns &&
      !Number.isNaN(threshold[i]!);
    if (isLeaf ? r !== NO_CHILD : !isSplit) {
      const path = `${nodes.path}[${i}]`;
      const message = `${path} is no node of a tree of ${columns} columns: children ${l} and ${r}, column ${column[i]}, threshold ${threshold[i]}.`;
      throw new SklearnError('ESTIMATOR_MALFORMED', message, { path });
    }
    if (isLeaf) leaves += isReached[i]!;
    else isReached[l] = isReached[r] = 1;
  }
  return leaves;
}

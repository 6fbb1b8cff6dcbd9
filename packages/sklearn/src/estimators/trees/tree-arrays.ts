/**
 * The trees of one estimator, one after another in flat arrays, so that walking them touches little memory. What
 * is read is checked here: children come after their parents and lie within their tree, split columns exist.
 */
import { SklearnError } from '../../errors.ts';
import type { Attribute } from '../attribute.ts';
import type { ObjectState } from '../object-state.ts';

/**
 * Node i of a tree that starts at `root` stands at `root + i`. A row goes left where its number, as float32, is
 * at most the threshold, else right; NaN goes by `missingLeft`. In a leaf `column` is -1, and `left` says which
 * row of `leafValues` is its value.
 */
export interface TreeArrays {
  readonly roots: Int32Array;
  readonly column: Int32Array;
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly missingLeft: Uint8Array;
  /** `valueShape[0] * valueShape[1]` numbers a leaf. */
  readonly leafValues: Float64Array;
  /** Outputs, and numbers for each of them: the classes of the output that has most, 1 in a regression. */
  readonly valueShape: readonly [outputs: number, width: number];
}

/** In `children_left` and `children_right` of a leaf. */
const NO_CHILD = -1;

/** One tree as its pickle has it, checked. */
interface Tree {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly column: Int32Array;
  readonly threshold: Float64Array;
  readonly missingLeft: Int32Array | null;
  readonly values: Float64Array;
  readonly valueShape: readonly [number, number];
}

/**
 * Reads `tree_` of each estimator in `owners`; every value has `outputs` outputs.
 * Throws `ESTIMATOR_MALFORMED`.
 */
export function readTrees(owners: readonly ObjectState[], columns: number, outputs: number): TreeArrays {
  const trees = owners.map((owner) => readTree(owner.attribute('tree_'), columns, outputs));
  const valueShape = trees[0]!.valueShape;
  const size = valueShape[0] * valueShape[1];
  const nodes = trees.reduce((sum, tree) => sum + tree.column.length, 0);
  const leaves = trees.reduce((sum, tree) => sum + tree.left.filter((child) => child === NO_CHILD).length, 0);
  const arrays = {
    roots: new Int32Array(trees.length),
    column: new Int32Array(nodes),
    threshold: new Float64Array(nodes),
    left: new Int32Array(nodes),
    right: new Int32Array(nodes),
    missingLeft: new Uint8Array(nodes),
    leafValues: new Float64Array(leaves * size),
    valueShape,
  };
  let root = 0;
  let leaf = 0;
  for (const [t, tree] of trees.entries()) {
    if (tree.valueShape.join() !== valueShape.join()) {
      throw owners[t]!.attribute('tree_').malformed('a tree with values of the same shape as the first');
    }
    arrays.roots[t] = root;
    arrays.threshold.set(tree.threshold, root);
    if (tree.missingLeft !== null) arrays.missingLeft.set(tree.missingLeft, root);
    for (let i = 0; i < tree.column.length; i++) {
      if (tree.left[i] === NO_CHILD) {
        arrays.column[root + i] = -1;
        arrays.left[root + i] = leaf;
        arrays.leafValues.set(tree.values.subarray(i * size, (i + 1) * size), leaf * size);
        leaf++;
      } else {
        arrays.column[root + i] = tree.column[i]!;
        arrays.left[root + i] = root + tree.left[i]!;
        arrays.right[root + i] = root + tree.right[i]!;
      }
    }
    root += tree.column.length;
  }
  return arrays;
}

/** The node where a row ends; the row starts at `start` of `rows`, which holds the numbers as float32. */
export function findLeaf(trees: TreeArrays, root: number, rows: Float32Array, start: number): number {
  const { column, threshold, left, right, missingLeft } = trees;
  let node = root;
  for (let j = column[node]!; j >= 0; j = column[node]!) {
    const value = rows[start + j]!;
    if (value <= threshold[node]!) node = left[node]!;
    else if (value > threshold[node]! || missingLeft[node] === 0) node = right[node]!;
    else node = left[node]!;
  }
  return node;
}

/** Adds the leaf values of every tree to each row of `out`, tree by tree. */
export function addLeafValues(
  trees: TreeArrays,
  rows: Float32Array,
  columns: number,
  out: Float64Array,
): void {
  const { roots, left, leafValues, valueShape } = trees;
  const size = valueShape[0] * valueShape[1];
  for (let t = 0; t < roots.length; t++) {
    const root = roots[t]!;
    for (let start = 0, to = 0; start < rows.length; start += columns, to += size) {
      const from = left[findLeaf(trees, root, rows, start)]! * size;
      for (let k = 0; k < size; k++) out[to + k]! += leafValues[from + k]!;
    }
  }
}

/** `apply`: the leaf of every tree, as its index in that tree, for each row. */
export function writeLeafIndices(
  trees: TreeArrays,
  rows: Float32Array,
  columns: number,
  out: Float64Array,
): void {
  const { roots } = trees;
  const count = rows.length / columns;
  for (let t = 0; t < roots.length; t++) {
    const root = roots[t]!;
    for (let i = 0; i < count; i++)
      out[i * roots.length + t] = findLeaf(trees, root, rows, i * columns) - root;
  }
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
  checkNodes(tree, columns, nodes);
  return tree;
}

/** Children that come after their parents make a walk end, whatever else the file says. */
function checkNodes({ left, right, column, threshold }: Tree, columns: number, nodes: Attribute): void {
  for (let i = 0; i < left.length; i++) {
    const isLeaf = left[i] === NO_CHILD;
    const isSplit =
      left[i]! > i &&
      right[i]! > i &&
      column[i]! >= 0 &&
      column[i]! < columns &&
      !Number.isNaN(threshold[i]!);
    if (isLeaf ? right[i] !== NO_CHILD : !isSplit) {
      const path = `${nodes.path}[${i}]`;
      const message = `${path} is no node of a tree of ${columns} columns: children ${left[i]} and ${right[i]}, column ${column[i]}, threshold ${threshold[i]}.`;
      throw new SklearnError('ESTIMATOR_MALFORMED', message, { path });
    }
  }
}

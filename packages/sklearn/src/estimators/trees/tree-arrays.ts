/**
 * Reads the trees of scikit-learn. What is read is checked here: children come after their parents, each is reached
 * once, split columns exist.
 */
import { SklearnError } from '../../errors.ts';
import type { Attribute } from '../attribute.ts';
import type { ObjectState } from '../object-state.ts';
import { NO_CHILD, type PackedTrees, packTrees } from './packed-trees.ts';

export interface TreeArrays extends PackedTrees {
  /** Of each leaf `valueShape[0] * valueShape[1]` numbers. */
  readonly leafValues: Float64Array;
  /** Outputs, and numbers for each of them: the classes of the output that has most, 1 in a regression. */
  readonly valueShape: readonly [outputs: number, width: number];
}

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
  { columnsOf, leafValueOf }: Reading = {},
): TreeArrays {
  const trees = owners.map((owner) => readTree(owner.attribute('tree_'), columns, outputs));
  const valueShape = trees[0]!.valueShape;
  const size = valueShape[0] * valueShape[1];
  for (const [t, tree] of trees.entries()) {
    if (tree.valueShape.join() !== valueShape.join()) {
      throw owners[t]!.attribute('tree_').malformed('a tree with values of the same shape as the first');
    }
  }
  const leaves = trees.reduce((sum, tree) => sum + tree.leaves, 0);
  const leafValues = new Float64Array(leaves * size);
  const nodes =
    columnsOf === undefined
      ? trees
      : // In a leaf there is no column.
        trees.map((tree, t) => ({ ...tree, column: tree.column.map((j) => columnsOf[t]![j] ?? 0) }));
  const packed = packTrees(nodes, leaves, true, (leaf, t, number, depth) => {
    if (leafValueOf !== undefined) {
      leafValues[leaf] = leafValueOf(t, number, depth);
      return;
    }
    const { values } = trees[t]!;
    for (let k = 0; k < size; k++) leafValues[leaf * size + k] = values[number * size + k]!;
  });
  return { ...packed, leafValues, valueShape };
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

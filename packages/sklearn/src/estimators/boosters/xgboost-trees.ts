/**
 * The trees of an XGBoost model, one after another in flat arrays. What is read is checked here: every node is
 * reached once, split columns exist. Refuses leaves that hold vectors.
 */
import { NO_CHILD, type PackedTrees, packTrees } from '../trees/packed-trees.ts';
import type { DocumentValue } from './xgboost-document.ts';

/** Categories from here on are none. */
const CATEGORIES_MAX = 2 ** 24;
const BY_CATEGORY = 1;

/** Node i of a tree that starts at `root` stands at `root + i`. In a leaf `column` is -1 and `threshold` its value. */
export interface XgboostTrees {
  readonly roots: Int32Array;
  readonly column: Int32Array;
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly missingLeft: Uint8Array;
  /** Where the categories that go right begin and end in `categories`, sorted; -1 in a split by threshold. */
  readonly categoriesStart: Int32Array;
  readonly categoriesEnd: Int32Array;
  readonly categories: Int32Array;
}

/** Throws `ESTIMATOR_MALFORMED`. */
export function readXgboostTrees(documents: readonly DocumentValue[], columns: number): XgboostTrees {
  const nodes = documents.reduce((sum, tree) => sum + tree.member('left_children').length, 0);
  const trees = {
    roots: new Int32Array(documents.length),
    column: new Int32Array(nodes).fill(-1),
    threshold: new Float64Array(nodes),
    left: new Int32Array(nodes),
    right: new Int32Array(nodes),
    missingLeft: new Uint8Array(nodes),
    categoriesStart: new Int32Array(nodes).fill(-1),
    categoriesEnd: new Int32Array(nodes),
  };
  const categories: number[] = [];
  let root = 0;
  for (const [t, tree] of documents.entries()) {
    trees.roots[t] = root;
    addTree(tree, columns, trees, root);
    addCategories(tree, trees, categories, root);
    for (let i = root; i < root + tree.member('left_children').length; i++) {
      if (trees.categoriesStart[i] === -1 && Number.isNaN(trees.threshold[i]))
        throw tree.member('split_conditions').wrong();
    }
    root += tree.member('left_children').length;
  }
  return { ...trees, categories: Int32Array.from(categories) };
}

function addTree(
  tree: DocumentValue,
  columns: number,
  trees: Omit<XgboostTrees, 'categories'>,
  root: number,
): void {
  const leftChildren = tree.member('left_children');
  const count = leftChildren.length;
  const left = leftChildren.integers(NO_CHILD, count - 1);
  const right = tree.member('right_children').integers(NO_CHILD, count - 1, count);
  // A split by category may have NaN there.
  const threshold = tree.member('split_conditions').numbersOrNaN(count);
  const column = tree.member('split_indices').numbers(count);
  const missingLeft = tree.member('default_left').numbers(count);
  if (count === 0) throw leftChildren.wrong();
  // Children may stand before their parents; each node is reached once, so every walk ends.
  const isReached = new Uint8Array(count);
  isReached[0] = 1;
  const waiting = [0];
  for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
    const node = root + i;
    // As float32: JSON has more digits.
    trees.threshold[node] = Math.fround(threshold[i]!);
    if (left[i] === NO_CHILD) continue;
    const isColumn = Number.isInteger(column[i]) && column[i]! >= 0 && column[i]! < columns;
    if (!isColumn) throw tree.member('split_indices').wrong();
    trees.column[node] = column[i]!;
    trees.missingLeft[node] = missingLeft[i] === 0 ? 0 : 1;
    trees.left[node] = root + left[i]!;
    trees.right[node] = root + right[i]!;
    for (const child of [left[i]!, right[i]!]) {
      if (child === NO_CHILD || isReached[child] === 1) throw leftChildren.wrong();
      isReached[child] = 1;
      waiting.push(child);
    }
  }
}

function addCategories(
  tree: DocumentValue,
  trees: Omit<XgboostTrees, 'categories'>,
  categories: number[],
  root: number,
): void {
  const count = tree.member('left_children').length;
  // From 1.3 on.
  if (!tree.member('split_type').exists) return;
  const types = tree.member('split_type').integers(0, BY_CATEGORY, count);
  if (!types.includes(BY_CATEGORY)) return;
  const values = tree.member('categories').integers(0, CATEGORIES_MAX);
  const nodes = tree.member('categories_nodes').integers(0, count - 1);
  const starts = tree.member('categories_segments').integers(0, values.length, nodes.length);
  const sizes = tree.member('categories_sizes').integers(0, values.length, nodes.length);
  // Each category stands there for one node.
  if (sizes.reduce((sum, size) => sum + size, 0) > values.length)
    throw tree.member('categories_sizes').wrong();
  for (const [k, node] of nodes.entries()) {
    const chosen = values.subarray(starts[k]!, starts[k]! + sizes[k]!).sort();
    if (chosen.length !== sizes[k]) throw tree.member('categories_segments').wrong();
    trees.categoriesStart[root + node] = categories.length;
    for (const category of chosen) categories.push(category);
    trees.categoriesEnd[root + node] = categories.length;
  }
  for (let i = 0; i < count; i++) {
    const isSplit = trees.column[root + i]! >= 0 && types[i] === BY_CATEGORY;
    if (isSplit && trees.categoriesStart[root + i] === -1) throw tree.member('categories_nodes').wrong();
    if (types[i] !== BY_CATEGORY) trees.categoriesStart[root + i] = -1;
  }
}

/**
 * The same trees packed, or `null` where they cannot be: splits by category, and thresholds below every number. They
 * go left up to a threshold where XGBoost goes left below it: that is the float32 before it. Returns, too, of each
 * leaf its value.
 */
export function packXgboostTrees({
  roots,
  column,
  threshold,
  left,
  right,
  missingLeft,
  categories,
}: XgboostTrees): { readonly trees: PackedTrees; readonly leafValues: Float64Array } | null {
  if (categories.length > 0 || threshold.includes(Number.NEGATIVE_INFINITY)) return null;
  const before = Float64Array.from(threshold, float32Before);
  const nodes = Array.from(roots, (root, t) => {
    const end = roots[t + 1] ?? column.length;
    const local = (children: Int32Array): Int32Array =>
      children.subarray(root, end).map((child, i) => (column[root + i]! < 0 ? NO_CHILD : child - root));
    return {
      left: local(left),
      right: local(right),
      column: column.subarray(root, end),
      threshold: before.subarray(root, end),
      missingLeft: missingLeft.subarray(root, end),
    };
  });
  const leafValues = new Float64Array(column.filter((j) => j < 0).length);
  const trees = packTrees(nodes, leafValues.length, true, (leaf, t, number) => {
    leafValues[leaf] = threshold[roots[t]! + number]!;
  });
  return { trees, leafValues };
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The next float32 down. */
function float32Before(value: number): number {
  if (value === 0) return -(2 ** -149);
  float[0] = value;
  bits[0]! += value > 0 ? -1 : 1;
  return float[0];
}

/** The node where the row that starts at `row` of `rows` ends; NaN is what is missing. */
export function findXgboostLeaf(trees: XgboostTrees, root: number, rows: Float32Array, row: number): number {
  const { column, threshold, left, right, missingLeft, categoriesStart } = trees;
  let node = root;
  for (let j = column[node]!; j >= 0; j = column[node]!) {
    const value = rows[row + j]!;
    let isLeft: boolean;
    if (Number.isNaN(value)) isLeft = missingLeft[node] === 1;
    else if (categoriesStart[node] === -1) isLeft = value < threshold[node]!;
    else isLeft = !goesRight(trees, node, value);
    node = isLeft ? left[node]! : right[node]!;
  }
  return node;
}

/** Whether the category, without its fraction, is one of the node's. */
function goesRight(
  { categories, categoriesStart, categoriesEnd }: XgboostTrees,
  node: number,
  value: number,
): boolean {
  if (!(value >= 0 && value < CATEGORIES_MAX)) return false;
  const category = Math.trunc(value);
  let low = categoriesStart[node]!;
  let high = categoriesEnd[node]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (categories[middle]! < category) low = middle + 1;
    else high = middle;
  }
  return low < categoriesEnd[node]! && categories[low] === category;
}

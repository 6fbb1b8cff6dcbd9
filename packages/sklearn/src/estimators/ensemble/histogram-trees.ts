/**
 * The trees of histogram gradient boosting in flat arrays: splits at numbers, or by sets of categories. What is read
 * is checked here: children come after their parents, columns and sets exist.
 */
import { SklearnError } from '../../errors.ts';
import type { Attribute } from '../attribute.ts';
import type { ObjectState } from '../object-state.ts';
import { isTree, NO_CHILD, type PackedTrees, packTrees } from '../trees/packed-trees.ts';

/** A set of the categories 0 to 255 is so many 32-bit words. */
const WORDS = 8;

/** Node i of the tree that starts at `roots[t]` stands at `roots[t] + i`; in a leaf `column` is -1. */
export interface HistogramTrees {
  readonly roots: Int32Array;
  readonly column: Int32Array;
  /** Of a leaf its value. */
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly missingLeft: Uint8Array;
  /** Which of `sets` goes left; -1 where the split is at a number. */
  readonly set: Int32Array;
  readonly sets: Uint32Array;
  /** The categories of each column that were seen while fitting. */
  readonly known: Uint32Array;
}

interface Tree {
  readonly nodes: Attribute;
  readonly count: number;
  readonly sets: Uint32Array;
}

/** `predictors` in the order in which they are added up. Throws `ESTIMATOR_MALFORMED`. */
export function readHistogramTrees(
  predictors: readonly Attribute[],
  binMapper: ObjectState,
  columns: number,
): HistogramTrees {
  const all = predictors.map(openTree);
  const total = all.reduce((sum, tree) => sum + tree.count, 0);
  const trees = {
    roots: new Int32Array(all.length),
    column: new Int32Array(total).fill(-1),
    threshold: new Float64Array(total),
    left: new Int32Array(total),
    right: new Int32Array(total),
    missingLeft: new Uint8Array(total),
    set: new Int32Array(total).fill(-1),
    sets: new Uint32Array(all.reduce((sum, tree) => sum + tree.sets.length, 0)),
    known: readKnown(binMapper, columns),
  };
  let root = 0;
  let words = 0;
  for (const [t, tree] of all.entries()) {
    trees.roots[t] = root;
    trees.sets.set(tree.sets, words);
    copyTree(tree, trees, root, words / WORDS, columns);
    root += tree.count;
    words += tree.sets.length;
  }
  return trees;
}

/** The same trees packed, with of each leaf its value; `null` where they cannot be: splits by sets of categories. */
export function packHistogramTrees({
  roots,
  column,
  threshold,
  left,
  right,
  missingLeft,
  set,
}: HistogramTrees): { readonly trees: PackedTrees; readonly leafValues: Float64Array } | null {
  if (set.some((one) => one !== -1)) return null;
  const nodes = Array.from(roots, (root, t) => {
    const end = roots[t + 1] ?? column.length;
    const local = (children: Int32Array): Int32Array =>
      children.subarray(root, end).map((child, i) => (column[root + i]! < 0 ? NO_CHILD : child - root));
    return {
      left: local(left),
      right: local(right),
      column: column.subarray(root, end),
      threshold: threshold.subarray(root, end),
      missingLeft: missingLeft.subarray(root, end),
    };
  });
  if (!nodes.every(isTree)) return null;
  const leafValues = new Float64Array(column.filter((j) => j < 0).length);
  const trees = packTrees(nodes, leafValues.length, false, (leaf, t, number) => {
    leafValues[leaf] = threshold[roots[t]! + number]!;
  });
  return { trees, leafValues };
}

/** Adds the value of the leaf where each row ends in tree t; `out` has `width` numbers a row. */
export function addTree(
  trees: HistogramTrees,
  t: number,
  data: Float64Array,
  columns: number,
  out: Float64Array,
  width: number,
  place: number,
): void {
  const { column, threshold, left, right, missingLeft, set } = trees;
  const root = trees.roots[t]!;
  for (let start = 0, to = place; start < data.length; start += columns, to += width) {
    let node = root;
    for (let j = column[node]!; j >= 0; j = column[node]!) {
      const value = data[start + j]!;
      let goesLeft: boolean;
      if (Number.isNaN(value)) goesLeft = missingLeft[node] === 1;
      else if (set[node] === -1) goesLeft = value <= threshold[node]!;
      else goesLeft = isInLeftSet(trees, node, j, value);
      node = goesLeft ? left[node]! : right[node]!;
    }
    out[to]! += threshold[node]!;
  }
}

/** Categories below zero, and those not seen while fitting, go where what is missing goes. */
function isInLeftSet(
  { set, sets, known, missingLeft }: HistogramTrees,
  node: number,
  column: number,
  value: number,
): boolean {
  if (value < 0) return missingLeft[node] === 1;
  const category = Math.trunc(value) & 255;
  if (has(sets, set[node]!, category)) return true;
  return has(known, column, category) ? false : missingLeft[node] === 1;
}

function has(sets: Uint32Array, set: number, category: number): boolean {
  return ((sets[set * WORDS + (category >> 5)]! >>> (category & 31)) & 1) === 1;
}

function openTree(at: Attribute): Tree {
  const predictor = at.object();
  const nodes = predictor.attribute('nodes');
  const [count = 0] = nodes.shape();
  if (count < 1 || nodes.shape().length !== 1) throw nodes.malformed('one node or more');
  // Before 0.24 there were no categories.
  const sets = predictor.has('raw_left_cat_bitsets')
    ? Uint32Array.from(predictor.attribute('raw_left_cat_bitsets').matrix({ columns: WORDS }).data)
    : new Uint32Array(0);
  return { nodes, count, sets };
}

function copyTree(
  { nodes, count, sets }: Tree,
  trees: HistogramTrees,
  root: number,
  firstSet: number,
  columns: number,
): void {
  const unsigned = (name: string, most: number): Int32Array => nodes.column(name).indices([count], 0, most);
  const isLeaf = unsigned('is_leaf', 1);
  const left = unsigned('left', count - 1);
  const right = unsigned('right', count - 1);
  const feature = unsigned('feature_idx', columns - 1);
  // 0.21 knows no missing values.
  const missingLeft = nodes.hasColumn('missing_go_to_left') ? unsigned('missing_go_to_left', 1) : null;
  const values = nodes.column('value').vector(count);
  const thresholds = nodes
    .column(nodes.hasColumn('num_threshold') ? 'num_threshold' : 'threshold')
    .vector(count);
  const isSet = nodes.hasColumn('is_categorical') ? unsigned('is_categorical', 1) : null;
  const set = isSet === null ? null : unsigned('bitset_idx', Math.max(sets.length / WORDS - 1, 0));
  for (let i = 0; i < count; i++) {
    if (isLeaf[i] === 1) {
      trees.threshold[root + i] = values[i]!;
      continue;
    }
    const byset = isSet?.[i] === 1;
    if (left[i]! <= i || right[i]! <= i || Number.isNaN(thresholds[i]!) || (byset && sets.length === 0)) {
      const path = `${nodes.path}[${i}]`;
      throw new SklearnError('ESTIMATOR_MALFORMED', `${path} is no node that splits.`, { path });
    }
    trees.column[root + i] = feature[i]!;
    trees.threshold[root + i] = thresholds[i]!;
    trees.left[root + i] = root + left[i]!;
    trees.right[root + i] = root + right[i]!;
    trees.missingLeft[root + i] = missingLeft?.[i] ?? 0;
    if (byset) trees.set[root + i] = firstSet + set![i]!;
  }
}

/** Of a column of categories the thresholds are the categories themselves. */
function readKnown(binMapper: ObjectState, columns: number): Uint32Array {
  const known = new Uint32Array(columns * WORDS);
  if (!binMapper.has('is_categorical_')) return known;
  const flags = binMapper.attribute('is_categorical_').indices([columns], 0, 1);
  if (!flags.includes(1)) return known;
  const thresholds = binMapper.attribute('bin_thresholds_');
  const each = thresholds.items();
  if (each.length !== columns) throw thresholds.malformed(`a list of ${columns} arrays`);
  for (const [j, item] of each.entries()) {
    if (flags[j] !== 1) continue;
    for (const category of item.vector()) {
      if (!(category >= 0 && category <= 255)) throw item.malformed('categories from 0 to 255');
      known[j * WORDS + (category >> 5)]! |= 1 << (category & 31);
    }
  }
  return known;
}

/**
 * Walks rows down trees. Where all numbers are finite four walks run side by side without a branch: while one waits
 * for memory, the others go on. Refuses nothing: trees and rows were checked.
 */
import type { Matrix } from '../../model.ts';
import { COLUMN, LEFT, LOW, type TreeArrays, WORDS } from './tree-arrays.ts';

/** How many walks run side by side. */
const ABREAST = 4;

/** Each number rounded to float32, to which trees cast. */
interface RoundedRows {
  readonly data: Float64Array;
  readonly count: number;
  readonly columns: number;
  readonly isFinite: boolean;
}

function roundRows({ data, rows, columns }: Matrix): RoundedRows {
  const rounded = new Float64Array(data.length);
  // Only of finite numbers is the difference with themselves zero.
  let differences = 0;
  for (let i = 0; i < data.length; i++) {
    const value = Math.fround(data[i]!);
    rounded[i] = value;
    differences += value - value;
  }
  return { data: rounded, count: rows, columns, isFinite: differences === 0 };
}

/**
 * Adds the leaf values of every tree to each row of `out`, tree by tree. A row has `width` numbers there: as many as
 * a leaf has, or more, where the first tree adds to the first of them, the next to the next, and so round.
 */
export function addLeafValues(trees: TreeArrays, X: Matrix, out: Float64Array, width?: number): void {
  const { words, leafValues, valueShape } = trees;
  const size = valueShape[0] * valueShape[1];
  const all = width ?? size;
  visitLeaves(trees, X, (nodes, row, rowStep, t, treeStep) => {
    for (let i = 0; i < nodes.length; i++) {
      const from = words[nodes[i]! + LOW]! * size;
      const to = (row + i * rowStep) * all + (((t + i * treeStep) * size) % all);
      if (size === 1) out[to]! += leafValues[from]!;
      else for (let k = 0; k < size; k++) out[to + k]! += leafValues[from + k]!;
    }
  });
}

/** `apply`: the leaf of every tree, as its number in that tree, for each row. */
export function writeLeafNumbers(trees: TreeArrays, X: Matrix, out: Float64Array): void {
  const { roots, numbers } = trees;
  visitLeaves(trees, X, (nodes, row, rowStep, t, treeStep) => {
    for (let i = 0; i < nodes.length; i++) {
      out[(row + i * rowStep) * roots.length + t + i * treeStep] = numbers[nodes[i]! >> 2]!;
    }
  });
}

/** Leaf i of `nodes` is that of row `row + i * rowStep` in tree `tree + i * treeStep`. */
type Visit = (nodes: Int32Array, row: number, rowStep: number, tree: number, treeStep: number) => void;

/** All rows in one tree after the other; few rows one after the other in all trees. */
function visitLeaves(trees: TreeArrays, X: Matrix, visit: Visit): void {
  const { roots } = trees;
  const rows = roundRows(X);
  if (rows.isFinite && rows.count < ABREAST) {
    const nodes = new Int32Array(roots.length);
    for (let row = 0; row < rows.count; row++) {
      walkTrees(trees, rows.data, row * rows.columns, nodes);
      visit(nodes, row, 0, 0, 1);
    }
    return;
  }
  const nodes = new Int32Array(rows.count);
  for (let t = 0; t < roots.length; t++) {
    if (rows.isFinite) walkRows(trees, rows, roots[t]!, nodes);
    else for (let i = 0; i < nodes.length; i++) nodes[i] = walkMissing(trees, rows, i, roots[t]!);
    visit(nodes, 0, 1, t, 0);
  }
}

function walkTrees(trees: TreeArrays, data: Float64Array, start: number, nodes: Int32Array): void {
  const { roots } = trees;
  let t = 0;
  for (; t + ABREAST <= roots.length; t += ABREAST) {
    nodes[t] = roots[t]!;
    nodes[t + 1] = roots[t + 1]!;
    nodes[t + 2] = roots[t + 2]!;
    nodes[t + 3] = roots[t + 3]!;
    walkFour(trees, data, start, 0, nodes, t);
  }
  for (; t < roots.length; t++) nodes[t] = walkOne(trees, data, start, roots[t]!);
}

function walkRows(trees: TreeArrays, { data, columns }: RoundedRows, root: number, nodes: Int32Array): void {
  let i = 0;
  nodes.fill(root);
  for (; i + ABREAST <= nodes.length; i += ABREAST) walkFour(trees, data, i * columns, columns, nodes, i);
  for (; i < nodes.length; i++) nodes[i] = walkOne(trees, data, i * columns, root);
}

/** From the nodes at `at` on to their leaves, each with a row of its own, `step` numbers after the one before. */
function walkFour(
  { words, thresholds }: TreeArrays,
  data: Float64Array,
  start: number,
  step: number,
  nodes: Int32Array,
  at: number,
): void {
  const start1 = start + step;
  const start2 = start1 + step;
  const start3 = start2 + step;
  let n0 = nodes[at]!;
  let n1 = nodes[at + 1]!;
  let n2 = nodes[at + 2]!;
  let n3 = nodes[at + 3]!;
  let moved: number;
  do {
    const m0 = words[n0 + LEFT]! + goesRight(data[start + words[n0 + COLUMN]!]! > thresholds[n0 >> 1]!);
    const m1 = words[n1 + LEFT]! + goesRight(data[start1 + words[n1 + COLUMN]!]! > thresholds[n1 >> 1]!);
    const m2 = words[n2 + LEFT]! + goesRight(data[start2 + words[n2 + COLUMN]!]! > thresholds[n2 >> 1]!);
    const m3 = words[n3 + LEFT]! + goesRight(data[start3 + words[n3 + COLUMN]!]! > thresholds[n3 >> 1]!);
    moved = (m0 ^ n0) | (m1 ^ n1) | (m2 ^ n2) | (m3 ^ n3);
    n0 = m0;
    n1 = m1;
    n2 = m2;
    n3 = m3;
  } while (moved !== 0);
  nodes[at] = n0;
  nodes[at + 1] = n1;
  nodes[at + 2] = n2;
  nodes[at + 3] = n3;
}

/** The words from the left child to the right one, or none. A number and no branch: nobody can foresee it. */
function goesRight(isAbove: boolean): number {
  return (+isAbove | 0) << 2;
}

function walkOne({ words, thresholds }: TreeArrays, data: Float64Array, start: number, root: number): number {
  let node = root;
  while (true) {
    const next =
      words[node + LEFT]! + goesRight(data[start + words[node + COLUMN]!]! > thresholds[node >> 1]!);
    if (next === node) return node;
    node = next;
  }
}

/** With NaN, or what is infinite. */
function walkMissing(
  { words, thresholds, missingLeft }: TreeArrays,
  { data, columns }: RoundedRows,
  row: number,
  root: number,
): number {
  let node = root;
  for (let left = words[node + LEFT]!; left !== node; left = words[node + LEFT]!) {
    const value = data[row * columns + words[node + COLUMN]!]!;
    const threshold = thresholds[node >> 1]!;
    const isLeft = value <= threshold || (Number.isNaN(value) && missingLeft[node >> 2] === 1);
    node = isLeft ? left : left + WORDS;
  }
  return node;
}

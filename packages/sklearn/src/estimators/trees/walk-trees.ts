/**
 * Walks rows down trees. Where all numbers are finite eight walks run side by side without a branch: while one waits
 * for memory, the others go on. Refuses nothing: trees and rows were checked.
 */
import type { Matrix } from '../../model.ts';
import { type Kernels, openKernels } from '../../simd/kernels.ts';
import {
  FACTOR_ADDRESS,
  ROWS_ABREAST,
  ROWS_BYTES,
  X_ADDRESS,
  Y_ADDRESS,
  Y_BYTES,
} from '../../simd/layout.ts';
import { areFinite } from '../check-input.ts';
import { COLUMN, LEFT, LOW, type PackedTrees, WORDS } from './packed-trees.ts';
import type { TreeArrays } from './tree-arrays.ts';

/** How many walks run side by side here. */
const ABREAST = 8;
const BYTES = 8;
const WORD = 4;
/** Copying so many nodes costs as much as walking one row here. */
const NODES_PER_ROW = 24;

/** Half of the nearer caches of today's processors is this at least. */
const CACHED_BYTES = 2 ** 18;

interface Rows {
  readonly data: Float64Array;
  readonly count: number;
  readonly columns: number;
  readonly isFinite: boolean;
}

function prepareRows({ data, rows: count, columns }: Matrix, rounds: boolean): Rows {
  if (!rounds) return { data, count, columns, isFinite: areFinite(data) };
  const rounded = new Float64Array(data.length);
  // Only of finite numbers is the difference with themselves zero.
  let differences = 0;
  for (let i = 0; i < data.length; i++) {
    const value = Math.fround(data[i]!);
    rounded[i] = value;
    differences += value - value;
  }
  return { data: rounded, count, columns, isFinite: differences === 0 };
}

/**
 * Adds the leaf values of every tree to each row of `out`, tree by tree. A row has `width` numbers there: as many as
 * a leaf has, or more, where the first tree adds to the first of them, the next to the next, and so round.
 */
export function addLeafValues(trees: TreeArrays, X: Matrix, out: Float64Array, width?: number): void {
  const { leafValues, valueShape } = trees;
  const size = valueShape[0] * valueShape[1];
  addLeaves(trees, leafValues, X, out, width ?? size, size);
}

/** The same with leaf values that stand apart, `size` numbers a leaf. */
export function addLeaves(
  trees: PackedTrees,
  leafValues: Float64Array,
  X: Matrix,
  out: Float64Array,
  all: number,
  size = 1,
): void {
  visitLeaves(trees, X, {
    ofTree: (leaves, t, first) => {
      let to = first * all + ((t * size) % all);
      if (size === 1) return addOne(leaves, leafValues, out, to, all);
      for (let i = 0; i < leaves.length; i++, to += all) {
        const from = leaves[i]! * size;
        for (let k = 0; k < size; k++) out[to + k]! += leafValues[from + k]!;
      }
    },
    ofRow: (leaves, row) => {
      const start = row * all;
      let place = 0;
      for (let t = 0; t < leaves.length; t++) {
        const from = leaves[t]! * size;
        for (let k = 0; k < size; k++) out[start + place + k]! += leafValues[from + k]!;
        place += size;
        if (place === all) place = 0;
      }
    },
  });
}

/** The commonest case on its own: one number a leaf. */
function addOne(
  leaves: Int32Array,
  leafValues: Float64Array,
  out: Float64Array,
  start: number,
  step: number,
): void {
  for (let i = 0, to = start; i < leaves.length; i++, to += step) out[to]! += leafValues[leaves[i]!]!;
}

/** `apply`: the leaf of every tree, as its number in that tree, for each row. */
export function writeLeafNumbers(trees: TreeArrays, X: Matrix, out: Float64Array): void {
  const { leafNumbers } = trees;
  const count = trees.roots.length;
  visitLeaves(trees, X, {
    ofTree: (leaves, t, first) => {
      for (let i = 0; i < leaves.length; i++) out[(first + i) * count + t] = leafNumbers[leaves[i]!]!;
    },
    ofRow: (leaves, row) => {
      for (let t = 0; t < count; t++) out[row * count + t] = leafNumbers[leaves[t]!]!;
    },
  });
}

/** Called for every tree in order, or for every row: both see all leaves. */
export interface Visitor {
  /** The leaves of the rows from `first` on. */
  readonly ofTree: (leaves: Int32Array, t: number, first: number) => void;
  /** The leaves in all trees. */
  readonly ofRow: (leaves: Int32Array, row: number) => void;
}

/** Of every row the leaves in all trees. */
export function visitLeaves(trees: PackedTrees, X: Matrix, visitor: Visitor): void {
  if (walkInKernel(trees, X, visitor)) return;
  walkHere(trees, X, 0, visitor);
}

function walkHere(trees: PackedTrees, X: Matrix, first: number, { ofTree, ofRow }: Visitor): void {
  const { roots } = trees;
  const rows = prepareRows(X, trees.rounds);
  if (rows.isFinite && rows.count < ABREAST) {
    const leaves = new Int32Array(roots.length);
    for (let row = 0; row < rows.count; row++) {
      walkTrees(trees, rows.data, row * rows.columns, leaves);
      ofRow(leaves, first + row);
    }
    return;
  }
  const leaves = new Int32Array(rows.count);
  for (let t = 0; t < roots.length; t++) {
    if (rows.isFinite) walkRows(trees, rows, roots[t]!, leaves);
    else for (let i = 0; i < leaves.length; i++) leaves[i] = walkMissing(trees, rows, i, roots[t]!);
    ofTree(leaves, t, first);
  }
}

/**
 * Copies rows, and one tree after the other, to where WebAssembly walks eight rows abreast. Whether that was done: it
 * is not for rows so few, or trees so large, that copying would cost more than walking.
 */
function walkInKernel(trees: PackedTrees, { data, rows, columns }: Matrix, visitor: Visitor): boolean {
  const { roots, words, levels } = trees;
  if (rows < ROWS_ABREAST || words.length / WORDS > roots.length * rows * NODES_PER_ROW) return false;
  const rowBytes = columns * BYTES;
  const fitting = Math.floor(ROWS_BYTES / (rowBytes + WORD)) - ROWS_ABREAST;
  // Rows that stay in the cache from tree to tree, but so many that they are worth copying every tree for.
  const nodes = words.length / WORDS / roots.length;
  const height = Math.min(rows, fitting, Math.max(Math.floor(CACHED_BYTES / rowBytes), Math.ceil(nodes * 4)));
  if (height < ROWS_ABREAST) return false;
  const sizes = roots.map((root, t) => (roots[t + 1] ?? words.length) - root);
  if (sizes.some((size) => size * WORD > Y_BYTES)) return false;
  const kernels = openKernels();
  if (kernels === null) return false;
  const { numbers } = kernels;
  for (let first = 0; first < rows; first += height) {
    const count = Math.min(height, rows - first);
    const block = data.subarray(first * columns, (first + count) * columns);
    const end = X_ADDRESS + count * rowBytes;
    numbers.set(block, X_ADDRESS / BYTES);
    if (!(trees.rounds ? roundInKernel(kernels, end) : areFinite(block))) {
      walkHere(trees, { data: block, rows: count, columns }, first, visitor);
      continue;
    }
    const leaves = kernels.words.subarray(end / WORD, end / WORD + count);
    for (let t = 0; t < roots.length; t++) {
      const root = roots[t]!;
      kernels.words.set(words.subarray(root, root + sizes[t]!), Y_ADDRESS / WORD);
      const base = Y_ADDRESS - root * WORD;
      kernels.walkTree(X_ADDRESS, end, rowBytes, Y_ADDRESS, base, levels[t]!, end);
      visitor.ofTree(leaves, t, first);
    }
  }
  return true;
}

/** Rounds the rows in the kernels' memory; whether all are finite then. */
function roundInKernel({ numbers, roundToFloat32 }: Kernels, end: number): boolean {
  // Two at a time are looked at.
  numbers[end / BYTES] = 0;
  roundToFloat32(X_ADDRESS, end);
  return numbers[FACTOR_ADDRESS / BYTES] === 0 && numbers[FACTOR_ADDRESS / BYTES + 1] === 0;
}

function walkTrees(trees: PackedTrees, data: Float64Array, start: number, leaves: Int32Array): void {
  const { roots } = trees;
  let t = 0;
  leaves.set(roots);
  for (; t + ABREAST <= roots.length; t += ABREAST) walkEight(trees, data, start, 0, leaves, t);
  for (; t < roots.length; t++) leaves[t] = walkOne(trees, data, start, roots[t]!);
}

function walkRows(trees: PackedTrees, { data, columns }: Rows, root: number, leaves: Int32Array): void {
  let i = 0;
  leaves.fill(root);
  for (; i + ABREAST <= leaves.length; i += ABREAST) walkEight(trees, data, i * columns, columns, leaves, i);
  for (; i < leaves.length; i++) leaves[i] = walkOne(trees, data, i * columns, root);
}

/**
 * From the nodes that stand at `at` to their leaves, which take their place; each has a row of its own, `step` numbers
 * after the one before.
 */
function walkEight(
  { words, thresholds }: PackedTrees,
  data: Float64Array,
  start: number,
  step: number,
  leaves: Int32Array,
  at: number,
): void {
  const start1 = start + step;
  const start2 = start1 + step;
  const start3 = start2 + step;
  const start4 = start3 + step;
  const start5 = start4 + step;
  const start6 = start5 + step;
  const start7 = start6 + step;
  let n0 = leaves[at]!;
  let n1 = leaves[at + 1]!;
  let n2 = leaves[at + 2]!;
  let n3 = leaves[at + 3]!;
  let n4 = leaves[at + 4]!;
  let n5 = leaves[at + 5]!;
  let n6 = leaves[at + 6]!;
  let n7 = leaves[at + 7]!;
  let moved: number;
  do {
    const m0 = words[n0 + LEFT]! + goesRight(data[start + words[n0 + COLUMN]!]! > thresholds[n0 >> 1]!);
    const m1 = words[n1 + LEFT]! + goesRight(data[start1 + words[n1 + COLUMN]!]! > thresholds[n1 >> 1]!);
    const m2 = words[n2 + LEFT]! + goesRight(data[start2 + words[n2 + COLUMN]!]! > thresholds[n2 >> 1]!);
    const m3 = words[n3 + LEFT]! + goesRight(data[start3 + words[n3 + COLUMN]!]! > thresholds[n3 >> 1]!);
    const m4 = words[n4 + LEFT]! + goesRight(data[start4 + words[n4 + COLUMN]!]! > thresholds[n4 >> 1]!);
    const m5 = words[n5 + LEFT]! + goesRight(data[start5 + words[n5 + COLUMN]!]! > thresholds[n5 >> 1]!);
    const m6 = words[n6 + LEFT]! + goesRight(data[start6 + words[n6 + COLUMN]!]! > thresholds[n6 >> 1]!);
    const m7 = words[n7 + LEFT]! + goesRight(data[start7 + words[n7 + COLUMN]!]! > thresholds[n7 >> 1]!);
    moved = (m0 ^ n0) | (m1 ^ n1) | (m2 ^ n2) | (m3 ^ n3) | (m4 ^ n4) | (m5 ^ n5) | (m6 ^ n6) | (m7 ^ n7);
    n0 = m0;
    n1 = m1;
    n2 = m2;
    n3 = m3;
    n4 = m4;
    n5 = m5;
    n6 = m6;
    n7 = m7;
  } while (moved !== 0);
  leaves[at] = words[n0 + LOW]!;
  leaves[at + 1] = words[n1 + LOW]!;
  leaves[at + 2] = words[n2 + LOW]!;
  leaves[at + 3] = words[n3 + LOW]!;
  leaves[at + 4] = words[n4 + LOW]!;
  leaves[at + 5] = words[n5 + LOW]!;
  leaves[at + 6] = words[n6 + LOW]!;
  leaves[at + 7] = words[n7 + LOW]!;
}

/** The words from the left child to the right one, or none. A number and no branch: nobody can foresee it. */
function goesRight(isAbove: boolean): number {
  return (+isAbove | 0) << 2;
}

function walkOne(
  { words, thresholds }: PackedTrees,
  data: Float64Array,
  start: number,
  root: number,
): number {
  let node = root;
  while (true) {
    const next =
      words[node + LEFT]! + goesRight(data[start + words[node + COLUMN]!]! > thresholds[node >> 1]!);
    if (next === node) return words[node + LOW]!;
    node = next;
  }
}

/** With NaN, or what is infinite. */
function walkMissing(
  { words, thresholds, missingLeft }: PackedTrees,
  { data, columns }: Rows,
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
  return words[node + LOW]!;
}

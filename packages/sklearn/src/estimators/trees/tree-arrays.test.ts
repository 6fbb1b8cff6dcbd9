import { expect, test } from 'vitest';
import type { SklearnError } from '../../errors.ts';
import type { NdArray, PickleObject, PickleValue } from '../../pickle/value.ts';
import { Loading } from '../loading.ts';
import { readTrees, type TreeArrays } from './tree-arrays.ts';
import { addLeafValues } from './walk-trees.ts';

interface Node {
  readonly left: number;
  readonly right: number;
  readonly column?: number;
  readonly threshold?: number;
  readonly missingLeft?: number;
}

const LEAF: Node = { left: -1, right: -1, column: -2, threshold: -2 };
const COLUMNS = 3;

function array(dtype: string, data: NdArray['data'], shape: readonly number[]): NdArray {
  return { kind: 'ndarray', dtype, shape, data };
}

function object(
  name: string,
  state: Readonly<Record<string, PickleValue>>,
  args: PickleValue[] = [],
): PickleObject {
  return {
    kind: 'object',
    global: { kind: 'global', module: 'sklearn.tree', name },
    args,
    state: { kind: 'dict', entries: Object.entries(state) },
    items: [],
    entries: [],
  };
}

/** Reads one tree of these nodes; each node's value is its own index. */
function read(nodes: readonly Node[], changes: Readonly<Record<string, PickleValue>> = {}): TreeArrays {
  const count = nodes.length;
  const column = (pick: (node: Node) => number): NdArray =>
    array(
      'i8',
      BigInt64Array.from(nodes, (node) => BigInt(pick(node))),
      [count],
    );
  const fields = new Map([
    ['left_child', column((node) => node.left)],
    ['right_child', column((node) => node.right)],
    ['feature', column((node) => node.column ?? 0)],
    [
      'threshold',
      array(
        'f8',
        Float64Array.from(nodes, (node) => node.threshold ?? 0),
        [count],
      ),
    ],
    [
      'missing_go_to_left',
      array(
        'u1',
        Uint8Array.from(nodes, (node) => node.missingLeft ?? 0),
        [count],
      ),
    ],
  ]);
  const state = {
    nodes: array('V64', { kind: 'structured', fields }, [count]),
    values: array(
      'f8',
      Float64Array.from(nodes, (_, i) => i),
      [count, 1, 1],
    ),
    ...changes,
  };
  const owner = object('Owner', { tree_: object('Tree', state, [COLUMNS]) });
  return readTrees([new Loading(new Map(), null).open(owner, '')], COLUMNS, 1);
}

/** The leaf value that a row ends with: alone, and among others that walk beside it. */
function valueAt(trees: TreeArrays, row: readonly number[]): number {
  const values = [1, 6].map((rows) => {
    const data = Float64Array.from({ length: rows * COLUMNS }, (_, i) => row[i % COLUMNS]!);
    const out = new Float64Array(rows);
    addLeafValues(trees, { data, rows, columns: COLUMNS }, out);
    return out;
  });
  expect(new Set([...values[0]!, ...values[1]!]).size).toBe(1);
  return values[0]![0]!;
}

function messageOf(nodes: readonly Node[], changes: Readonly<Record<string, PickleValue>> = {}): string {
  try {
    read(nodes, changes);
  } catch (error) {
    expect((error as SklearnError).code).toBe('ESTIMATOR_MALFORMED');
    expect((error as SklearnError).path).toMatch(/^tree_/);
    return (error as SklearnError).message;
  }
  return 'read';
}

const STUMP: readonly Node[] = [{ left: 1, right: 2, column: 1, threshold: 0.5 }, LEAF, LEAF];

test('a row goes left up to the threshold, as float32, and right above it', () => {
  const trees = read(STUMP);
  expect(valueAt(trees, [9, 0.5, 9])).toBe(1);
  expect(valueAt(trees, [-9, 0.500_000_1, -9])).toBe(2);
  // Rounded to float32 this is the threshold itself.
  expect(valueAt(trees, [0, 0.500_000_000_1, 0])).toBe(1);
});

test('NaN goes where the node sends it', () => {
  expect(valueAt(read(STUMP), [0, Number.NaN, 0])).toBe(2);
  expect(valueAt(read([{ ...STUMP[0]!, missingLeft: 1 }, LEAF, LEAF]), [0, Number.NaN, 0])).toBe(1);
});

test('a threshold may be infinite: only NaN goes right then', () => {
  const trees = read([{ ...STUMP[0]!, threshold: Number.POSITIVE_INFINITY }, LEAF, LEAF]);
  expect(valueAt(trees, [0, 1e30, 0])).toBe(1);
  expect(valueAt(trees, [0, Number.NaN, 0])).toBe(2);
});

test('nodes that would send a walk round in circles or out of the tree are refused', () => {
  const split: Node = { left: 1, right: 2 };
  expect(messageOf([{ left: 0, right: 2 }, LEAF, LEAF])).toMatch(
    /tree_.nodes\[0\] is no node of a tree of 3 columns/,
  );
  expect(messageOf([split, { left: 0, right: 2 }, LEAF])).toMatch(/nodes\[1\]/);
  expect(messageOf([{ left: 1, right: 3 }, LEAF, LEAF])).toMatch(/holds 3 where only -1 to 2 can be/);
  expect(messageOf([{ left: 1, right: -2 }, LEAF, LEAF])).toMatch(/holds -2 where only -1 to 2 can be/);
  expect(messageOf([{ left: 1, right: -1 }, LEAF, LEAF])).toMatch(/nodes\[0\]/);
  expect(messageOf([{ left: -1, right: 1 }, LEAF])).toMatch(/nodes\[0\]/);
  // Reached from two sides.
  expect(messageOf([{ left: 1, right: 1 }, LEAF])).toMatch(/nodes\[0\]/);
  expect(messageOf([split, { left: 2, right: 3 }, LEAF, LEAF])).toMatch(/nodes\[1\]/);
});

test('columns that do not exist, and thresholds that are no number, are refused', () => {
  expect(messageOf([{ ...STUMP[0]!, column: 3 }, LEAF, LEAF])).toMatch(/column 3/);
  expect(messageOf([{ ...STUMP[0]!, column: -1 }, LEAF, LEAF])).toMatch(/column -1/);
  expect(messageOf([{ ...STUMP[0]!, threshold: Number.NaN }, LEAF, LEAF])).toMatch(/threshold NaN/);
});

test('values of another shape are refused', () => {
  const values = array('f8', new Float64Array(6), [3, 2, 1]);
  expect(messageOf(STUMP, { values })).toMatch(/tree_.values should be an array of shape \(3, 1, classes\)/);
  expect(messageOf(STUMP, { values: array('f8', new Float64Array(2), [2, 1, 1]) })).toMatch(/tree_.values/);
  expect(messageOf(STUMP, { nodes: null })).toMatch(/tree_.nodes/);
  expect(messageOf([])).toMatch(/tree_.nodes should be one node or more/);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectModel, type PickleObject, type PickleValue } from '@chamfer/sklearn';
import { describe, expect, test } from 'vitest';
import { repositoryRoot } from '../../../../scripts/pinned-node.mjs';
import { type EstimatorNode, estimatorTree, describe as inWords } from './estimator-tree.ts';

const FIXTURES = join(repositoryRoot, 'packages/sklearn/fixtures/estimators/1.9.1');

async function treeOf(name: string): Promise<readonly EstimatorNode[]> {
  const { root } = await inspectModel(readFileSync(join(FIXTURES, name, 'model.pkl')));
  return estimatorTree(root);
}

function estimator(name: string, state: readonly [string, PickleValue][]): PickleObject {
  const entries: [PickleValue, PickleValue][] = [['_sklearn_version', '1.9.1'], ...state];
  return {
    kind: 'object',
    global: { kind: 'global', module: 'sklearn.made_up', name },
    args: [],
    state: { kind: 'dict', entries },
    items: [],
    entries: [],
  };
}

describe('estimatorTree', () => {
  test('names every step with its place, its name and its parameters', async () => {
    const [pipeline] = await treeOf('pipeline-nested');
    expect(pipeline!.className).toBe('Pipeline');
    const [first] = pipeline!.members;
    expect(first).toMatchObject({ path: 'steps[0]', className: 'Pipeline' });
    expect(first!.members[0]!.path).toBe('steps[0].steps[0]');
    expect(first!.members[0]!.parameters).toHaveProperty('copy', true);
    expect(Object.keys(first!.members[0]!.parameters).some((name) => /^_|_$/.test(name))).toBe(false);
  });

  test('shows the trees of a forest as one, and no estimator twice', async () => {
    const [forest] = await treeOf('forest-classifier');
    const trees = forest!.members.find(({ path }) => path === 'estimators_[0]')!;
    expect(trees).toMatchObject({ className: 'DecisionTreeClassifier' });
    expect(trees.count).toBeGreaterThan(3);
    const shared = estimator('Scaler', []);
    const [both] = estimatorTree(
      estimator('Union', [
        ['a', shared],
        ['b_', shared],
      ]),
    );
    expect(both!.members.map(({ path }) => path)).toEqual(['a']);
  });

  test('leaves out what an ensemble was fitted from, where it has what was fitted', () => {
    const list = (name: string): PickleValue => ({ kind: 'list', items: [estimator(name, [])] });
    const [voting] = estimatorTree(
      estimator('Voting', [
        ['estimators', list('Plan')],
        ['estimators_', list('Fitted')],
      ]),
    );
    expect(voting!.members.map(({ className }) => className)).toEqual(['Fitted']);
  });

  test('finds the estimators in a dict, a list or a tuple', () => {
    const root: PickleValue = {
      kind: 'dict',
      entries: [
        ['scaler', estimator('Scaler', [])],
        ['columns', { kind: 'list', items: ['a'] }],
        ['model', estimator('Model', [])],
      ],
    };
    expect(estimatorTree(root).map(({ path, name }) => [path, name])).toEqual([
      ["['scaler']", 'scaler'],
      ["['model']", 'model'],
    ]);
    expect(estimatorTree(null)).toEqual([]);
  });

  test('stays small and quick where a file names the same things over and over', () => {
    // Every level holds the level below twice: two to the 300th power if it were followed.
    let value: PickleValue = estimator('Leaf', []);
    for (let level = 0; level < 300; level++) {
      value = estimator('Level', [
        ['a', value],
        ['a_', value],
        ['b', { kind: 'list', items: [value, value] }],
      ]);
    }
    expect(estimatorTree(value)[0]!.members).toHaveLength(1);
    const step: PickleValue = { kind: 'tuple', items: ['a', ...new Array<number>(100_000).fill(0)] };
    expect(estimatorTree({ kind: 'list', items: new Array<PickleValue>(100_000).fill(step) })).toEqual([]);
    const many = Array.from({ length: 20_000 }, (_, i) => estimator(`Class${i}`, []));
    expect(estimatorTree({ kind: 'list', items: many })).toHaveLength(10_000);
  });

  test('keeps names that every object of JavaScript has apart', () => {
    const [node] = estimatorTree(
      estimator('Model', [
        ['constructor', 1],
        ['toString', 'x'],
      ]),
    );
    expect(node!.parameters).toEqual({ constructor: 1, toString: 'x' });
  });

  test('describes values in the words of Python, long ones by their size', () => {
    const list = (items: PickleValue[]): PickleValue => ({ kind: 'list', items });
    expect(inWords({ kind: 'tuple', items: [1, null, 'a', Number.NaN, -Infinity, true] })).toBe(
      "(1, None, 'a', nan, -inf, True)",
    );
    expect(inWords(list(Array.from({ length: 40 }, () => 0)))).toBe('a list of 40');
    expect(inWords(list([list([list([1])])]))).toBe('[[a list of 1]]');
    expect(inWords({ kind: 'ndarray', dtype: 'f8', shape: [2, 1], data: new Float64Array(2) })).toBe(
      'array of type f8 and shape (2, 1)',
    );
    expect(inWords({ kind: 'ndarray', dtype: 'f8', shape: [], data: Float64Array.of(0.5) })).toBe('0.5');
    expect(inWords('x'.repeat(100))).toHaveLength(65);
  });
});

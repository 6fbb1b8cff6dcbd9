import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SklearnError } from './errors.ts';
import type { Matrix, MethodName, SklearnModel } from './model.ts';
import { readModel } from './read-model.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/estimators');

function read(name: string, version = '1.9.1'): Promise<SklearnModel> {
  return readModel(readFileSync(join(FIXTURES, version, name, 'model.pkl')));
}

function rows(...values: readonly number[][]): Matrix {
  return { data: Float64Array.from(values.flat()), rows: values.length, columns: values[0]!.length };
}

async function refusal(answer: () => unknown): Promise<SklearnError> {
  try {
    await answer();
  } catch (error) {
    expect(error).toBeInstanceOf(SklearnError);
    return error as SklearnError;
  }
  throw new Error('It was not refused.');
}

describe('the signature', () => {
  test('of a pipeline is the input of its first step and the answers of its last', async () => {
    const model = await read('named-columns-pipeline');
    expect(model.className).toBe('Pipeline');
    expect(model.sklearnVersion).toBe('1.9.1');
    expect(model.signature).toEqual({
      columns: 4,
      columnNames: ['sepal length', 'sepal width', 'petal length', 'petal width'],
      classes: [0, 1, 2],
      methods: {
        predict: { shape: [-1], datatype: 'INT64' },
        predict_proba: { shape: [-1, 3], datatype: 'FP64' },
        predict_log_proba: { shape: [-1, 3], datatype: 'FP64' },
        decision_function: { shape: [-1, 3], datatype: 'FP64' },
      },
      rows: 'numbers',
      columnKinds: null,
      defaultMethod: 'predict',
      looksTransformed: false,
    });
  });

  test('says what iterates, and what looks at all rows of a call together', async () => {
    for (const [name, iterates, joinsRows] of [
      ['nmf-random', true, true],
      ['iterative-imputer-mean', false, true],
      ['latent-dirichlet-allocation', true, false],
      ['pca', false, false],
    ] as const) {
      expect(await read(name)).toMatchObject({ iterates, joinsRows });
    }
  });

  test('of a transformer says what the way back reads', async () => {
    const { signature } = await read('pca');
    expect(signature.columns).toBe(13);
    expect(signature.methods.inverse_transform).toEqual({ shape: [-1, 13], datatype: 'FP64', columns: 5 });
    expect(signature.defaultMethod).toBe('transform');
  });

  test('names every array of an answer of several', async () => {
    const { signature } = await read('neighbors-classifier-auto');
    expect(signature.methods.kneighbors?.parts).toEqual([
      { name: 'distances', shape: [-1, 5], datatype: 'FP64' },
      { name: 'indices', shape: [-1, 5], datatype: 'INT64' },
    ]);
    const outputs = await read('tree-classifier-outputs');
    expect(outputs.signature.classes).toBeNull();
    expect(outputs.signature.methods.predict_proba?.parts?.map((part) => part.shape)).toEqual([
      [-1, 3],
      [-1, 2],
      [-1, 2],
    ]);
  });

  test.each([
    ['logistic-names', 'BYTES', ['red', 'rosé', 'white']],
    ['logistic-bool', 'BOOL', [false, true]],
    ['logistic-object-classes', 'BYTES', ['red', 'rosé', 'white']],
    ['logistic-float-classes', 'FP64', [3, 4, 5]],
    ['logistic-small-int-classes', 'INT64', [-1, 0, 1]],
    ['logistic-big-classes', 'INT64', [-(2 ** 40), 2 ** 53 + 2 - 2 ** 40, 2n ** 54n + 4n - 2n ** 40n]],
  ])('of %s has labels of type %s', async (name, datatype, classes) => {
    const { signature } = await read(name);
    expect(signature.classes).toEqual(classes);
    expect(signature.methods.predict?.datatype).toBe(datatype);
  });
});

describe('refused calls', () => {
  test('a method that the estimator does not have, also one that every object has', async () => {
    const model = await read('ridge');
    for (const name of ['predict_proba', 'constructor', '__proto__', 'toString']) {
      const error = await refusal(() => model.run(name as MethodName, rows(Array(10).fill(0))));
      expect(error.code).toBe('METHOD_UNSUPPORTED');
      expect(error.message).toBe(`Ridge has no ${name}; it has predict.`);
    }
  });

  test('rows that do not fit', async () => {
    const model = await read('pipeline-logistic');
    const error = await refusal(() => model.run('predict', rows([1, 2])));
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.message).toBe('The rows have 2 columns; Pipeline takes 13.');
  });

  test('NaN that the first step takes and the second does not', async () => {
    const model = await read('pipeline-logistic');
    const row = Array<number>(13).fill(1);
    const error = await refusal(() => model.run('predict', rows(row, row.with(4, Number.NaN))));
    expect(error.path).toBe('inputs[1]');
    expect(error.message).toBe(
      'inputs[1], at steps[1], column 4 is NaN, which LogisticRegression does not accept.',
    );
  });

  test('NaN in a tree of a version or kind that does not take it', async () => {
    const gap = rows([Number.NaN, 1, 1, 1]);
    for (const name of [
      'tree-classifier-random-splitter',
      'forest-classifier',
      'tree-classifier-monotonic',
    ]) {
      expect((await read(name)).run('predict', gap).kind).toBe('labels');
    }
    for (const name of [
      'tree-classifier-random-splitter',
      'tree-classifier-monotonic',
      'extra-trees-classifier',
    ]) {
      const model = await read(name, '1.4.1.post1');
      expect((await refusal(() => model.run('predict', gap))).path).toBe('inputs[0][0]');
    }
    const boosting = await read('boosting-classifier');
    const error = await refusal(() => boosting.run('predict', rows(Array<number>(8).fill(Number.NaN))));
    expect(error.path).toBe('inputs[0][0]');
  });
});

const BY_NATURE = ', which scikit-learn gives no method for new rows';

describe('refused files', () => {
  test('everything that is not supported is named at once, each with its place', async () => {
    const error = await refusal(() => read('unsupported-several'));
    expect(error.code).toBe('ESTIMATOR_UNSUPPORTED');
    expect(error.unsupported).toEqual([
      { path: 'steps[0]', what: `DBSCAN${BY_NATURE}` },
      { path: 'steps[1].steps[0].init_', what: 'LinearRegression, which computes in float32 here' },
      { path: 'steps[1].steps[2]', what: `TSNE${BY_NATURE}` },
    ]);
    expect(error.message).toContain('steps[1].steps[2]: TSNE');
  });

  test('what is not supported is told rather than what was not fitted before it', async () => {
    const error = await refusal(() => read('unsupported-nested'));
    expect(error.unsupported).toEqual([{ path: 'steps[1].steps[0]', what: `DBSCAN${BY_NATURE}` }]);
  });

  test('neighbours of rows it was fitted with alone, or by a metric that sparse rows do not have here', async () => {
    expect((await refusal(() => read('unsupported-outlier-factor'))).unsupported).toEqual([
      { path: 'novelty', what: 'False, with which scikit-learn gives it no method for new rows' },
    ]);
    expect((await refusal(() => read('unsupported-sparse-metric'))).unsupported).toEqual([
      { path: 'effective_metric_', what: 'the string "l2"' },
    ]);
  });

  test('one that is no estimator, or was never fitted', async () => {
    expect((await refusal(() => read('unsupported-dbscan'))).message).toBe(
      'The file holds what is not supported: DBSCAN, which scikit-learn gives no method for new rows.',
    );
    expect((await refusal(() => read('unsupported-no-estimator'))).message).toContain(
      'a collection that holds no estimator',
    );
    const unfitted = await refusal(() => read('unsupported-not-fitted'));
    expect(unfitted.code).toBe('ESTIMATOR_MALFORMED');
    expect(unfitted.message).toBe(
      'The LogisticRegression has no classes_; it was saved before it was fitted.',
    );
  });
});

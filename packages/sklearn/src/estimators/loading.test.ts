import { expect, test } from 'vitest';
import { SklearnError } from '../errors.ts';
import type { PickleObject, PickleValue } from '../pickle/value.ts';
import { loadEstimator } from './load-estimator.ts';

function object(module: string, name: string, state: Readonly<Record<string, PickleValue>>): PickleObject {
  return {
    kind: 'object',
    global: { kind: 'global', module, name },
    args: [],
    state: { kind: 'dict', entries: Object.entries(state) },
    items: [],
    entries: [],
  };
}

function pipeline(steps: readonly PickleValue[]): PickleObject {
  const pairs = steps.map((step, i): PickleValue => ({ kind: 'tuple', items: [`step${i}`, step] }));
  return object('sklearn.pipeline', 'Pipeline', { steps: { kind: 'list', items: pairs } });
}

function normalizer(state: Readonly<Record<string, PickleValue>> = {}): PickleObject {
  return object('sklearn.preprocessing._data', 'Normalizer', { norm: 'l2', ...state });
}

function refusal(root: PickleValue): SklearnError {
  try {
    loadEstimator(root);
  } catch (error) {
    if (error instanceof SklearnError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

test('one object in a few places is loaded, in very many it is not', () => {
  const shared = normalizer();
  expect(loadEstimator(pipeline(Array(16).fill(shared))).estimator.className).toBe('Pipeline');
  const error = refusal(pipeline(Array(17).fill(shared)));
  expect(error.code).toBe('ESTIMATOR_MALFORMED');
  expect(error.message).toBe('The Normalizer at steps[16] stands in more than 16 places of the file.');
});

test('pipelines that double at every level end early', () => {
  let doubling = pipeline([normalizer()]);
  for (let level = 0; level < 60; level++) doubling = pipeline([doubling, doubling]);
  const started = performance.now();
  expect(refusal(doubling).message).toContain('stands in more than 16 places');
  expect(performance.now() - started).toBeLessThan(1_000);
});

test('a value of a parameter that changes the arithmetic is refused by name, whatever it is', () => {
  const callable: PickleValue = { kind: 'global', module: 'numpy', name: 'max' };
  for (const [norm, what] of [
    ['l3', 'the string "l3"'],
    [null, 'None'],
    [callable, 'the name numpy.max'],
  ] as const) {
    const error = refusal(pipeline([normalizer(), normalizer({ norm })]));
    expect(error.code).toBe('ESTIMATOR_UNSUPPORTED');
    expect(error.unsupported).toEqual([{ path: 'steps[1].norm', what }]);
  }
});

test('a long list of problems is cut in the message, not in the data', () => {
  const unknown = Array.from({ length: 500 }, () => object('sklearn.cluster._dbscan', 'DBSCAN', {}));
  const error = refusal(pipeline(unknown));
  expect(error.unsupported).toHaveLength(500);
  expect(error.message).toMatch(/steps\[19\]: DBSCAN, [^;]*; and 480 more\./);
});

test('steps that cannot follow each other are refused', () => {
  const narrow = normalizer({ n_features_in_: 3 });
  const wide = normalizer({ n_features_in_: 5 });
  expect(refusal(pipeline([narrow, wide])).path).toBe('steps[1]');
  const dummy = object('sklearn.dummy', 'DummyRegressor', {
    n_outputs_: 1,
    constant_: { kind: 'ndarray', dtype: 'f8', shape: [1, 1], data: new Float64Array(1) },
  });
  expect(refusal(pipeline([dummy, narrow])).message).toMatch(
    /steps\[0\] should be an estimator with transform/,
  );
  expect(loadEstimator(pipeline([narrow, dummy])).estimator.columns).toBe(3);
});

test('a pipeline that ends with what it hands nothing on to is refused', () => {
  const numbers = (shape: readonly number[], ...data: number[]): PickleValue => ({
    kind: 'ndarray',
    dtype: 'f8',
    shape,
    data: Float64Array.from(data),
  });
  const covariance = object('sklearn.covariance._empirical_covariance', 'EmpiricalCovariance', {
    location_: numbers([1], 0),
    precision_: numbers([1, 1], 1),
  });
  expect(Object.keys(loadEstimator(covariance).estimator.methods)).toEqual(['mahalanobis']);
  const error = refusal(pipeline([normalizer(), covariance]));
  expect(error.code).toBe('ESTIMATOR_UNSUPPORTED');
  expect(error.message).toContain('Pipeline without a method that answers rows');
});

test('a pipeline of nothing but passthrough gives back what it gets', () => {
  const { estimator } = loadEstimator(pipeline(['passthrough', null]));
  const X = { data: Float64Array.of(1, 2, 3, 4), rows: 2, columns: 2 };
  expect(estimator.methods.transform!.run(X)).toEqual({
    kind: 'numbers',
    data: X.data,
    shape: [2, 2],
    integer: false,
  });
});

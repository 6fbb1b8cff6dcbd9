import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FIXTURES } from '../../../fixtures/small-site.ts';
import type { RuntimeModel } from '../runtime-model.ts';
import { makeTensor } from '../tensor.ts';
import { readSklearnModel } from './sklearn.ts';

function read(name: string): Promise<RuntimeModel> {
  return readSklearnModel(readFileSync(join(FIXTURES, 'pickles', name)));
}

const classifier = await read('scaled-logistic.pkl');
const neighbours = await read('neighbours.pkl');
const WIDTH = classifier.signature.input.shape[1]!;
const ROWS = Float64Array.from({ length: 2 * WIDTH }, (_, at) => at / 7);
const INPUT = makeTensor('inputs', 'FP64', [2, WIDTH], ROWS);
const X = { data: ROWS, rows: 2, columns: WIDTH };

describe('a classifier', () => {
  test('is one input of rows and an output a method', () => {
    expect(classifier.tensors.inputs).toMatchObject([
      { name: 'inputs', datatype: 'FP64', shape: [-1, WIDTH] },
    ]);
    expect(classifier.tensors.outputs.map(({ name }) => name)).toEqual(
      Object.keys(classifier.signature.methods),
    );
  });

  test('gives what is asked for, in that order, each bit as its method gives it', async () => {
    const [score, probabilities] = await classifier.infer([INPUT], {
      outputs: ['decision_function', 'predict_proba'],
    });
    for (const [tensor, method] of [
      [score, 'decision_function'],
      [probabilities, 'predict_proba'],
    ] as const) {
      const { data, shape } = classifier.run(method, X) as { data: Float64Array; shape: readonly number[] };
      expect(tensor).toEqual({ name: method, datatype: 'FP64', shape, data });
    }
  });

  test('unasked gives its default method, in the datatype that its signature says', async () => {
    const answer = await classifier.infer([INPUT], { outputs: null });
    const { name, datatype } = classifier.signature.methods.predict!;
    expect(answer).toMatchObject([{ name, datatype, shape: [2] }]);
    const { values } = classifier.run('predict', X) as { values: readonly unknown[] };
    expect(Array.from(answer[0]!.data as Iterable<unknown>, String)).toEqual(values.map(String));
  });

  test('takes single precision, and answers for the rounded numbers', async () => {
    const rounded = Float32Array.from(ROWS);
    const single = makeTensor('inputs', 'FP32', [2, WIDTH], rounded);
    const [answer] = await classifier.infer([single], { outputs: ['predict_proba'] });
    const expected = classifier.run('predict_proba', { ...X, data: Float64Array.from(rounded) });
    expect(answer).toMatchObject({ data: (expected as { data: Float64Array }).data });
  });

  test('refuses an output that is no method of it', () => {
    expect(() => classifier.infer([INPUT], { outputs: ['transform'] })).toThrow(/no output "transform"/);
  });
});

test('a method with several arrays is an output each, computed once and given by name', async () => {
  const names = neighbours.tensors.outputs.map(({ name }) => name);
  expect(names).toEqual(['predict', 'kneighbors.distances', 'kneighbors.indices']);
  const width = neighbours.signature.input.shape[1]!;
  const input = makeTensor('inputs', 'FP64', [1, width], new Float64Array(width));
  const all = await neighbours.infer([input], { outputs: names.slice(1) });
  expect(all.map(({ name, datatype }) => [name, datatype])).toEqual([
    ['kneighbors.distances', 'FP64'],
    ['kneighbors.indices', 'INT64'],
  ]);
  expect(await neighbours.infer([input], { outputs: ['kneighbors.indices'] })).toEqual([all[1]]);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onnxCases, onnxPath, readOnnxBytes } from '../../../fixtures/onnx-cases.ts';
import { FIXTURES, type SmallSite, startSmallSite } from '../../../fixtures/small-site.ts';
import type { RuntimeModel } from '../runtime-model.ts';
import { makeTensor, type Tensor } from '../tensor.ts';
import { readOnnxModel } from './onnx.ts';
import { openRemoteModel } from './remote-model.ts';
import { readSklearnModel } from './sklearn.ts';

const PICKLE = join(FIXTURES, 'pickles', 'scaled-logistic.pkl');
const recorded = JSON.parse(readFileSync(PICKLE.replace('.pkl', '.json'), 'utf8'));

let site: SmallSite;

beforeAll(async () => {
  const files = [PICKLE, ...['logistic-f64', 'every-type', 'two-by-two', 'float16'].map(onnxPath)];
  site = await startSmallSite({ args: [...files.flatMap((file) => ['--model', file]), '--grpc-port', '0'] });
}, 60_000);

afterAll(() => site.close());

function overRest(model: string): Promise<RuntimeModel> {
  return openRemoteModel({ url: site.url, model });
}

function overGrpc(model: string): Promise<RuntimeModel> {
  return openRemoteModel({ url: `grpc://${site.grpcAddress}`, model });
}

/** Each runtime with a classifier of four columns, and what its maker answered for three rows. */
const sklearnCase = {
  inputs: [makeTensor('inputs', 'FP64', [3, 4], Float64Array.from(recorded.inputs.flat()))],
  probabilities: Float64Array.from(recorded.predict_proba.flat()),
  outputs: ['predict', 'predict_proba'],
} as const;
const [onnxCase] = onnxCases('logistic-f64');
const runtimes: [
  string,
  () => Promise<RuntimeModel>,
  { inputs: readonly Tensor[]; outputs: readonly string[]; probabilities: ArrayLike<number> },
][] = [
  ['sklearn', () => readSklearnModel(new Uint8Array(readFileSync(PICKLE))), sklearnCase],
  [
    'onnx',
    () => readOnnxModel(readOnnxBytes('logistic-f64')),
    {
      inputs: onnxCase!.inputs,
      outputs: ['label', 'probabilities'],
      probabilities: onnxCase!.outputs[1]!.data as Float32Array,
    },
  ],
  ['remote over REST', () => overRest('scaled-logistic'), sklearnCase],
  ['remote over gRPC', () => overGrpc('scaled-logistic'), sklearnCase],
];

describe.each(runtimes)('%s', (_, open, { inputs, outputs, probabilities }) => {
  const [labelsName, probabilitiesName] = outputs as [string, string];
  const [input] = inputs as [Tensor];
  let model: RuntimeModel;
  beforeAll(async () => {
    model = await open();
  });
  afterAll(() => model.close?.());

  const refusal = async (
    given: readonly Tensor[],
    names: readonly string[] | null = null,
  ): Promise<unknown> =>
    Promise.resolve()
      .then(() => model.infer(given, { outputs: names }))
      .then(
        () => 'answered',
        (error: unknown) => error,
      );

  test('answers what the maker of the model answered, in the order that is asked for', async () => {
    const answers = await model.infer(inputs, { outputs: [probabilitiesName, labelsName] });
    expect(answers.map(({ name }) => name)).toEqual([probabilitiesName, labelsName]);
    expect(answers.map(({ shape }) => shape)).toEqual([[3, 3], [3]]);
    const { data } = answers[0]!;
    for (let at = 0; at < 9; at++) expect(data[at]).toBeCloseTo(probabilities[at]!, 6);
  });

  test('answers are of the signature, whatever is asked for', async () => {
    const { tensors } = model;
    expect(tensors.inputs).toMatchObject([{ name: input.name, datatype: 'FP64', shape: [-1, 4] }]);
    for (const answer of await model.infer(inputs, { outputs: null })) {
      const stated = tensors.outputs.find(({ name }) => name === answer.name)!;
      expect(answer.datatype).toBe(stated.datatype);
      expect(answer.shape).toHaveLength(stated.shape.length);
    }
  });

  test('one row and many, at once, each with its own answer', async () => {
    const data = input.data as Float64Array;
    const calls = Array.from({ length: 20 }, async (_one, at) => {
      const row = at % 3;
      const rows = at % 2 === 0 ? 1 : 50;
      const values = Float64Array.from({ length: rows * 4 }, (_value, index) => data[row * 4 + (index % 4)]!);
      const one = makeTensor(input.name, 'FP64', [rows, 4], values);
      const [answer] = await model.infer([one], { outputs: [probabilitiesName] });
      expect(answer!.shape).toEqual([rows, 3]);
      for (let index = 0; index < rows * 3; index++) {
        expect(answer!.data[index]).toBeCloseTo(probabilities[row * 3 + (index % 3)]!, 6);
      }
    });
    await Promise.all(calls);
  });

  test('does not change what it was given', async () => {
    const before = Float64Array.from(input.data as Float64Array);
    await model.infer(inputs, { outputs: null });
    expect(input.data).toEqual(before);
  });

  const invalid = (path: RegExp): object =>
    expect.objectContaining({ code: 'INPUT_INVALID', path: expect.stringMatching(path) });

  test('refuses inputs that it does not have, that are missing or given twice', async () => {
    const other = makeTensor('other', 'FP64', [3, 4], input.data as Float64Array);
    expect(await refusal([...inputs, other])).toEqual(invalid(/^inputs\[1\]\.name$/));
    expect(await refusal([])).toEqual(invalid(/^inputs$/));
    expect(await refusal([input, input])).toEqual(invalid(/^inputs\[1\]\.name$/));
  });

  test('refuses another type and another shape', async () => {
    const words = makeTensor(input.name, 'BYTES', [3, 4], new Array(12).fill('1'));
    expect(await refusal([words])).toEqual(invalid(/^inputs\[0\]\.datatype$/));
    const wide = makeTensor(input.name, 'FP64', [2, 6], input.data as Float64Array);
    expect(await refusal([wide])).toEqual(invalid(/^inputs\[0\]\.shape$/));
  });

  test('refuses outputs that it does not have', async () => {
    expect(await refusal(inputs, ['none'])).toEqual(invalid(/^outputs\[0\]/));
  });
});

describe.each([
  ['REST', overRest],
  ['gRPC', overGrpc],
])('every datatype travels both ways over %s', (_, open) => {
  test.each(['every-type', 'two-by-two', 'float16'])('%s', async (name) => {
    const model = await open(name);
    for (const { inputs, outputs } of onnxCases(name)) {
      const answers = await model.infer(inputs, { outputs: outputs.map((output) => output.name) });
      for (const [at, { datatype, shape, data }] of outputs.entries()) {
        const answer = answers[at]!;
        expect(answer).toMatchObject({ datatype, shape });
        const values = [...answer.data].map((value) =>
          value instanceof Uint8Array && datatype === 'BYTES' ? Buffer.from(value).toString() : value,
        );
        expect(values).toEqual([...data]);
      }
    }
    model.close?.();
  });
});

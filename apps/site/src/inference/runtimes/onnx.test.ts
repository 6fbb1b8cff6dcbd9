import { spawnSync } from 'node:child_process';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ONNX_MODELS, onnxCases, onnxPath, readOnnxBytes } from '../../../fixtures/onnx-cases.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import type { RuntimeModel } from '../runtime-model.ts';
import { makeTensor, type Tensor } from '../tensor.ts';
import { readOnnxModel } from './onnx.ts';

function open(name: string): Promise<RuntimeModel> {
  return readOnnxModel(readOnnxBytes(name));
}

function expectEqual(actual: readonly Tensor[], expected: readonly Tensor[]): void {
  expect(actual.map(({ name, datatype, shape }) => ({ name, datatype, shape }))).toEqual(
    expected.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
  );
  for (const [at, { name, datatype, data }] of expected.entries()) {
    const values = [...actual[at]!.data];
    if (!['FP16', 'FP32', 'FP64'].includes(datatype)) expect(values, name).toEqual([...data]);
    else {
      // The same library of the same version: what is left is the order of additions on another processor.
      for (const [index, value] of [...(data as Float64Array)].entries()) {
        if (Number.isFinite(value)) {
          const tolerance = Math.abs(value) * (datatype === 'FP64' ? 1e-12 : 1e-6);
          expect(Math.abs((values[index] as number) - value)).toBeLessThanOrEqual(tolerance);
        } else expect(values[index]).toBe(value);
      }
    }
  }
}

describe('answers what ONNX Runtime answered in Python', () => {
  test.each(ONNX_MODELS)('%s', async (name) => {
    const model = await open(name);
    const cases = onnxCases(name);
    expect(cases.length).toBeGreaterThan(0);
    for (const { inputs, outputs } of cases) {
      const names = outputs.map((output) => output.name);
      expectEqual(await model.infer(inputs, { outputs: names }), outputs);
    }
    model.close?.();
  });
});

test('reads its signature from the graph, open sizes as -1', async () => {
  const { tensors, signature, writtenBy, className } = await open('two-by-two');
  expect(tensors.inputs).toEqual([
    { name: 'a', datatype: 'INT64', shape: [-1, -1] },
    { name: 'b', datatype: 'INT64', shape: [-1, -1] },
  ]);
  expect(tensors.outputs.map(({ name, datatype }) => `${name} ${datatype}`)).toEqual([
    'sum INT64',
    'both INT64',
    'larger BOOL',
  ]);
  expect(signature.methods).toEqual({});
  expect(className).toBe('ONNX graph');
  expect(writtenBy).toBe('record_onnx');
  expect((await open('linear-f32')).writtenBy).toBe('skl2onnx 1.20.0');
});

test('gives the outputs that are asked for, in that order', async () => {
  const model = await open('two-by-two');
  const [{ inputs } = { inputs: [] }] = onnxCases('two-by-two');
  const answers = await model.infer(inputs, { outputs: ['larger', 'sum'] });
  expect(answers.map(({ name }) => name)).toEqual(['larger', 'sum']);
  const all = await model.infer(inputs, { outputs: null });
  expect(all.map(({ name }) => name)).toEqual(['sum', 'both', 'larger']);
});

test('a ZipMap is taken out: its output is the matrix of probabilities', async () => {
  const [zipped, plain] = [await open('zip-map'), await open('logistic-f32')];
  expect(zipped.tensors.outputs[1]).toEqual({ name: 'output_probability', datatype: 'FP32', shape: [-1, 3] });
  const X = { data: new Float64Array([0.5, -1, 2, 0.25, 1, 2, 3, 4]), rows: 2, columns: 4 };
  for (const method of ['predict', 'predict_proba'] as const) {
    expect(zipped.run(method, X)).toEqual(plain.run(method, X));
  }
});

describe('rows and methods', () => {
  test('labels are strings or integers, numbers are those of the tensor', async () => {
    const model = await open('forest-f64');
    expect(Object.keys(model.signature.methods)).toEqual(['predict', 'predict_proba']);
    expect(model.rowShapeOf('predict')).toMatchObject({ rows: 'numbers', columns: 4 });
    const [{ inputs, outputs } = { inputs: [], outputs: [] }] = onnxCases('forest-f64');
    const X = { data: inputs[0]!.data as Float64Array, rows: 3, columns: 4 };
    expect(model.run('predict', X)).toEqual({ kind: 'labels', values: [...outputs[0]!.data], shape: [3] });
    expect(model.run('predict_proba', X)).toMatchObject({ kind: 'numbers', shape: [3, 3], integer: false });
  });

  test('a model of several inputs, or of strings, has no methods', async () => {
    for (const name of ['two-by-two', 'string-columns', 'label-encoder', 'scalar', 'every-type']) {
      expect((await open(name)).signature.methods, name).toEqual({});
    }
  });
});

describe('refuses before anything is run', () => {
  const X = makeTensor('X', 'FP32', [1, 4], new Float32Array(4));
  const refused: [string, Tensor[], string, RegExp][] = [
    [
      'an input it does not have',
      [X, makeTensor('Y', 'FP32', [1], new Float32Array(1))],
      'inputs[1].name',
      /no input "Y"/,
    ],
    ['a missing input', [], 'inputs', /The input "X" is missing/],
    ['another type', [makeTensor('X', 'FP64', [1, 4], new Float64Array(4))], 'inputs[0].datatype', /is FP64/],
    ['another shape', [makeTensor('X', 'FP32', [1, 5], new Float32Array(5))], 'inputs[0].shape', /\[1,5\]/],
    ['another rank', [makeTensor('X', 'FP32', [4], new Float32Array(4))], 'inputs[0].shape', /\[4\]/],
  ];
  test.each(refused)('%s', async (_, inputs, path, message) => {
    const model = await open('linear-f32');
    expect(() => model.infer(inputs, { outputs: null })).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', path, message: expect.stringMatching(message) }),
    );
  });

  test('an output it does not have', async () => {
    const model = await open('linear-f32');
    expect(() => model.infer([X], { outputs: ['other'] })).toThrow('There is no output "other"');
  });
});

test('what only the graph can refuse is the caller’s input too', async () => {
  const model = await open('two-by-two');
  const a = makeTensor('a', 'INT64', [1, 2], new BigInt64Array(2));
  const b = makeTensor('b', 'INT64', [1, 3], new BigInt64Array(3));
  expect(() => model.infer([a, b], { outputs: null })).toThrow(
    expect.objectContaining({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('refuses these values'),
    }),
  );
  const words = await open('label-encoder');
  const broken = makeTensor('word', 'BYTES', [1], [new Uint8Array([0xff])]);
  expect(() => words.infer([broken], { outputs: null })).toThrow('Element 0 of a string input is no UTF-8');
});

test('nothing is sent, looked up or written by the library: no socket, no thread, no file', () => {
  const home = temporaryFolder();
  const script = `
    import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
    import { readOnnxModel } from ${JSON.stringify(new URL('./onnx.ts', import.meta.url).href)};
    const threads = () => readdirSync('/proc/self/task').length;
    const before = threads();
    const model = await readOnnxModel(new Uint8Array(readFileSync(${JSON.stringify(onnxPath('linear-f64'))})));
    model.run('predict', { data: new Float64Array(4), rows: 1, columns: 4 });
    await new Promise((done) => setTimeout(done, 500));
    const open = readdirSync('/proc/self/fd').map((fd) => {
      try { return readlinkSync('/proc/self/fd/' + fd); } catch { return ''; }
    });
    const sockets = open.filter((target) => target.startsWith('socket:')).length;
    console.log(JSON.stringify({ threads: threads() - before, sockets }));
  `;
  const environment = {
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: home,
    XDG_CACHE_HOME: join(home, 'cache'),
  };
  // A file, since the pipes of a child process are sockets.
  const answer = join(temporaryFolder(), 'answer');
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: environment,
    stdio: ['ignore', openSync(answer, 'w'), openSync(`${answer}.errors`, 'w')],
  });
  expect(status).toBe(0);
  expect(JSON.parse(readFileSync(answer, 'utf8'))).toEqual({ threads: 0, sockets: 0 });
  expect(readdirSync(home)).toEqual([]);
});

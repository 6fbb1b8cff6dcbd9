import type { ModelInfo } from '@chamfer/contracts';
import { expect, test } from 'vitest';
import { greetingLines } from './greeting.ts';

function modelOf(name: string, columns: number, isDefault: boolean): ModelInfo {
  const signature = {
    input: { name: 'inputs', datatype: 'FP64', shape: [-1, columns] },
    methods: {},
    defaultMethod: 'predict',
  } as const;
  const plain = {
    version: '1',
    description: '',
    runtime: 'sklearn',
    className: 'Ridge',
    sha256: '',
    sizeBytes: 1,
  };
  return {
    ...plain,
    name,
    isDefault,
    signature: { ...signature, input: { ...signature.input, shape: [-1, columns] } },
  };
}

test('says what to open, what is missing, and a call that works as it stands', () => {
  const text = greetingLines({
    version: '0.1.0',
    url: 'http://127.0.0.1:8000',
    grpcAddress: '127.0.0.1:8001',
    data: '/d',
    models: [modelOf('wide', 1766, false), modelOf('mine', 2, true)],
    health: [
      { name: 'models', ready: true, detail: 'wide 1, mine 1' },
      { name: 'recommendations', ready: false, detail: 'There is no model "geometry-encoder".' },
    ],
  }).join('\n');
  expect(text).toContain('  page             http://127.0.0.1:8000\n');
  expect(text).toContain('  gRPC             127.0.0.1:8001\n');
  expect(text).toContain('  recommendations  NOT READY: There is no model');
  expect(text).toContain('  default model    mine\n');
  expect(text).toContain(`-d '{"inputs":[[0,0]]}' http://127.0.0.1:8000/predict`);
});

test('leaves out a call that would fill the screen', () => {
  const wide = modelOf('wide', 1766, true);
  const text = greetingLines({
    version: '',
    url: '',
    grpcAddress: null,
    data: '',
    models: [wide],
    health: [],
  }).join('\n');
  expect(text).not.toContain('/predict');
});

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ONNX_MODELS, onnxPath, readOnnxBytes } from '../../../fixtures/onnx-cases.ts';
import { FIXTURES, probe } from '../../../fixtures/small-site.ts';
import { createProbe } from './probe-onnx.ts';

const entry = new URL('./onnx-probe.ts', import.meta.url);

function hostile(name: string): string {
  return join(FIXTURES, 'onnx', 'hostile', `${name}.onnx`);
}

test('a file that opens is named by its digest', async () => {
  for (const name of ['every-type', 'string-columns', 'zip-map']) {
    expect(ONNX_MODELS).toContain(name);
    const sha256 = createHash('sha256').update(readOnnxBytes(name)).digest('hex');
    expect(await probe(onnxPath(name), 1000)).toEqual({ sha256, refused: null });
  }
});

test('a file that is refused says why', async () => {
  const pickle = join(FIXTURES, 'pickles', 'scaled-logistic.pkl');
  await expect(probe(pickle, 1000)).rejects.toMatchObject({
    code: 'MODEL_BROKEN',
    message: expect.stringContaining('damaged, or no ONNX file'),
  });
});

test('one that never ends, takes all memory or crashes does so elsewhere', async () => {
  const quick = createProbe({ entry, timeMsMax: 1500 });
  await expect(quick(hostile('endless'), 1000)).rejects.toThrow('opening it took more than 1.5 s');
  const { length } = readFileSync(hostile('huge'));
  const small = createProbe({ entry, memoryBytesMin: 400 * 2 ** 20 });
  await expect(small(hostile('huge'), length)).rejects.toMatchObject({
    code: 'MODEL_BROKEN',
    message: expect.stringMatching(/opening it took more than 400 MiB|crashed/),
  });
  const crashing = createProbe({ entry: new URL('../../../fixtures/crashing-probe.ts', import.meta.url) });
  await expect(crashing(onnxPath('linear-f32'), 1000)).rejects.toMatchObject({
    code: 'MODEL_BROKEN',
    message: 'The ONNX file cannot be used: ONNX Runtime crashed when it opened it (SIGSEGV).',
  });
});

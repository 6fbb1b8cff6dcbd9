import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { onnxPath, readOnnxBytes } from '../../fixtures/onnx-cases.ts';
import { FIXTURES, probe } from '../../fixtures/small-site.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { singleFile } from './model-files.ts';
import { healthOf, loadModels, type ModelRegistry } from './model-registry.ts';

function copyModels(): string {
  const folder = temporaryFolder();
  cpSync(join(FIXTURES, 'models'), folder, { recursive: true });
  return folder;
}

function load(folder: string, files: readonly string[] = []): Promise<ModelRegistry> {
  return loadModels({ folder, files: files.map(singleFile), standard: 'part-classifier', probe });
}

function edit(path: string, from: string | RegExp, to: string): void {
  const text = readFileSync(path, 'utf8');
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  writeFileSync(path, edited);
}

const PICKLE = join(FIXTURES, 'pickles', 'scaled-logistic.pkl');

test('serves the shipped models, and bare files beside them with the first as default', async () => {
  const shipped = await load(copyModels());
  expect(shipped.table.find().info.name).toBe('part-classifier');
  const { table } = await load(copyModels(), [PICKLE]);
  expect(table.models.map((model) => model.info.name)).toEqual([
    'geometry-encoder',
    'part-classifier',
    'scaled-logistic',
  ]);
  const { info } = table.find();
  expect(info).toMatchObject({
    name: 'scaled-logistic',
    className: 'Pipeline',
    description: 'Pipeline, written by scikit-learn 1.9.1',
    isDefault: true,
    signature: { defaultMethod: 'predict', classes: ['high', 'low', 'middle'] },
  });
  expect(info.version).toBe(info.sha256.slice(0, 12));
});

describe('a broken version is named with its reason, and the others are served', () => {
  const manifest = 'manifest.json';
  const golden = 'golden.json';
  const broken: [string, string, string | RegExp, string, RegExp][] = [
    ['a changed artifact', 'model.pkl', /^./, 'x', /is not the file of its manifest/],
    ['a manifest that is no JSON', manifest, '{', '[', /manifest\.json is not JSON/],
    ['a missing field', manifest, /"sha256": "\w+"/, '"other": 1', /artifact\.sha256 should be a string/],
    ['the manifest of another', manifest, '"part-classifier"', '"other"', /holds the manifest of other 1/],
    ['a path for a file name', manifest, '"model.pkl"', '"../model.pkl"', /artifact\.file should match/],
    ['another width', manifest, /-1,\s*\d{3,}/, '-1, 3', /says rows of 3 values/],
    ['a method that it has not', manifest, '"predict_proba"', '"score_samples"', /has not: score_samples/],
    [
      'another answer',
      golden,
      /("output": \[\[)[\d.]+/,
      '$10.123',
      /case 1 \(predict_proba\) at output\[0\]\[0\]/,
    ],
    ['a case that it refuses', golden, /"input": \[\[.*?\]\]/, '"input": [[1]]', /inputs\[0\] has 1 value/],
    ['no cases', golden, /"cases": \[.*\]/s, '"cases": []', /no golden cases/],
  ];
  test.each(broken)('%s', async (_, file, from, to, reason) => {
    const folder = copyModels();
    edit(join(folder, 'part-classifier', '1', file), from, to);
    const registry = await load(folder);
    expect(registry.table.models.map((model) => model.info.name)).toEqual(['geometry-encoder']);
    expect(registry.broken).toEqual([
      { name: 'part-classifier', version: '1', reason: expect.stringMatching(reason) },
    ]);
    expect(healthOf(registry)).toMatchObject({ ready: true, detail: expect.stringMatching(reason) });
  });
});

test('serves an ONNX file as it serves a pickle, and refuses a broken one', async () => {
  const { table } = await load(copyModels(), [onnxPath('forest-f64')]);
  expect(table.find().info).toMatchObject({
    name: 'forest-f64',
    runtime: 'onnx',
    description: 'ONNX graph, written by skl2onnx 1.20.0',
    signature: { input: { name: 'X', datatype: 'FP64', shape: [-1, 4] }, defaultMethod: 'predict' },
  });
  const broken = join(temporaryFolder(), 'broken.onnx');
  writeFileSync(broken, readOnnxBytes('forest-f64').subarray(0, 400));
  await expect(load(copyModels(), [broken])).rejects.toMatchObject({
    code: 'MODEL_BROKEN',
    message: expect.stringMatching(/^Cannot serve .*broken\.onnx: The ONNX file cannot be used: /),
  });
});

test('an older version stands in for a broken newer one', async () => {
  const folder = copyModels();
  cpSync(join(folder, 'part-classifier', '1'), join(folder, 'part-classifier', '10'), { recursive: true });
  const { table, broken } = await load(folder);
  expect(table.find('part-classifier').info.version).toBe('1');
  expect(broken).toMatchObject([{ name: 'part-classifier', version: '10' }]);
});

test('a bare file under the name of another model is refused, and one that cannot be served too', async () => {
  const folder = copyModels();
  const twin = join(folder, 'Part Classifier.pkl');
  cpSync(PICKLE, twin);
  await expect(load(folder, [twin])).rejects.toMatchObject({
    code: 'SETTING_INVALID',
    message: expect.stringContaining('that is the name of a model of the repository. Rename the file.'),
  });
  await expect(load(folder, [PICKLE, PICKLE])).rejects.toMatchObject({ code: 'SETTING_INVALID' });
  await expect(load(folder, [join(FIXTURES, 'pickles', 'unsupported.pkl')])).rejects.toMatchObject({
    message: expect.stringMatching(/^Cannot serve .*unsupported\.pkl: /),
  });
});

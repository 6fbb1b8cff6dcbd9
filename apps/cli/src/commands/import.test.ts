import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { repositoryRoot } from '../../../../scripts/pinned-node.mjs';
import { importModel } from './import.ts';

const PARITY = join(import.meta.dirname, '../../fixtures/parity');
const MODEL = join(PARITY, 'model.pkl');
const CHAINS = join(repositoryRoot, 'packages/sklearn/fixtures/chains');
const ONNX = join(repositoryRoot, 'apps/site/fixtures/onnx/forest-f64.onnx');
const UNSUPPORTED = join(
  repositoryRoot,
  'packages/sklearn/fixtures/estimators/1.9.1/unsupported-several/model.pkl',
);

let folder = '';
let models = '';
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'));
});
beforeEach(() => {
  models = join(folder, `models-${++count}`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly error: string;
}

async function run(path: string, options: Partial<Parameters<typeof importModel>[1]> = {}): Promise<Outcome> {
  const printed = { output: '', error: '' };
  const collect = (to: 'output' | 'error') => (text: unknown) => {
    printed[to] += String(text);
    return true;
  };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation(collect('output'));
  const error = vi.spyOn(process.stderr, 'write').mockImplementation(collect('error'));
  try {
    return {
      code: await importModel(path, { models, rtol: 1e-9, members: [], next: [], ...options }),
      ...printed,
    };
  } finally {
    out.mockRestore();
    error.mockRestore();
  }
}

describe('chamfer import', () => {
  test('a pickle with its cases: a version with manifest and golden cases, then the next', async () => {
    const cases = join(PARITY, 'cases.json');
    const { code, output } = await run(MODEL, { name: 'wear', cases, licence: 'MIT' });
    expect([code, output]).toEqual([0, expect.stringMatching(/^wear 1: Pipeline, 4 golden cases/)]);
    const manifest = JSON.parse(readFileSync(join(models, 'wear/1/manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      name: 'wear',
      version: '1',
      description: 'Pipeline, written by scikit-learn 1.9.1',
      artifact: { file: 'model.pkl', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      licence: 'MIT',
    });
    const golden = JSON.parse(readFileSync(join(models, 'wear/1/golden.json'), 'utf8'));
    expect(golden.cases).toEqual(
      JSON.parse(readFileSync(cases, 'utf8')).cases.map(
        ({ method, input, output }: Record<string, unknown>) => ({
          method,
          input,
          output,
        }),
      ),
    );
    expect((await run(MODEL, { name: 'wear' })).output).toMatch(/^wear 2: Pipeline, without golden cases/);
    expect(readdirSync(join(models, 'wear')).sort()).toEqual(['1', '2']);
    expect(readdirSync(join(models, 'wear/2'))).toEqual(['model.pkl']);
  });

  test('files that follow each other are one version', async () => {
    const { text } = JSON.parse(readFileSync(join(CHAINS, 'cases.json'), 'utf8'));
    const cases = join(folder, 'chain-cases.json');
    writeFileSync(cases, JSON.stringify({ cases: [{ method: 'predict_proba', ...text }] }));
    const next = [{ path: join(CHAINS, 'text-model.pkl'), members: [] }];
    const { code } = await run(join(CHAINS, 'vectorizer.pkl'), { name: 'texts', cases, next });
    expect(code).toBe(0);
    const manifest = JSON.parse(readFileSync(join(models, 'texts/1/manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      artifact: { file: 'vectorizer.pkl' },
      chain: [{ file: 'text-model.pkl' }],
      licence: 'NOASSERTION',
    });
  });

  test('an ONNX file, and folders of MLflow and Triton, are copied as they are', async () => {
    expect((await run(ONNX, { json: true })).output).toContain('"name": "forest-f64"');
    expect(readFileSync(join(models, 'forest-f64/1/model.onnx'))).toEqual(readFileSync(ONNX));
    const mlflow = join(folder, 'mlflow');
    mkdirSync(mlflow, { recursive: true });
    writeFileSync(join(mlflow, 'MLmodel'), 'flavors:\n  onnx:\n    data: model.onnx\n');
    symlinkSync(ONNX, join(mlflow, 'model.onnx'));
    expect((await run(mlflow, { version: 'a' })).output).toMatch(/^mlflow a: a model that MLflow saved/);
    expect(readFileSync(join(models, 'mlflow/a/model.onnx'))).toEqual(readFileSync(ONNX));
    const triton = join(folder, 'triton');
    mkdirSync(join(triton, '3'), { recursive: true });
    writeFileSync(join(triton, 'config.pbtxt'), 'backend: "onnxruntime"\n');
    expect((await run(triton)).output).toMatch(/^triton: a model made for Triton/);
    expect(readdirSync(join(models, 'triton')).sort()).toEqual(['3', 'config.pbtxt']);
    expect((await run(triton)).error).toContain('is there already');
  });

  test('what is refused leaves the repository as it was', async () => {
    const wrong = join(folder, 'wrong-cases.json');
    writeFileSync(wrong, JSON.stringify({ cases: [{ method: 'predict', input: [[1]], output: [1] }] }));
    await run(MODEL, { name: 'wear' });
    const refusals: [string, Partial<Parameters<typeof importModel>[1]>, RegExp][] = [
      [MODEL, { name: 'wear', version: '1' }, /is there already, and versions never change/],
      [MODEL, { name: 'Wear' }, /say another with --name/],
      [MODEL, { name: 'wear', version: '../3' }, /say another with --version/],
      [MODEL, { name: 'wear', cases: wrong }, /REFUSED$/m],
      [MODEL, { name: 'wear', members: ['scaler'] }, /give --cases/],
      [UNSUPPORTED, { name: 'wear' }, /cannot be served: .+; .+; /],
      [ONNX, { name: 'wear', cases: wrong }, /not with an ONNX file/],
      [folder, { name: 'wear' }, /neither an MLmodel/],
      [join(folder, 'absent.pkl'), { name: 'wear' }, /ENOENT/],
    ];
    for (const [path, options, words] of refusals) {
      const { code, error } = await run(path, options);
      expect([code, error]).toEqual([2, expect.stringMatching(words)]);
      expect(readdirSync(join(models, 'wear'))).toEqual(['1']);
    }
  });
});

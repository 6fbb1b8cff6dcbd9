import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { onnxPath } from '../../../fixtures/onnx-cases.ts';
import { FIXTURES, probe, startSmallSite } from '../../../fixtures/small-site.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { singleFile } from '../model-files.ts';
import { loadModels, type ModelControl, type ModelRegistry } from '../model-registry.ts';
import { makeTensor } from '../tensor.ts';

const MODEL = 'part-classifier';

/** A repository of one model with the given versions, all of them good. */
function repository(...versions: readonly string[]): string {
  const root = temporaryFolder();
  for (const version of versions) addVersion(root, version);
  return root;
}

function addVersion(root: string, version: string): string {
  const folder = join(root, MODEL, version);
  cpSync(join(FIXTURES, 'models', MODEL, '1'), folder, { recursive: true });
  const path = join(folder, 'manifest.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"version": "1"', `"version": "${version}"`));
  return folder;
}

function breakVersion(root: string, version: string): void {
  writeFileSync(join(root, MODEL, version, 'model.pkl'), 'no pickle');
}

function label(root: string, labels: Record<string, string>): void {
  writeFileSync(join(root, MODEL, 'labels.json'), JSON.stringify(labels));
}

function open(
  folder: string,
  control: ModelControl = 'explicit',
  files: string[] = [],
): Promise<ModelRegistry> {
  return loadModels({ folder, files: files.map(singleFile), standard: MODEL, probe, control });
}

function served({ table }: ModelRegistry): string[] {
  return table.models.map(({ info }) => [info.version, ...(info.labels ?? [])].join(' '));
}

describe('which versions are served', () => {
  test('the newest, the version labelled stable, and the canary beside it', async () => {
    const root = repository('1', '2', '3');
    const registry = await open(root);
    expect(served(registry)).toEqual(['3']);
    label(root, { stable: '2', canary: '3' });
    await registry.load(MODEL);
    expect(served(registry)).toEqual(['2 stable', '3 canary']);
    expect(registry.table.find().info.version).toBe('2');
    expect(registry.table.find(MODEL, 'canary').info.version).toBe('3');
    expect(registry.table.find(MODEL, '3').info.version).toBe('3');
    expect(() => registry.table.find(MODEL, '1')).toThrow('loaded: 2 = stable, 3 = canary');
  });

  test('labels that are broken leave everything as it was', async () => {
    const root = repository('1', '2');
    label(root, { stable: '1' });
    const registry = await open(root);
    label(root, { stable: '7' });
    await expect(registry.load(MODEL)).rejects.toThrow('stable names a version that is not there');
    expect(served(registry)).toEqual(['1 stable']);
    label(root, { beta: '1' });
    await expect(registry.load(MODEL)).rejects.toThrow('beta is no label');
    expect(served(registry)).toEqual(['1 stable']);
  });

  test('a broken stable or canary never takes a good version down', async () => {
    const root = repository('1', '2', '3');
    for (const version of ['2', '3']) breakVersion(root, version);
    label(root, { stable: '2', canary: '3' });
    const registry = await open(root);
    expect(served(registry)).toEqual(['1']);
    expect(registry.broken.map(({ version }) => version).sort()).toEqual(['2', '3']);
  });
});

describe('on demand', () => {
  test('a new version takes over; its predecessor answers until then and where it is broken', async () => {
    const root = repository('1');
    const registry = await open(root);
    const first = registry.table.find();
    addVersion(root, '2');
    breakVersion(root, '2');
    await expect(registry.load(MODEL)).rejects.toMatchObject({ code: 'MODEL_BROKEN' });
    expect(served(registry)).toEqual(['1']);
    addVersion(root, '3');
    const loading = registry.load(MODEL);
    expect(registry.table.find().info.version).toBe('1');
    await loading;
    expect(served(registry)).toEqual(['3']);
    // Whoever still holds the first can work with it.
    const X = {
      data: new Float64Array(first.descriptor!.length),
      rows: 1,
      columns: first.descriptor!.length,
    };
    expect(first.runtime.run('predict', X)).toMatchObject({ kind: 'labels' });
  });

  test('a version that was changed is refused: it stays what it was', async () => {
    const root = repository('1');
    const registry = await open(root);
    breakVersion(root, '1');
    await expect(registry.load(MODEL)).rejects.toThrow('is not the file of its manifest');
    expect(served(registry)).toEqual(['1']);
    const manifest = join(root, 'codes', '1');
    mkdirSync(manifest, { recursive: true });
    copyFileSync(onnxPath('label-encoder'), join(manifest, 'model.onnx'));
    await registry.load('codes');
    copyFileSync(onnxPath('scalar'), join(manifest, 'model.onnx'));
    await expect(registry.load('codes')).rejects.toThrow('versions never change: make it the next version');
  });

  test('a model can be taken away and loaded again; one that is not there is named', async () => {
    const root = repository('1');
    const registry = await open(root);
    await registry.unload(MODEL);
    expect(served(registry)).toEqual([]);
    await expect(registry.unload(MODEL)).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
    await registry.load(MODEL);
    expect(served(registry)).toEqual(['1']);
    await expect(registry.load('../models')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  });

  test('only where the operator said so', async () => {
    for (const control of ['none', 'poll'] as const) {
      const registry = await open(repository('1'), control);
      await expect(registry.load(MODEL)).rejects.toMatchObject({ code: 'MODEL_CONTROL_OFF' });
      await expect(registry.unload(MODEL)).rejects.toMatchObject({ code: 'MODEL_CONTROL_OFF' });
    }
  });

  test('a bare file is read again, and stays what it was where it is broken', async () => {
    const file = join(temporaryFolder(), 'codes.onnx');
    copyFileSync(onnxPath('label-encoder'), file);
    const registry = await open(repository('1'), 'explicit', [file]);
    const { version } = registry.table.find().info;
    writeFileSync(file, 'broken');
    await expect(registry.load('codes')).rejects.toMatchObject({ code: 'MODEL_BROKEN' });
    expect(registry.table.find().info.version).toBe(version);
    copyFileSync(onnxPath('forest-f32'), file);
    await registry.load('codes');
    expect(registry.table.find().info.version).not.toBe(version);
    expect(registry.broken).toEqual([]);
  });
});

describe('by polling', () => {
  test('takes up new versions and labels, reports broken ones once, lets go of removed models', async () => {
    const root = repository('1');
    const registry = await open(root, 'poll');
    let changes = 0;
    registry.onChange(() => {
      changes += 1;
    });
    await registry.refresh();
    expect(changes).toBe(0);
    addVersion(root, '2');
    await registry.refresh();
    expect([changes, ...served(registry)]).toEqual([1, '2']);
    addVersion(root, '3');
    breakVersion(root, '3');
    await registry.refresh();
    expect(served(registry)).toEqual(['2']);
    expect(registry.broken).toMatchObject([{ version: '3' }]);
    label(root, { stable: '1' });
    await registry.refresh();
    expect(served(registry)).toEqual(['1 stable']);
    rmSync(join(root, MODEL), { recursive: true });
    await registry.refresh();
    expect(served(registry)).toEqual([]);
  });

  test('again and again, until it is closed', async () => {
    const root = repository('1');
    const registry = await open(root, 'poll');
    registry.watch(20);
    addVersion(root, '2');
    await expect.poll(() => served(registry), { timeout: 15_000 }).toEqual(['2']);
    await registry.close();
    addVersion(root, '3');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(served(registry)).toEqual(['2']);
  });

  test('a half-written version is left alone until its manifest is there, which comes last', async () => {
    const root = repository('1');
    const registry = await open(root, 'poll');
    const folder = addVersion(root, '2');
    renameSync(join(folder, 'manifest.json'), join(root, 'later'));
    renameSync(join(folder, 'model.pkl'), join(root, 'model'));
    await registry.refresh();
    expect(served(registry)).toEqual(['1']);
    expect(registry.broken).toEqual([{ name: MODEL, version: '2', reason: 'it is not complete yet' }]);
    renameSync(join(root, 'model'), join(folder, 'model.pkl'));
    renameSync(join(root, 'later'), join(folder, 'manifest.json'));
    await registry.refresh();
    expect(served(registry)).toEqual(['2']);
    expect(registry.broken).toEqual([]);
  });

  test('folders that begin with a dot are not looked at', async () => {
    const root = repository('1');
    cpSync(join(root, MODEL, '1'), join(root, MODEL, '.2.partial'), { recursive: true });
    const registry = await open(root, 'poll');
    expect(served(registry)).toEqual(['1']);
    expect(registry.broken).toEqual([]);
  });
});

test('a model on another server is served once that is there, whoever is in control, and its calls go there', async () => {
  const pickle = join(FIXTURES, 'pickles', 'scaled-logistic.pkl');
  const start = (port: string) => startSmallSite({ args: ['--model', pickle, '--port', port] });
  const first = await start('0');
  await first.close();
  const root = temporaryFolder();
  const folder = join(root, 'elsewhere', '1');
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name: 'elsewhere',
    version: '1',
    description: 'On another site.',
    runtime: 'remote',
    remote: { url: first.url, model: 'scaled-logistic', timeoutMs: 5000 },
    licence: 'Apache-2.0',
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  addVersion(root, '1');
  const registry = await open(root, 'none');
  let changes = 0;
  registry.onChange(() => changes++);
  registry.watch(20);
  expect(registry.broken).toMatchObject([
    { reason: expect.stringContaining('cannot be asked: ECONNREFUSED') },
  ]);
  // Nobody is in control: what else has changed meanwhile stays as it was.
  addVersion(root, '2');
  const second = await start(new URL(first.url).port);
  await expect.poll(() => registry.broken, { timeout: 15_000 }).toEqual([]);
  expect(served(registry)).toEqual(['1', '1']);
  expect(changes).toBe(1);
  const { runtime, info } = registry.table.find('elsewhere');
  expect(info).toMatchObject({ runtime: 'remote', sizeBytes: JSON.stringify(manifest).length });
  const row = makeTensor('inputs', 'FP64', [1, 4], new Float64Array(4));
  expect(await runtime.infer([row], { outputs: ['predict'] })).toMatchObject([
    { name: 'predict', shape: [1] },
  ]);
  await registry.close();
  await second.close();
});

test('golden cases over tensors keep a version from being served', async () => {
  const root = temporaryFolder();
  const folder = join(root, 'codes', '1');
  mkdirSync(folder, { recursive: true });
  copyFileSync(onnxPath('label-encoder'), join(folder, 'model.onnx'));
  const write = (code: string): void =>
    writeFileSync(
      join(folder, 'golden.json'),
      JSON.stringify({
        recordedBy: 'this test',
        rtol: 0,
        cases: [],
        tensorCases: [
          {
            inputs: [{ name: 'word', datatype: 'BYTES', shape: [2], data: ['a', 'ß'] }],
            outputs: [{ name: 'code', datatype: 'INT64', shape: [2], data: ['1', code] }],
          },
        ],
      }),
    );
  write('3');
  const registry = await open(root);
  expect(registry.broken).toMatchObject([
    { reason: expect.stringContaining('fails golden case 0 (code) at output[1]: expected "3", got "2"') },
  ]);
  write('2');
  await registry.load('codes');
  expect(served(registry)).toEqual(['1']);
});

describe('a chain', () => {
  const CHAINS = join(import.meta.dirname, '../../../../../packages/sklearn/fixtures/chains');
  const sha256Of = (file: string): string =>
    createHash('sha256')
      .update(readFileSync(join(CHAINS, file)))
      .digest('hex');

  function addChain(root: string, change: (manifest: Record<string, unknown>) => void = () => {}): void {
    const folder = join(root, 'texts', '1');
    mkdirSync(folder, { recursive: true });
    const artifactOf = (file: string) => ({ file, sizeBytes: 1, sha256: sha256Of(file) });
    for (const file of ['vectorizer.pkl', 'text-model.pkl'])
      copyFileSync(join(CHAINS, file), join(folder, file));
    const { input, output } = JSON.parse(readFileSync(join(CHAINS, 'cases.json'), 'utf8')).text;
    const cases = [{ method: 'predict_proba', input, output }];
    writeFileSync(
      join(folder, 'golden.json'),
      JSON.stringify({ recordedBy: 'scikit-learn', rtol: 1e-9, cases }),
    );
    const manifest = {
      name: 'texts',
      version: '1',
      description: '',
      runtime: 'sklearn',
      artifact: artifactOf('vectorizer.pkl'),
      chain: [artifactOf('text-model.pkl')],
      licence: 'Apache-2.0',
    };
    change(manifest);
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  }

  test('is one model, held to the digest of each file and to golden cases through all of them', async () => {
    const root = temporaryFolder();
    addChain(root);
    const registry = await open(root);
    expect(registry.broken).toEqual([]);
    expect(registry.table.find('texts').info).toMatchObject({
      className: 'TfidfVectorizer, LogisticRegression',
      signature: { rows: 'text' },
    });
  });

  test('with another file than its manifest names is broken', async () => {
    const root = temporaryFolder();
    addChain(root, (manifest) => {
      (manifest.chain as { sha256: string }[])[0]!.sha256 = sha256Of('model.pkl');
    });
    expect((await open(root)).broken).toMatchObject([
      { name: 'texts', reason: expect.stringContaining('text-model.pkl is not the file of its manifest') },
    ]);
  });
});

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { onnxCases, onnxPath } from '../../../fixtures/onnx-cases.ts';
import { FIXTURES, probe } from '../../../fixtures/small-site.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { singleFile } from '../model-files.ts';
import { loadModels, type ModelRegistry } from '../model-registry.ts';

function open(folder: string, files: string[] = []): Promise<ModelRegistry> {
  return loadModels({ folder, files: files.map(singleFile), standard: 'none', probe, control: 'explicit' });
}

describe('versions made for something else', () => {
  function add(root: string, path: string, content: string | { readonly copy: string }): void {
    mkdirSync(join(root, path, '..'), { recursive: true });
    if (typeof content === 'string') writeFileSync(join(root, path), content);
    else copyFileSync(content.copy, join(root, path));
  }

  const pickle = { copy: join(FIXTURES, 'pickles', 'scaled-logistic.pkl') };
  const onnx = { copy: onnxPath('two-by-two') };

  test('a bare pickle and a bare ONNX file', async () => {
    const root = temporaryFolder();
    add(root, 'labels/1/model.pkl', pickle);
    add(root, 'sums/1/anything.onnx', onnx);
    add(root, 'both/1/a.onnx', onnx);
    add(root, 'both/1/b.pkl', pickle);
    const registry = await open(root);
    expect(registry.table.models.map(({ info }) => `${info.name} ${info.runtime}`)).toEqual([
      'labels sklearn',
      'sums onnx',
    ]);
    expect(registry.broken).toMatchObject([
      { name: 'both', reason: expect.stringContaining('a.onnx, b.pkl') },
    ]);
  });

  test('a folder that MLflow saved, of either flavour, also by its path', async () => {
    const root = temporaryFolder();
    const sklearn = [
      'artifact_path: model',
      'flavors:',
      '  python_function:',
      '    env: {conda: conda.yaml, virtualenv: python_env.yaml}',
      '    loader_module: mlflow.sklearn',
      '    model_path: model.pkl',
      '  sklearn:',
      '    code: null',
      '    pickled_model: "model.pkl"',
      '    serialization_format: cloudpickle',
      '    sklearn_version: 1.9.1',
      'signature:',
      '  inputs: \'[{"type": "double"}]\'',
      '',
    ].join('\n');
    add(root, 'labels/1/MLmodel', sklearn);
    add(root, 'labels/1/model.pkl', pickle);
    add(root, 'labels/1/conda.yaml', 'channels: []');
    add(root, 'sums/1/MLmodel', 'flavors:\n  onnx:\n    data: model.onnx\n    onnx_version: 1.23.2\n');
    add(root, 'sums/1/model.onnx', onnx);
    add(root, 'skops/1/MLmodel', sklearn.replace('cloudpickle', 'skops'));
    add(root, 'away/1/MLmodel', sklearn.replace('"model.pkl"', '../../labels/1/model.pkl'));
    add(root, 'torch/1/MLmodel', 'flavors:\n  pytorch:\n    model_data: data\n');
    const registry = await open(root, [join(root, 'labels', '1')]);
    expect(registry.table.models.map(({ info }) => `${info.name} ${info.runtime}`)).toEqual([
      'labels sklearn',
      'sums onnx',
      '1 sklearn',
    ]);
    const reasons = registry.broken.map(
      ({ name, reason }) => `${name}: ${reason.replace(/^.*MLmodel: /, '')}`,
    );
    expect(reasons).toEqual([
      'away: "../../labels/1/model.pkl" is no name of a file beside it.',
      'skops: its serialization format is skops; save it with serialization_format="pickle".',
      'torch: it has neither the flavour onnx nor the flavour sklearn.',
    ]);
  });

  test('a model of a Triton repository, with its policy, held to what its configuration states', async () => {
    const root = temporaryFolder();
    const config = [
      '# As Triton has it.',
      'name: "sums"  backend: "onnxruntime"',
      'default_model_filename: "graph.onnx"',
      'version_policy: { latest { num_versions: 2 } }',
      'input [ { name: "a", data_type: TYPE_INT64, dims: [ -1, -1 ] },',
      '        { name: "b" data_type: TYPE_INT64 dims: -1 dims: -1 } ]',
      'output { name: "larger" data_type: TYPE_BOOL dims: [ -1, -1 ] }',
    ].join('\n');
    add(root, 'sums/config.pbtxt', config);
    for (const version of ['1', '2', '10', 'notes']) add(root, `sums/${version}/graph.onnx`, onnx);
    add(root, 'wrong/config.pbtxt', config.replace('TYPE_BOOL', 'TYPE_FP32'));
    add(root, 'wrong/1/graph.onnx', onnx);
    add(root, 'python/config.pbtxt', 'backend: "python"');
    add(root, 'python/1/model.py', '');
    add(root, 'damaged/config.pbtxt', 'input [ { name: "a"\n');
    add(root, 'damaged/1/model.onnx', onnx);
    const registry = await open(root);
    expect(registry.table.models.map(({ info }) => `${info.name} ${info.version}`)).toEqual([
      'sums 10',
      'sums 2',
    ]);
    const [{ inputs, outputs } = { inputs: [], outputs: [] }] = onnxCases('two-by-two');
    const answers = await registry.table.find('sums', '2').runtime.infer(inputs, { outputs: ['sum'] });
    expect(answers[0]!.data).toEqual(outputs[0]!.data);
    const reasons = registry.broken.map(({ name, reason }) => `${name}: ${reason.replace(/^.*pbtxt: /, '')}`);
    expect(reasons).toEqual([
      'damaged: it ends before a }.',
      'python: its backend is python; this site runs onnxruntime.',
      expect.stringMatching(/^wrong: it states larger FP32 \[-1,-1\] under outputs; the model has sum INT64/),
    ]);
  });
});

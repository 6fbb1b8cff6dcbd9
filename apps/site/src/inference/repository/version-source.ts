/**
 * What stands in a version folder: a version of our own with its manifest, a folder that MLflow saved, a version of a
 * Triton model, or a bare model file. Refuses a folder in which it cannot be told which file is the model.
 */
import type { ModelManifest } from '@chamfer/contracts';
import { SiteError } from '../../errors.ts';
import {
  artifactPath,
  readFileNames,
  readVersionJson,
  readVersionText,
  type VersionFolder,
} from '../../storage/model-folder.ts';
import { type RuntimeName, runtimeOfFile } from '../load-model.ts';
import { parseManifest } from '../parse-manifest.ts';
import { MLMODEL_BYTES_MAX, parseMlModel } from './parse-mlmodel.ts';
import type { TritonConfig } from './parse-triton-config.ts';

const MODEL_FILE = /^[A-Za-z0-9_-][A-Za-z0-9._-]*\.(onnx|pkl|pickle|joblib)$/i;

export interface VersionSource {
  /** Of the model file. */
  readonly path: string;
  readonly runtime: RuntimeName;
  /** Null where the version was made for something else: then nothing is known of it but what its file says. */
  readonly manifest: ModelManifest | null;
  readonly hasGolden: boolean;
}

/** Null where nothing can be loaded yet: files arrive in any order, and a manifest last. Throws `MODEL_BROKEN`. */
export async function readVersionSource(
  folder: VersionFolder,
  triton: TritonConfig | null,
): Promise<VersionSource | null> {
  const files = await readFileNames(folder.path);
  const source = (runtime: RuntimeName, file: string, manifest: ModelManifest | null): VersionSource => ({
    path: artifactPath(folder, file),
    runtime,
    manifest,
    hasGolden: files.includes('golden.json'),
  });
  if (files.includes('manifest.json')) {
    const manifest = parseManifest(await readVersionJson(folder, 'manifest.json'));
    if (manifest.name !== folder.name || manifest.version !== folder.version) {
      const what = `${folder.path} holds the manifest of ${manifest.name} ${manifest.version}.`;
      throw new SiteError('MODEL_BROKEN', what);
    }
    // All that a model on another server has here is its manifest.
    return source(manifest.runtime, manifest.artifact?.file ?? 'manifest.json', manifest);
  }
  if (triton !== null) return files.includes(triton.file) ? source('onnx', triton.file, null) : null;
  const mlModel = await readVersionText(artifactPath(folder, 'MLmodel'), MLMODEL_BYTES_MAX);
  if (mlModel !== null) {
    const { runtime, file } = parseMlModel(mlModel, artifactPath(folder, 'MLmodel'));
    return files.includes(file) ? source(runtime, file, null) : null;
  }
  const candidates = files.filter((file) => MODEL_FILE.test(file));
  if (candidates.length > 1) {
    const what = `${folder.path} has neither a manifest nor one model file: it holds ${candidates.join(', ')}.`;
    throw new SiteError('MODEL_BROKEN', what);
  }
  const [file] = candidates;
  return file === undefined ? null : source(runtimeOfFile(file), file, null);
}

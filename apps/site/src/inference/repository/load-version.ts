/**
 * Loads one version: reads its file, holds it to its digest, its signature and its golden cases, and runs it once. A
 * version that comes out of here can be served; anything else is refused with the reason.
 */
import type { DescriptorReference, ModelInfo, ModelManifest } from '@chamfer/contracts';
import { SiteError, toSiteError } from '../../errors.ts';
import {
  artifactPath,
  modelNameOf,
  readFileNames,
  readVersionJson,
  type VersionFolder,
} from '../../storage/model-folder.ts';
import { parseGoldenCases, verifyGoldenCases } from '../golden.ts';
import { type LoadedArtifact, loadArtifact, runtimeOfFile } from '../load-model.ts';
import { isSingleFile, type ModelFile, type ModelFiles } from '../model-files.ts';
import type { ModelReference } from '../model-table.ts';
import type { RuntimeModel } from '../runtime-model.ts';
import type { ProbeModel } from '../runtimes/probe-onnx.ts';
import { warmUp } from '../warm-up.ts';
import { requireStated, type TritonConfig } from './parse-triton-config.ts';
import { readVersionSource, type VersionSource } from './version-source.ts';

export interface ServedModel extends ModelReference {
  readonly runtime: RuntimeModel;
  /** Which descriptor its rows are; null where they are not geometry. */
  readonly descriptor: DescriptorReference | null;
}

/** Null where the folder holds nothing to load yet. Throws `MODEL_BROKEN` and what the runtimes' readers throw. */
export async function loadVersion(
  folder: VersionFolder,
  triton: TritonConfig | null,
  probe: ProbeModel,
): Promise<ServedModel | null> {
  const source = await readVersionSource(folder, triton);
  if (source === null) return null;
  const { manifest, path } = source;
  const files = manifest === null ? undefined : filesOf(folder, manifest);
  // Each file of a chain is held to its own digest.
  const expected =
    manifest?.artifact === undefined || files !== undefined ? {} : { expected: manifest.artifact };
  const loaded = await loadArtifact(path, source.runtime, { ...expected, files, probe });
  try {
    if (manifest !== null) requireSignature(manifest, loaded.runtime, path);
    if (triton !== null) requireStated(triton, loaded.runtime.tensors, `${folder.name}/config.pbtxt`);
    const info = infoOf(folder, source, loaded);
    await verify(folder, source, loaded.runtime, info);
    const chain = files === undefined ? {} : { files };
    return { info, path, ...chain, runtime: loaded.runtime, descriptor: manifest?.descriptor ?? null };
  } catch (error) {
    loaded.runtime.close?.();
    throw error;
  }
}

/** `artifact`, its members, and what follows it by `chain`; undefined for one file by itself. */
function filesOf(
  folder: VersionFolder,
  { runtime, artifact, chain = [] }: ModelManifest,
): ModelFiles | undefined {
  const of = ({ file, sha256, members = [] }: NonNullable<ModelManifest['artifact']>): ModelFile => ({
    path: artifactPath(folder, file),
    members,
    sha256,
  });
  if (artifact === undefined) return undefined;
  const files: ModelFiles = [of(artifact), ...chain.map(of)];
  if (isSingleFile(files)) return undefined;
  if (runtime === 'sklearn') return files;
  const what = `${folder.name} ${folder.version}: members and chains are of scikit-learn's models, not of ${runtime}`;
  throw new SiteError('MODEL_BROKEN', `${what}.`);
}

/** A version of our own has golden cases; what was made for something else, or stands elsewhere, may have none. */
async function verify(
  folder: VersionFolder,
  { manifest, hasGolden }: VersionSource,
  runtime: RuntimeModel,
  info: ModelInfo,
): Promise<void> {
  const needsGolden = manifest !== null && manifest.runtime !== 'remote';
  if (needsGolden || hasGolden) {
    const golden = parseGoldenCases(await readVersionJson(folder, 'golden.json'));
    await verifyGoldenCases(runtime, info, golden);
  }
  await warmUp(runtime);
}

function infoOf(
  { name, version }: VersionFolder,
  { manifest, runtime: runtimeName }: VersionSource,
  { runtime, sha256, sizeBytes }: LoadedArtifact,
): ModelInfo {
  return {
    name,
    version,
    description: manifest?.description ?? describe(runtime),
    runtime: runtimeName,
    className: runtime.className,
    sha256,
    sizeBytes,
    isDefault: false,
    signature: manifest?.signature ?? runtime.signature,
  };
}

function describe({ className, writtenBy }: RuntimeModel): string {
  return writtenBy === null ? className : `${className}, written by ${writtenBy}`;
}

/** The manifest adds names and units to the artifact's own signature; it must not contradict it. */
function requireSignature(manifest: ModelManifest, runtime: RuntimeModel, path: string): void {
  const stated = manifest.signature;
  if (stated === undefined) return;
  const columns = runtime.signature.input.shape[1];
  if (stated.input.shape[1] !== columns) {
    const what = `the manifest says rows of ${stated.input.shape[1]} values, ${path} takes ${columns}`;
    throw new SiteError('MODEL_BROKEN', `${manifest.name} ${manifest.version}: ${what}.`);
  }
  const missing = Object.keys(stated.methods).filter((one) => !Object.hasOwn(runtime.signature.methods, one));
  if (missing.length > 0) {
    const what = `the manifest names methods that ${path} has not: ${missing.join(', ')}`;
    throw new SiteError('MODEL_BROKEN', `${manifest.name} ${manifest.version}: ${what}.`);
  }
}

/** A model file, or a folder that MLflow saved, named on the command line; its version is its digest. */
export async function loadBareFile(files: ModelFiles, probe: ProbeModel): Promise<ServedModel> {
  const [{ path }] = files;
  // Of several the last one is what answers.
  const name = modelNameOf(files.at(-1)!.path);
  try {
    const folder: VersionFolder = { name, version: 'bare', path };
    const isFolder = (await readFileNames(path)).length > 0;
    const source = isFolder
      ? await readVersionSource(folder, null)
      : { path, runtime: runtimeOfFile(path), manifest: null, hasGolden: false };
    if (source === null || source.manifest !== null) {
      const what =
        'it is no model file and no folder that MLflow saved; folders of versions go with --models';
      throw new SiteError('MODEL_BROKEN', what);
    }
    const loaded = await loadArtifact(source.path, source.runtime, { probe, files });
    const version = loaded.sha256.slice(0, 12);
    await warmUp(loaded.runtime);
    const info = infoOf({ name, version, path: artifactPath(folder, '') }, source, loaded);
    return { info, path: source.path, files, runtime: loaded.runtime, descriptor: null };
  } catch (error) {
    const { code, message, path: place, offsetBytes } = toSiteError(error);
    const where = place ?? (offsetBytes === undefined ? '' : `byte ${offsetBytes}`);
    const what = `Cannot serve ${path}: ${message}${where === '' || message.includes(where) ? '' : ` (${where})`}`;
    throw new SiteError(code, what, { path: place, offsetBytes, cause: error });
  }
}

/**
 * The models of a site: of each name in the models folder the newest version that holds its digest and its golden
 * cases, and the files named by `--model`. A broken version is reported and never takes another down; a broken
 * file that was asked for by name is refused.
 */
import type { DescriptorReference, HealthPart, ModelInfo, ModelManifest } from '@chamfer/contracts';
import { messageOf, SiteError, toSiteError } from '../errors.ts';
import {
  artifactPath,
  listVersionFolders,
  modelNameOf,
  readVersionJson,
  type VersionFolder,
} from '../storage/model-folder.ts';
import { parseGoldenCases, verifyGoldenCases } from './golden.ts';
import { loadArtifact, runtimeOfFile } from './load-model.ts';
import { type ModelReference, ModelTable } from './model-table.ts';
import { parseManifest } from './parse-manifest.ts';
import type { RuntimeModel } from './runtime-model.ts';
import type { ProbeModel } from './runtimes/probe-onnx.ts';

export interface ServedModel extends ModelReference {
  readonly runtime: RuntimeModel;
  /** Which descriptor its rows are; null where they are not geometry. */
  readonly descriptor: DescriptorReference | null;
}

interface BrokenVersion {
  readonly name: string;
  readonly version: string;
  readonly reason: string;
}

export interface ModelRegistry {
  readonly table: ModelTable<ServedModel>;
  readonly broken: readonly BrokenVersion[];
}

export interface RegistryOptions {
  /** Of versions with manifests. */
  readonly folder: string;
  /** Bare model files; the first one becomes the default. */
  readonly files: readonly string[];
  /** The default where there are no bare files. */
  readonly standard: string;
  readonly probe: ProbeModel;
}

/** Throws `SiteError` where a bare file cannot be served. */
export async function loadModels({
  folder,
  files,
  standard,
  probe,
}: RegistryOptions): Promise<ModelRegistry> {
  const models: ServedModel[] = [];
  const broken: BrokenVersion[] = [];
  for (const version of await listVersionFolders(folder)) {
    // The newest comes first; older ones only stand in for it where it is broken.
    if (models.some((model) => model.info.name === version.name)) continue;
    try {
      models.push(await loadVersion(version, probe));
    } catch (error) {
      broken.push({ name: version.name, version: version.version, reason: messageOf(error) });
    }
  }
  const shipped = new Set(models.map((model) => model.info.name));
  for (const path of files) {
    const model = await loadBareFile(path, probe);
    const twin = models.find((one) => one.info.name === model.info.name);
    if (twin !== undefined) throw nameTaken(path, twin, shipped.has(twin.info.name));
    models.push(model);
  }
  const first = models[shipped.size]?.info.name ?? standard;
  const withDefault = models.map((model) => ({
    ...model,
    info: { ...model.info, isDefault: model.info.name === first },
  }));
  return { table: new ModelTable(withDefault), broken };
}

/** Ready while anything is served; what is broken is named. */
export function healthOf({ table, broken }: ModelRegistry): HealthPart {
  const served = table.models.map(({ info }) => `${info.name} ${info.version}`).join(', ') || 'none';
  const failed = broken.map(({ name, version, reason }) => `${name} ${version} is not served: ${reason}`);
  return { name: 'models', ready: table.models.length > 0, detail: [served, ...failed].join('; ') };
}

async function loadVersion(folder: VersionFolder, probe: ProbeModel): Promise<ServedModel> {
  const manifest = parseManifest(await readVersionJson(folder, 'manifest.json'));
  if (manifest.name !== folder.name || manifest.version !== folder.version) {
    const what = `${folder.path} holds the manifest of ${manifest.name} ${manifest.version}.`;
    throw new SiteError('MODEL_BROKEN', what);
  }
  const path = artifactPath(folder, manifest.artifact.file);
  const { runtime, sizeBytes } = await loadArtifact(path, manifest.runtime, {
    expected: manifest.artifact,
    probe,
  });
  requireSignature(manifest, runtime, path);
  const info = infoOf(manifest, runtime, sizeBytes);
  verifyGoldenCases(runtime, info, parseGoldenCases(await readVersionJson(folder, 'golden.json')));
  return { info, path, runtime, descriptor: manifest.descriptor ?? null };
}

function infoOf(manifest: ModelManifest, runtime: RuntimeModel, sizeBytes: number): ModelInfo {
  const { name, version, description, artifact, signature } = manifest;
  return {
    name,
    version,
    description,
    runtime: manifest.runtime,
    className: runtime.className,
    sha256: artifact.sha256,
    sizeBytes,
    isDefault: false,
    signature,
  };
}

/** The manifest adds names and units to the artifact's own signature; it must not contradict it. */
function requireSignature(manifest: ModelManifest, runtime: RuntimeModel, path: string): void {
  const stated = manifest.signature;
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

async function loadBareFile(path: string, probe: ProbeModel): Promise<ServedModel> {
  const name = runtimeOfFile(path);
  try {
    const { runtime, sha256, sizeBytes } = await loadArtifact(path, name, { probe });
    const writtenBy = runtime.writtenBy === null ? '' : `, written by ${runtime.writtenBy}`;
    const info: ModelInfo = {
      name: modelNameOf(path),
      version: sha256.slice(0, 12),
      description: `${runtime.className}${writtenBy}`,
      runtime: name,
      className: runtime.className,
      sha256,
      sizeBytes,
      isDefault: false,
      signature: runtime.signature,
    };
    return { info, path, runtime, descriptor: null };
  } catch (error) {
    const { code, message, path: place, offsetBytes } = toSiteError(error);
    const where = place ?? (offsetBytes === undefined ? '' : `byte ${offsetBytes}`);
    const what = `Cannot serve ${path}: ${message}${where === '' || message.includes(where) ? '' : ` (${where})`}`;
    throw new SiteError(code, what, { path: place, offsetBytes, cause: error });
  }
}

function nameTaken(path: string, twin: ServedModel, isShipped: boolean): SiteError {
  const { name } = twin.info;
  const holder = isShipped ? 'a shipped model' : twin.path;
  const what = `Cannot serve ${path} as ${JSON.stringify(name)}: that is the name of ${holder}. Rename the file.`;
  return new SiteError('SETTING_INVALID', what, { path: 'model' });
}

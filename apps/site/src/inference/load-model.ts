/** Loads one model version into the process: reads its artifact, holds it to its digest, hands it to its runtime. */
import { createHash, hash } from 'node:crypto';
import { basename } from 'node:path';
import type { ModelManifest } from '@chamfer/contracts';
import type { ModelFile as ReadFile } from '@chamfer/sklearn';
import { SiteError } from '../errors.ts';
import { readModelFile } from '../storage/model-folder.ts';
import { isSingleFile, type ModelFiles } from './model-files.ts';
import type { RuntimeModel } from './runtime-model.ts';
import type { ProbeModel } from './runtimes/probe-onnx.ts';
import { readSklearnChain, readSklearnModel } from './runtimes/sklearn.ts';

export type RuntimeName = ModelManifest['runtime'];

const READERS: Readonly<Record<RuntimeName, (bytes: Uint8Array<ArrayBuffer>) => Promise<RuntimeModel>>> = {
  // What few sites need is loaded by those that do.
  onnx: async (bytes) => (await import('./runtimes/onnx.ts')).readOnnxModel(bytes),
  remote: async (bytes) => (await import('./runtimes/remote-model.ts')).readRemoteModel(bytes),
  sklearn: readSklearnModel,
};

export interface LoadedArtifact {
  readonly runtime: RuntimeModel;
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface LoadOptions {
  /** What the manifest says of the file. */
  readonly expected?: { readonly sha256: string };
  /** Where there are several files, or members of one. */
  readonly files?: ModelFiles | undefined;
  /** Tries files that native code opens; left out where that was done before. */
  readonly probe?: ProbeModel;
}

/** Throws `MODEL_BROKEN` where the file is not the one expected, and what the runtime's reader throws. */
export async function loadArtifact(
  path: string,
  runtime: RuntimeName,
  { expected, probe, files }: LoadOptions = {},
): Promise<LoadedArtifact> {
  if (files !== undefined && !isSingleFile(files)) return loadChain(files, expected);
  const bytes = await readModelFile(path);
  const sha256 = hash('sha256', bytes);
  if (expected !== undefined && sha256 !== expected.sha256) {
    throw notOfManifest(path, sha256, expected.sha256);
  }
  if (runtime === 'onnx' && probe !== undefined) {
    const tried = await probe(path, bytes.length);
    if (tried.sha256 !== sha256) throw new SiteError('MODEL_BROKEN', `${path} changed while it was read.`);
  }
  return { runtime: await READERS[runtime](bytes), sha256, sizeBytes: bytes.length };
}

/** One model of several files or members, which only scikit-learn's can be; its digest is that of them all. */
async function loadChain(
  files: ModelFiles,
  expected: { readonly sha256: string } | undefined,
): Promise<LoadedArtifact> {
  const whole = createHash('sha256');
  const read: ReadFile[] = [];
  for (const { path, members, sha256: stated } of files) {
    const bytes = await readModelFile(path);
    const sha256 = hash('sha256', bytes);
    if (stated !== undefined && stated !== sha256) throw notOfManifest(path, sha256, stated);
    whole.update(JSON.stringify([sha256, members]));
    read.push({ name: basename(path), bytes, members });
  }
  const sha256 = whole.digest('hex');
  if (expected !== undefined && sha256 !== expected.sha256) {
    const what = `${files.map(({ path }) => path).join(', ')} changed since they were first read.`;
    throw new SiteError('MODEL_BROKEN', what);
  }
  const sizeBytes = read.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return { runtime: await readSklearnChain(read), sha256, sizeBytes };
}

function notOfManifest(path: string, actual: string, stated: string): SiteError {
  const what = `${path} is not the file of its manifest: its SHA-256 is ${actual}, not ${stated}.`;
  return new SiteError('MODEL_BROKEN', what);
}

/** By the file's name: what is not ONNX is read as a pickle, which says what it is instead. */
export function runtimeOfFile(path: string): RuntimeName {
  return path.toLowerCase().endsWith('.onnx') ? 'onnx' : 'sklearn';
}

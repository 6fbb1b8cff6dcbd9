/** Loads one model version into the process: reads its artifact, holds it to its digest, hands it to its runtime. */
import { createHash } from 'node:crypto';
import type { ModelManifest } from '@chamfer/contracts';
import { SiteError } from '../errors.ts';
import { readModelFile } from '../storage/model-folder.ts';
import type { RuntimeModel } from './runtime-model.ts';
import { readOnnxModel } from './runtimes/onnx.ts';
import type { ProbeModel } from './runtimes/probe-onnx.ts';
import { readSklearnModel } from './runtimes/sklearn.ts';

export type RuntimeName = ModelManifest['runtime'];

const READERS: Readonly<Record<RuntimeName, (bytes: Uint8Array<ArrayBuffer>) => Promise<RuntimeModel>>> = {
  onnx: readOnnxModel,
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
  /** Tries files that native code opens; left out where that was done before. */
  readonly probe?: ProbeModel;
}

/** Throws `MODEL_BROKEN` where the file is not the one expected, and what the runtime's reader throws. */
export async function loadArtifact(
  path: string,
  runtime: RuntimeName,
  { expected, probe }: LoadOptions = {},
): Promise<LoadedArtifact> {
  const bytes = await readModelFile(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (expected !== undefined && sha256 !== expected.sha256) {
    const what = `${path} is not the file of its manifest: its SHA-256 is ${sha256}, not ${expected.sha256}.`;
    throw new SiteError('MODEL_BROKEN', what);
  }
  if (runtime === 'onnx' && probe !== undefined) {
    const tried = await probe(path, bytes.length);
    if (tried.sha256 !== sha256) throw new SiteError('MODEL_BROKEN', `${path} changed while it was read.`);
  }
  return { runtime: await READERS[runtime](bytes), sha256, sizeBytes: bytes.length };
}

/** By the file's name: what is not ONNX is read as a pickle, which says what it is instead. */
export function runtimeOfFile(path: string): RuntimeName {
  return path.toLowerCase().endsWith('.onnx') ? 'onnx' : 'sklearn';
}

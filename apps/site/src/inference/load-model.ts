/** Loads one model version into the process: reads its artifact, holds it to its digest, hands it to its runtime. */
import { createHash } from 'node:crypto';
import type { ModelManifest } from '@chamfer/contracts';
import { SiteError } from '../errors.ts';
import { readModelFile } from '../storage/model-folder.ts';
import type { RuntimeModel } from './runtime-model.ts';
import { readSklearnModel } from './runtimes/sklearn.ts';

export type RuntimeName = ModelManifest['runtime'];

const READERS: Readonly<Record<RuntimeName, (bytes: Uint8Array) => Promise<RuntimeModel>>> = {
  sklearn: readSklearnModel,
};

export interface LoadedArtifact {
  readonly runtime: RuntimeModel;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Throws `MODEL_BROKEN` where the file is not the one expected, and what the runtime's reader throws. */
export async function loadArtifact(
  path: string,
  runtime: RuntimeName,
  expected?: { readonly sha256: string },
): Promise<LoadedArtifact> {
  const bytes = await readModelFile(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (expected !== undefined && sha256 !== expected.sha256) {
    const what = `${path} is not the file of its manifest: its SHA-256 is ${sha256}, not ${expected.sha256}.`;
    throw new SiteError('MODEL_BROKEN', what);
  }
  return { runtime: await READERS[runtime](bytes), sha256, sizeBytes: bytes.length };
}

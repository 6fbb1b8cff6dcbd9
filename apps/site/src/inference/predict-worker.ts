/** Entry of the worker threads for predictions: a request's bytes in, its answer's bytes out. */
import { workerData } from 'node:worker_threads';
import { messageOf, SiteError } from '../errors.ts';
import { concatBytes } from '../workers/byte-blocks.ts';
import { serveJobs } from '../workers/serve-jobs.ts';
import { loadArtifact, type RuntimeName } from './load-model.ts';
import { type ModelReference, ModelTable } from './model-table.ts';
import { decodePredictCall, type PreparedCall, prepareCall, runCall } from './predict-call.ts';
import type { RuntimeModel } from './runtime-model.ts';

/** A body as it came, or a call that was decoded before its cost was known. */
export type PredictJob =
  | { readonly kind: 'body'; readonly blocks: readonly Uint8Array<ArrayBuffer>[] }
  | { readonly kind: 'call'; readonly model: string; readonly prepared: PreparedCall };

export interface PredictResult {
  readonly answer: Uint8Array<ArrayBuffer>;
  readonly model: string;
  readonly method: string;
  /** Measured, of the computation and the encoding. */
  readonly msPerRow: number;
}

/** What the thread is given: the models of the site, each loaded at its first call. */
export interface PredictWorkerData {
  readonly models: readonly ModelReference[];
}

const table = new ModelTable((workerData as PredictWorkerData).models);
const loaded = new Map<string, Promise<RuntimeModel>>();

function runtimeOf(model: ModelReference): Promise<RuntimeModel> {
  const { name } = model.info;
  const runtime = loaded.get(name) ?? load(model);
  loaded.set(name, runtime);
  runtime.catch(() => loaded.delete(name));
  return runtime;
}

async function load({ info, path }: ModelReference): Promise<RuntimeModel> {
  try {
    return (await loadArtifact(path, info.runtime as RuntimeName, { expected: info })).runtime;
  } catch (cause) {
    const what = `${info.name} ${info.version} cannot be loaded again: ${messageOf(cause)}`;
    throw new SiteError('MODEL_BROKEN', what, { cause });
  }
}

serveJobs<PredictJob, PredictResult>(async (job) => {
  const call = job.kind === 'body' ? decodePredictCall(concatBytes(job.blocks)) : job;
  const model = table.find(call.model);
  const runtime = await runtimeOf(model);
  const prepared = 'prepared' in call ? call.prepared : prepareCall(runtime, model.info, call);
  const startMs = performance.now();
  const answer = new TextEncoder().encode(runCall(runtime, model.info, prepared));
  const msPerRow = (performance.now() - startMs) / prepared.X.rows;
  return {
    value: { answer, model: model.info.name, method: prepared.method, msPerRow },
    transfer: [answer.buffer],
  };
});

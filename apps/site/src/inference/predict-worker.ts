/** Entry of the worker threads for predictions: a request's bytes in, its answer's bytes out. */
import { messageOf, SiteError } from '../errors.ts';
import { concatBytes, toOwnBytes } from '../workers/byte-blocks.ts';
import { type JobAnswer, serveJobs } from '../workers/serve-jobs.ts';
import type { JobShare } from '../workers/worker-pool.ts';
import { encodePredictions } from './encode-predictions.ts';
import { loadArtifact, type RuntimeName } from './load-model.ts';
import { type ModelReference, ModelTable } from './model-table.ts';
import { type InferJob, type InferResult, performInferJob } from './oip/infer-job.ts';
import type { LoadedModel } from './oip/run-infer.ts';
import { decodePredictCall, type PreparedCall, prepareCall, runCall } from './predict-call.ts';
import { runTogether } from './run-together.ts';
import type { RuntimeModel } from './runtime-model.ts';

/** A body as it came, or a call that was decoded before its cost was known. */
export type PredictJob =
  | { readonly kind: 'body'; readonly blocks: readonly Uint8Array<ArrayBuffer>[] }
  | {
      readonly kind: 'call';
      readonly model: string;
      /** The one it was decoded for: it answers, though another may have taken its place meanwhile. */
      readonly version: string;
      readonly prepared: PreparedCall;
    };

export interface PredictResult {
  readonly answer: Uint8Array<ArrayBuffer>;
  readonly model: string;
  readonly method: string;
  /** Measured, of the computation and the encoding. */
  readonly msPerRow: number;
}

type Rest = [transfer?: readonly ArrayBuffer[], signal?: AbortSignal | undefined, share?: JobShare];

/** The same threads answer both kinds of calls, so that each holds its models once. */
export interface PredictPool {
  run(...args: [PredictJob, ...Rest]): Promise<PredictResult>;
  run(...args: [InferJob, ...Rest]): Promise<InferResult>;
  requireRoom(group: string, waitedMs?: number): void;
}

/** What the threads are told of; each model is loaded at its first call. */
export interface SharedModels {
  /** The models of the site. */
  readonly served: readonly ModelReference[];
  /** What was served a while ago: calls that are older than a change may still wait. */
  readonly leaving: readonly ModelReference[];
}

const table = new ModelTable<ModelReference>([]);
const leaving = new ModelTable<ModelReference>([]);
const loaded = new Map<string, Promise<RuntimeModel>>();

/** The same file is the same model, whatever its version is called. */
function keyOf({ info }: ModelReference): string {
  return `${info.runtime} ${info.sha256}`;
}

function runtimeOf(model: ModelReference): Promise<RuntimeModel> {
  const key = keyOf(model);
  const runtime = loaded.get(key) ?? load(model);
  loaded.set(key, runtime);
  runtime.catch(() => loaded.delete(key));
  return runtime;
}

/** Throws `MODEL_UNKNOWN`. */
function find(name: string | undefined, version?: string | null): ModelReference {
  try {
    return table.find(name, version);
  } catch (error) {
    if (typeof version !== 'string') throw error;
    return leaving.find(name, version);
  }
}

/** Between two jobs: what no call can mean any more is let go of. */
function replaceModels(models: SharedModels): void {
  table.replace(models.served);
  leaving.replace(models.leaving);
  const keys = new Set([...models.served, ...models.leaving].map(keyOf));
  for (const [key, runtime] of loaded) {
    if (keys.has(key)) continue;
    loaded.delete(key);
    void runtime.then((one) => one.close?.()).catch(() => undefined);
  }
}

async function load({ info, path, files }: ModelReference): Promise<RuntimeModel> {
  try {
    return (await loadArtifact(path, info.runtime as RuntimeName, { expected: info, files })).runtime;
  } catch (cause) {
    const what = `${info.name} ${info.version} cannot be loaded again: ${messageOf(cause)}`;
    throw new SiteError('MODEL_BROKEN', what, { cause });
  }
}

function resultOf(answer: string, model: string, method: string, msPerRow: number): JobAnswer<PredictResult> {
  const bytes = toOwnBytes(answer);
  return { value: { answer: bytes, model, method, msPerRow }, transfer: [bytes.buffer] };
}

async function findLoaded(name: string, version: string | null): Promise<LoadedModel> {
  const model = find(name, version);
  return { info: model.info, runtime: await runtimeOf(model) };
}

async function performPredictJob(job: PredictJob): Promise<JobAnswer<PredictResult>> {
  const call = job.kind === 'body' ? decodePredictCall(concatBytes(job.blocks)) : job;
  const model = find(call.model, 'version' in call ? call.version : undefined);
  const runtime = await runtimeOf(model);
  const prepared = 'prepared' in call ? call.prepared : prepareCall(runtime, model.info, call);
  const startMs = performance.now();
  const answer = runCall(runtime, model.info, prepared);
  const msPerRow = (performance.now() - startMs) / prepared.X.rows;
  return resultOf(answer, model.info.name, prepared.method, msPerRow);
}

/** Calls of one model and method, as the service sends them together. */
async function performTogether(
  jobs: readonly (PredictJob | InferJob)[],
): Promise<JobAnswer<PredictResult>[] | null> {
  const calls = jobs.filter((job) => job.kind === 'call');
  const model = find(calls[0]!.model, calls[0]!.version);
  const { info } = model;
  const runtime = await runtimeOf(model);
  const { method } = calls[0]!.prepared;
  const rows = calls.reduce((sum, { prepared }) => sum + prepared.X.rows, 0);
  const startMs = performance.now();
  const outputs = runTogether(
    runtime,
    method,
    calls.map(({ prepared }) => prepared.X),
  );
  const answers = outputs?.map((output) => encodePredictions(info.name, info.version, output));
  const msPerRow = (performance.now() - startMs) / rows;
  return answers?.map((answer) => resultOf(answer, info.name, method, msPerRow)) ?? null;
}

serveJobs<PredictJob | InferJob, PredictResult | InferResult, SharedModels>(
  (job) =>
    job.kind === 'body' || job.kind === 'call' ? performPredictJob(job) : performInferJob(job, findLoaded),
  performTogether,
  replaceModels,
);

/** Entry of the worker threads for predictions: a request's bytes in, its answer's bytes out. */
import { freeNumbers } from '@chamfer/sklearn';
import { messageOf, SiteError } from '../errors.ts';
import { concatBytes, toOwnBytes } from '../workers/byte-blocks.ts';
import { type JobAnswer, serveJobs } from '../workers/serve-jobs.ts';
import type { BodyJob, CallJob, CallResult, RowsJob } from './call-job.ts';
import { loadArtifact, type RuntimeName } from './load-model.ts';
import { type ModelReference, ModelTable } from './model-table.ts';
import { performInferJob } from './oip/infer-job.ts';
import { loadProto } from './oip/messages.ts';
import type { LoadedModel } from './oip/run-infer.ts';
import { decodePredictCall, prepareCall } from './predict-call.ts';
import { encodeRows } from './rows-work.ts';
import { runTogether } from './run-together.ts';
import type { RuntimeModel } from './runtime-model.ts';

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

async function findLoaded(name: string | undefined, version?: string | null): Promise<LoadedModel> {
  const model = find(name, version);
  return { info: model.info, runtime: await runtimeOf(model) };
}

async function performBodyJob({ blocks }: BodyJob): Promise<JobAnswer<CallResult>> {
  const startMs = performance.now();
  const call = decodePredictCall(concatBytes(blocks));
  const model = await findLoaded(call.model);
  const prepared = prepareCall(model.runtime, model.info, call);
  const inputMs = performance.now() - startMs;
  const [answer] = runRows(model, [{ prepared, form: { kind: 'predict' } }], inputMs)!;
  return answer!;
}

/** Calls for rows of one model, method and width, as the service sends them together; null where they go one by one. */
async function performRowsJobs(jobs: readonly RowsJob[]): Promise<JobAnswer<CallResult>[] | null> {
  const [{ model, version }] = jobs as readonly [RowsJob];
  if (jobs.some(({ form }) => form.kind === 'infer' && form.form.kind === 'proto')) await loadProto();
  const answers = runRows(await findLoaded(model, version), jobs, 0);
  answers?.forEach(({ value }, at) => {
    const { data } = jobs[at]!.prepared.X;
    if (value.answer.buffer !== data.buffer) freeNumbers(data);
  });
  return answers;
}

/** One answer a call, in their order; null where an answer is not row by row. */
function runRows(
  model: LoadedModel,
  calls: readonly Pick<RowsJob, 'prepared' | 'form'>[],
  inputMs: number,
): JobAnswer<CallResult>[] | null {
  const { info, runtime } = model;
  const { method, X } = calls[0]!.prepared;
  const startMs = performance.now();
  const outputs =
    calls.length === 1
      ? [runtime.run(method, X)]
      : runTogether(
          runtime,
          method,
          calls.map(({ prepared }) => prepared.X),
        );
  if (outputs === null) return null;
  const inferredMs = performance.now();
  const answers = calls.map(({ form }, at) => encodeRows(model, method, outputs[at]!, form));
  const endMs = performance.now();
  const times = { inputMs, inferMs: inferredMs - startMs, outputMs: endMs - inferredMs };
  const msPerRow = (endMs - startMs) / calls.reduce((sum, { prepared }) => sum + prepared.X.rows, 0);
  return calls.map(({ prepared }, at) => {
    const { body, headerBytes } = answers[at]!;
    const answer = toOwnBytes(body);
    const asked = { model: info.name, version: info.version, asked: method, rows: prepared.X.rows };
    const value = { ...asked, answer, headerBytes, runs: at === 0 ? 1 : 0, times, msPerRow };
    return { value, transfer: [answer.buffer] };
  });
}

function perform(job: CallJob): Promise<JobAnswer<CallResult>> {
  if (job.kind === 'body') return performBodyJob(job);
  if (job.kind === 'rows') return performRowsJobs([job]).then((answers) => answers![0]!);
  return performInferJob(job, findLoaded);
}

serveJobs<CallJob, CallResult, SharedModels>(
  perform,
  // Only such jobs have what puts jobs together.
  (jobs) => performRowsJobs(jobs as readonly RowsJob[]),
  replaceModels,
);

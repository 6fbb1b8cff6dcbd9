/** One inference call in a worker thread: its bytes, or what was decoded of them before its cost was known. */
import { concatBytes, toOwnBytes } from '../../workers/byte-blocks.ts';
import type { JobAnswer } from '../../workers/serve-jobs.ts';
import type { CallResult, InferJob } from '../call-job.ts';
import type { InferCall } from './infer-call.ts';
import { rowsOf } from './infer-call.ts';
import { type AnswerForm, decodeMessage, encodeAnswer, loadProto } from './messages.ts';
import { type LoadedModel, requireAskable, runInfer } from './run-infer.ts';

/** `find` gives the model of a name, loaded; it throws `MODEL_UNKNOWN`. */
export async function performInferJob(
  job: InferJob,
  find: (model: string, version: string | null) => Promise<LoadedModel>,
): Promise<JobAnswer<CallResult>> {
  if ((job.kind === 'infer call' ? job.form : job.message).kind === 'proto') await loadProto();
  const startMs = performance.now();
  let model: LoadedModel;
  let decoded: { readonly call: InferCall; readonly form: AnswerForm };
  if (job.kind === 'infer call') {
    decoded = job;
    model = await find(job.call.model, job.call.version);
  } else if (job.message.kind === 'json') {
    model = await find(job.message.model, job.message.version);
    decoded = decodeMessage(concatBytes(job.blocks), job.message, () => model.runtime.tensors);
  } else {
    decoded = decodeMessage(concatBytes(job.blocks), job.message, () => ({ inputs: [], outputs: [] }));
    model = await find(decoded.call.model, decoded.call.version);
  }
  const { call, form } = decoded;
  requireAskable(model, call);
  const decodedMs = performance.now();
  const inferred = await runInfer(model, call);
  const inferredMs = performance.now();
  const { body, headerBytes } = encodeAnswer(inferred, call, form);
  const answer = toOwnBytes(body);
  const endMs = performance.now();
  const rows = rowsOf(call);
  const value: CallResult = {
    answer,
    headerBytes,
    model: model.info.name,
    version: model.info.version,
    asked: askedOf(call),
    rows,
    runs: 1,
    msPerRow: (endMs - decodedMs) / rows,
    times: {
      inputMs: decodedMs - startMs,
      inferMs: inferredMs - decodedMs,
      outputMs: endMs - inferredMs,
    },
  };
  return { value, transfer: [answer.buffer] };
}

/** Calls for the same outputs cost the same a row, in whatever order they name them. */
export function askedOf({ outputs }: InferCall): string {
  if (outputs === null) return '';
  const names = outputs.map(({ name }) => name);
  return names.sort().join(' ');
}

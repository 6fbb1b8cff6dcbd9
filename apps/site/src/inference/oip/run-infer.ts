/** Runs one call over its model: inputs in, the asked-for outputs out. Refuses what the model refuses. */
import type { ModelInfo } from '@chamfer/contracts';
import { SiteError } from '../../errors.ts';
import type { RuntimeModel } from '../runtime-model.ts';
import { requireOutputs, type Tensor } from '../tensor.ts';
import { classify } from './classification.ts';
import type { InferAnswer, InferCall } from './infer-call.ts';

export interface LoadedModel {
  readonly info: ModelInfo;
  readonly runtime: RuntimeModel;
}

/** Throws or rejects with what the runtime does. */
export function runInfer(
  { info, runtime }: LoadedModel,
  call: InferCall,
  signal?: AbortSignal,
): InferAnswer | Promise<InferAnswer> {
  const outputs = call.outputs?.map(({ name }) => name) ?? null;
  const options = { outputs, parameters: call.parameters, ...(signal === undefined ? {} : { signal }) };
  const tensors = runtime.infer(call.inputs, options);
  return tensors instanceof Promise
    ? tensors.then((found) => toAnswer(info, call, found))
    : toAnswer(info, call, tensors);
}

export function toAnswer(
  info: ModelInfo,
  call: Omit<InferCall, 'inputs'>,
  tensors: readonly Tensor[],
): InferAnswer {
  const outputs = tensors.map((tensor, at) => {
    const count = call.outputs?.[at]?.classification ?? null;
    return count === null ? tensor : classify(tensor, count, info.signature.classes);
  });
  // Triton's streams may have several answers a request; one that asks for it is told which is the last.
  const isTold = call.parameters.triton_enable_empty_final_response === true;
  const parameters = isTold ? { triton_final_response: true } : {};
  return { model: info.name, version: info.version, id: call.id, parameters, outputs };
}

/** Throws `INPUT_INVALID` for outputs that there are not. */
export function requireAskable({ runtime }: LoadedModel, { outputs }: InferCall): void {
  const names = outputs?.map(({ name }) => name) ?? [];
  // Of a model on a server that describes none of its outputs nobody here knows them.
  if (runtime.tensors.outputs.length > 0) requireOutputs(names, runtime.tensors.outputs);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  const what = `The output ${JSON.stringify(twice)} is asked for twice.`;
  throw new SiteError('INPUT_INVALID', what, { path: 'outputs' });
}

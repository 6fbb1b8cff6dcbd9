/**
 * Calls that are rows for one method of a model, whether they came to `POST /predict` or as tensors: how they are
 * computed, here or in a worker thread, and how their answers are written.
 */

import type { RowsJob } from './call-job.ts';
import type { Work } from './computation.ts';
import { encodePredictions } from './encode-predictions.ts';
import type { EncodedAnswer } from './encoded-answer.ts';
import type { ServedModel } from './model-registry.ts';
import type { InferCall } from './oip/infer-call.ts';
import { type AnswerForm, encodeAnswer } from './oip/messages.ts';
import { type LoadedModel, toAnswer } from './oip/run-infer.ts';
import type { PreparedCall } from './predict-call.ts';
import type { MethodName, Output } from './runtime-model.ts';

/** How the answer goes to its caller. */
export type RowsForm =
  | { readonly kind: 'predict' }
  | { readonly kind: 'infer'; readonly call: Omit<InferCall, 'inputs'>; readonly form: AnswerForm };

export function encodeRows(
  { info, runtime }: LoadedModel,
  method: MethodName,
  output: Output,
  form: RowsForm,
): EncodedAnswer {
  if (form.kind === 'predict') {
    return { body: encodePredictions(info.name, info.version, output), headerBytes: null };
  }
  const { call } = form;
  const names = call.outputs?.map(({ name }) => name) ?? null;
  const tensors = runtime.rowTensors!.toTensors(method, output, names);
  return encodeAnswer(toAnswer(info, call, tensors), call, form.form);
}

export function rowsWork(
  model: ServedModel,
  prepared: PreparedCall,
  form: RowsForm,
  keyOf: Work<Output>['keyOf'],
): Work<Output> {
  const { method, X } = prepared;
  const { info, runtime } = model;
  return {
    model,
    asked: method,
    rows: X.rows,
    keyOf,
    probe: () => probeRows(model, method),
    infer: () => runtime.run(method, X),
    encode: (output) => encodeRows(model, method, output, form),
    handOver() {
      // A copy of the rows moves to the worker: the next call may be read into their memory.
      const { rows, columns } = X;
      const data = X.data.slice();
      const { name, version } = info;
      const job: RowsJob = {
        kind: 'rows',
        model: name,
        version,
        prepared: { method, X: { data, rows, columns } },
        form: withoutInputs(form),
      };
      const batchKey = runtime.joinsRows === false ? `${version} ${method} ${columns}` : null;
      return { job, buffers: [data.buffer as ArrayBuffer], batchKey };
    },
  };
}

/** The rows go with the job; the tensors that they came as may share memory with much else. */
function withoutInputs(form: RowsForm): RowsForm {
  if (form.kind === 'predict') return form;
  const { inputs: _, ...call } = form.call as InferCall;
  return { ...form, call };
}

/** Runs the method over one row of zeros; false where nobody knows how wide that is. */
export function probeRows({ runtime }: ServedModel, method: MethodName): boolean {
  const { columns } = runtime.rowShapeOf(method);
  if (columns === null) return false;
  runtime.run(method, { data: new Float64Array(columns), rows: 1, columns });
  return true;
}

/** One call of `POST /predict` from its bytes to its answer: decode, check, run, encode. Knows nothing of HTTP. */
import type { ModelInfo } from '@chamfer/contracts';
import { SiteError } from '../errors.ts';
import { encodePredictions } from './encode-predictions.ts';
import { parseJson } from './parse-json.ts';
import { readCallRows } from './rows.ts';
import type { Matrix, MethodName, RuntimeModel } from './runtime-model.ts';
import { scanCall } from './scan-call.ts';

export interface PredictCall {
  readonly model: string | undefined;
  readonly method: string | undefined;
  /** `NumberRows`, or any value of JSON. */
  readonly inputs: unknown;
}

/** A call whose rows and method fit its model. */
export interface PreparedCall {
  readonly method: MethodName;
  readonly X: Matrix;
}

const FIELDS = ['inputs', 'model', 'method'];

/** Throws `JSON_MALFORMED` with the place, or `INPUT_INVALID`. */
export function decodePredictCall(body: Uint8Array): PredictCall {
  return scanCall(body) ?? checkCall(parseJson(body));
}

function checkCall(request: unknown): PredictCall {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new SiteError('INPUT_INVALID', 'The body is no JSON object; send {"inputs": [[1, 2, 3]]}.');
  }
  for (const field of Object.keys(request)) {
    if (FIELDS.includes(field)) continue;
    const what = `Unknown field ${JSON.stringify(field.slice(0, 40))}; the fields are ${FIELDS.join(', ')}.`;
    throw new SiteError('INPUT_INVALID', what, { path: field });
  }
  const { inputs, model, method } = request as Record<string, unknown>;
  if (inputs === undefined) {
    const what = 'The field "inputs" is missing; send {"inputs": [[1, 2, 3]]}, an array of rows.';
    throw new SiteError('INPUT_INVALID', what, { path: 'inputs' });
  }
  return { inputs, model: optionalText(model, 'model'), method: optionalText(method, 'method') };
}

function optionalText(value: unknown, field: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new SiteError('INPUT_INVALID', `"${field}" is no string; send a name, or leave it out.`, {
    path: field,
  });
}

/** Throws `METHOD_UNSUPPORTED` or `INPUT_INVALID`. */
export function prepareCall(runtime: RuntimeModel, info: ModelInfo, call: PredictCall): PreparedCall {
  const { methods, defaultMethod } = info.signature;
  const method = call.method ?? defaultMethod;
  if (!Object.hasOwn(methods, method)) {
    const has = Object.keys(methods).join(', ');
    if (has === '') throw refuseRows(runtime, info);
    const what = `${info.name} (${info.className}) has no method ${JSON.stringify(method.slice(0, 40))}. It has: ${has}.`;
    throw new SiteError('METHOD_UNSUPPORTED', what, { path: 'method' });
  }
  const name = method as MethodName;
  return { method: name, X: readCallRows(call.inputs, runtime.rowShapeOf(name)) };
}

function refuseRows({ tensors }: RuntimeModel, info: ModelInfo): SiteError {
  const names = tensors.inputs.map(({ name }) => name).join(', ');
  const what = `${info.name} (${info.className}) takes no rows of numbers; it takes the tensors ${names}.`;
  return new SiteError('METHOD_UNSUPPORTED', what, { path: 'model' });
}

/** The answer as JSON text. Throws what the runtime throws. */
export function runCall(runtime: RuntimeModel, info: ModelInfo, { method, X }: PreparedCall): string {
  return encodePredictions(info.name, info.version, runtime.run(method, X));
}

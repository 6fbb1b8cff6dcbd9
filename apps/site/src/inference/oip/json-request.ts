/**
 * The body of `POST /v2/models/M/infer` as a call: JSON, and after it the bytes of the tensors that say how many
 * they have. Refuses what is not of the protocol, by the place in the request.
 */
import { DATATYPES, type Datatype } from '@chamfer/contracts/datatypes';
import { SiteError } from '../../errors.ts';
import { parseJson } from '../parse-json.ts';
import type { InferParameters } from '../runtime-model.ts';
import { ARRAYS, elementsOf, makeTensor, type Tensor, type TensorInterface } from '../tensor.ts';
import type { InferCall, RequestedOutput } from './infer-call.ts';
import { decodeJsonData } from './json-tensor.ts';
import { decodeRaw } from './raw-tensor.ts';
import { NumberElements, scanRequest } from './scan-request.ts';

/** Far more than any model has; a shape with more axes is a mistake. */
const TENSORS_MAX = 1000;
const AXES_MAX = 32;
const NAME_LENGTH_MAX = 1000;

type JsonObject = Readonly<Record<string, unknown>>;

export interface JsonTarget {
  readonly model: string;
  readonly version: string | null;
  /** Bytes of the JSON, where bytes of tensors follow; 0 where the body is one tensor; null where it is all JSON. */
  readonly headerBytes: number | null;
}

/** Throws `JSON_MALFORMED` or `INPUT_INVALID`. `tensors` are the model's: a body that is one tensor has no words. */
export function decodeJsonCall(
  body: Uint8Array<ArrayBuffer>,
  { model, version, headerBytes }: JsonTarget,
  tensors: TensorInterface,
): InferCall {
  if (headerBytes === 0) return rawCall(body, model, version, tensors);
  if (headerBytes !== null && headerBytes > body.length) {
    const what = `Inference-Header-Content-Length is ${headerBytes}; the body has ${body.length} bytes.`;
    throw new SiteError('INPUT_INVALID', what);
  }
  const text = headerBytes === null ? body : body.subarray(0, headerBytes);
  const request = requireObject(parseExact(text), 'The body');
  const blobs = new Blobs(body.subarray(text.length));
  const inputs = requireList(request.inputs, 'inputs').map((one, at) => readInput(one, at, blobs));
  blobs.requireEnd();
  const parameters = readParameters(request.parameters, 'parameters');
  const outputs = request.outputs === undefined ? null : requireList(request.outputs, 'outputs');
  const isBinaryUnasked = parameters.binary_data_output === true;
  return {
    model,
    version,
    id: request.id === undefined ? '' : requireText(request.id, 'id'),
    parameters,
    inputs,
    outputs:
      outputs === null || outputs.length === 0
        ? null
        : outputs.map((one, at) => readOutput(one, at, isBinaryUnasked)),
    isBinaryUnasked,
  };
}

/** Bytes of tensors, in the order of the inputs. */
class Blobs {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #at = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  take(count: number, path: string): Uint8Array<ArrayBuffer> {
    const left = this.#bytes.length - this.#at;
    if (count > left) {
      const what = `"${path}" says ${count} bytes; the body has ${left} more after its JSON.`;
      throw new SiteError('INPUT_INVALID', what, { path });
    }
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  requireEnd(): void {
    const left = this.#bytes.length - this.#at;
    if (left === 0) return;
    const what = `The body has ${left} bytes more than its inputs say in "binary_data_size".`;
    throw new SiteError('INPUT_INVALID', what, { path: 'inputs' });
  }
}

function readInput(value: unknown, at: number, blobs: Blobs): Tensor {
  const path = `inputs[${at}]`;
  const input = requireObject(value, path);
  const name = requireText(input.name, `${path}.name`);
  const datatype = input.datatype as Datatype;
  if (!DATATYPES.includes(datatype)) {
    throw refuse(`${path}.datatype`, `is no datatype; there are ${DATATYPES.join(', ')}`);
  }
  const shape = readShape(input.shape, `${path}.shape`);
  const size = readParameters(input.parameters, `${path}.parameters`).binary_data_size;
  if (size === undefined) {
    const data = decodeJsonData(input.data, datatype, shape, `${path}.data`);
    return makeTensor(name, datatype, shape, data);
  }
  const sizePath = `${path}.parameters.binary_data_size`;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw refuse(sizePath, 'is no number of bytes');
  }
  if (input.data !== undefined) throw refuse(`${path}.data`, 'is there beside "binary_data_size"; send one');
  const bytes = blobs.take(size, sizePath);
  return makeTensor(name, datatype, shape, decodeRaw(datatype, elementsOf(shape), bytes, path));
}

export function readShape(value: unknown, path: string): number[] {
  const shape = requireList(value, path, AXES_MAX);
  for (const size of shape) {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
      throw refuse(path, 'is no list of sizes; send integers from 0');
    }
  }
  if (!Number.isSafeInteger(elementsOf(shape as number[]))) throw refuse(path, 'is larger than any tensor');
  return shape as number[];
}

function readOutput(value: unknown, at: number, isBinaryUnasked: boolean): RequestedOutput {
  const path = `outputs[${at}]`;
  const output = requireObject(value, path);
  const parameters = readParameters(output.parameters, `${path}.parameters`);
  return {
    name: requireText(output.name, `${path}.name`),
    classification: readClassification(parameters.classification, `${path}.parameters.classification`),
    isBinary: parameters.binary_data === undefined ? isBinaryUnasked : parameters.binary_data === true,
  };
}

/** How many classes are asked for; 0 and nothing at all ask for the tensor. */
export function readClassification(value: unknown, path: string): number | null {
  if (value === undefined || value === 0) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw refuse(path, 'is no number of classes');
}

function readParameters(value: unknown, path: string): InferParameters {
  if (value === undefined) return {};
  const parameters = requireObject(value, path);
  for (const [name, one] of Object.entries(parameters)) {
    if (!['string', 'number', 'boolean'].includes(typeof one)) {
      throw refuse(`${path}.${name.slice(0, 40)}`, 'is no string, number or boolean');
    }
  }
  return parameters as InferParameters;
}

/** The whole body is the only input: its rows are as many as its bytes make. */
function rawCall(
  body: Uint8Array<ArrayBuffer>,
  model: string,
  version: string | null,
  { inputs }: TensorInterface,
): InferCall {
  const [input] = inputs;
  if (inputs.length !== 1 || input === undefined) {
    const what = `A body without JSON is one tensor; this model takes ${inputs.length}. Send JSON before them.`;
    throw new SiteError('INPUT_INVALID', what);
  }
  const { name, datatype, shape: stated } = input;
  const row = stated.slice(1);
  if (datatype === 'BYTES' || stated[0] !== -1 || row.includes(-1)) {
    const what = `The input ${JSON.stringify(name)} of shape [${stated}] needs its shape said: send JSON before it.`;
    throw new SiteError('INPUT_INVALID', what);
  }
  const rowBytes = elementsOf(row) * ARRAYS[datatype].BYTES_PER_ELEMENT;
  const rows = rowBytes === 0 ? 0 : Math.floor(body.length / rowBytes);
  const shape = [rows, ...row];
  const data = decodeRaw(datatype, elementsOf(shape), body, 'inputs[0]');
  const only = makeTensor(name, datatype, shape, data);
  return { model, version, id: '', parameters: {}, inputs: [only], outputs: null, isBinaryUnasked: true };
}

/** A double holds no integer beyond 2^53 exactly: where one stands in a 64-bit tensor, its digits are read again. */
function parseExact(text: Uint8Array): unknown {
  const value = scanRequest(text) ?? parseJson(text);
  if (!holdsWideIntegers(value)) return value;
  const digits = (key: string, one: unknown, { source }: { source?: string } = {}): unknown =>
    typeof one === 'number' && !Number.isSafeInteger(one) && /^\d+$/.test(key) && /^-?\d+$/.test(source ?? '')
      ? BigInt(source!)
      : one;
  return JSON.parse(new TextDecoder().decode(text), digits);
}

function holdsWideIntegers(request: unknown): boolean {
  const inputs = (request as { inputs?: unknown } | null)?.inputs;
  if (!Array.isArray(inputs)) return false;
  return inputs.some((input) => {
    const { datatype, data } = (input ?? {}) as JsonObject;
    if (datatype !== 'INT64' && datatype !== 'UINT64') return false;
    const isWide = (one: number): boolean => Math.abs(one) > Number.MAX_SAFE_INTEGER;
    if (data instanceof NumberElements) return data.data.some(isWide);
    return Array.isArray(data) && data.flat(AXES_MAX).some(isWide);
  });
}

function requireObject(value: unknown, path: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw refuse(path, 'is no JSON object');
}

function requireList(value: unknown, path: string, lengthMax: number = TENSORS_MAX): unknown[] {
  if (Array.isArray(value) && value.length <= lengthMax) return value;
  throw refuse(path, value === undefined ? 'is missing' : `is no array of at most ${lengthMax}`);
}

function requireText(value: unknown, path: string): string {
  if (typeof value === 'string' && value.length <= NAME_LENGTH_MAX) return value;
  throw refuse(
    path,
    value === undefined ? 'is missing' : `is no string of at most ${NAME_LENGTH_MAX} letters`,
  );
}

function refuse(path: string, what: string): SiteError {
  return new SiteError('INPUT_INVALID', `"${path}" ${what}.`, { path });
}

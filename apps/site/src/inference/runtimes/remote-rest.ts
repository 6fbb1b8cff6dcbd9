/**
 * The Open Inference Protocol (v2) over REST, as a client speaks it: tensors as JSON, or as bytes where the server says
 * that it reads them. Refuses answers that are not of the protocol.
 */
import type { TensorSignature } from '@chamfer/contracts';
import { DATATYPES, type Datatype } from '@chamfer/contracts/datatypes';
import { messageOf, SiteError } from '../../errors.ts';
import { decodeJsonData, encodeJsonData } from '../oip/json-tensor.ts';
import { decodeRaw, encodeRaw } from '../oip/raw-tensor.ts';
import { elementsOf, makeTensor, type Tensor, type TensorInterface } from '../tensor.ts';
import {
  type CallLimits,
  type HttpAnswer,
  type HttpCall,
  HttpConnection,
  type RemoteOutcome,
} from './remote.ts';
import type { RemoteCall, RemoteClient } from './remote-model.ts';
import type { RemoteReference } from './remote-reference.ts';

type JsonObject = Readonly<Record<string, unknown>>;

export class RestClient implements RemoteClient {
  readonly #connection: HttpConnection;
  readonly #path: string;
  /** Known once the server was asked. */
  #isBinary = false;

  constructor({ url, model, version }: RemoteReference) {
    this.#connection = new HttpConnection(new URL(url));
    const versionPath = version === undefined ? '' : `/versions/${encodeURIComponent(version)}`;
    this.#path = `/v2/models/${encodeURIComponent(model)}${versionPath}`;
  }

  async describe(limits: CallLimits): Promise<RemoteOutcome<TensorInterface>> {
    const server = await this.#ask({ method: 'GET', path: '/v2' }, limits, (answer) => answer);
    if (server.kind === 'answer') {
      const { extensions } = server.value;
      this.#isBinary = Array.isArray(extensions) && extensions.includes('binary_tensor_data');
    }
    return this.#ask({ method: 'GET', path: this.#path }, limits, (answer) => ({
      inputs: readSignatures(answer.inputs),
      outputs: readSignatures(answer.outputs),
    }));
  }

  infer(call: RemoteCall, limits: CallLimits): Promise<RemoteOutcome<readonly Tensor[]>> {
    const { body, headerBytes } = encodeRequest(call, this.#isBinary);
    const headers = {
      'content-type': headerBytes === null ? 'application/json' : 'application/octet-stream',
      ...(headerBytes === null ? {} : { 'inference-header-content-length': String(headerBytes) }),
    };
    const request: HttpCall = { method: 'POST', path: `${this.#path}/infer`, body, headers };
    return this.#ask(request, limits, (answer, blobs) => readOutputs(answer, blobs));
  }

  close(): void {
    this.#connection.close();
  }

  async #ask<T>(
    call: HttpCall,
    limits: CallLimits,
    read: (answer: JsonObject, blobs: Uint8Array<ArrayBuffer>) => T,
  ): Promise<RemoteOutcome<T>> {
    const outcome = await this.#connection.call(call, limits);
    if (outcome.kind !== 'answer') return outcome;
    const { status } = outcome.value;
    try {
      const { answer, blobs } = parseBody(outcome.value);
      if (status === 200) return { kind: 'answer', value: read(answer, blobs) };
      const reason = typeof answer.error === 'string' ? answer.error.slice(0, 500) : `it answered ${status}`;
      return { kind: status >= 400 && status < 500 ? 'refused' : 'failed', reason };
    } catch (error) {
      if (!(error instanceof SiteError) && !(error instanceof SyntaxError)) throw error;
      return { kind: 'failed', reason: `its answer (${status}) is not of the protocol: ${messageOf(error)}` };
    }
  }
}

function encodeRequest(
  { inputs, outputs, parameters }: RemoteCall,
  isBinary: boolean,
): { body: Uint8Array; headerBytes: number | null } {
  const blobs: Uint8Array[] = [];
  const texts = inputs.map((input) => {
    const { name, datatype, shape } = input;
    const head = `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[${shape}],`;
    if (!isBinary) return `${head}"data":${encodeJsonData(input)}}`;
    const blob = encodeRaw(input);
    blobs.push(blob);
    return `${head}"parameters":{"binary_data_size":${blob.length}}}`;
  });
  const asked = outputs?.map((name) => `{"name":${JSON.stringify(name)}}`).join(',');
  const fields = [
    `"inputs":[${texts.join(',')}]`,
    ...(asked === undefined ? [] : [`"outputs":[${asked}]`]),
    `"parameters":${JSON.stringify(isBinary ? { ...parameters, binary_data_output: true } : parameters)}`,
  ];
  const header = new TextEncoder().encode(`{${fields.join(',')}}`);
  if (!isBinary) return { body: header, headerBytes: null };
  return { body: Buffer.concat([header, ...blobs]), headerBytes: header.length };
}

function parseBody({ body, headerBytes }: HttpAnswer): {
  answer: JsonObject;
  blobs: Uint8Array<ArrayBuffer>;
} {
  const end = headerBytes ?? body.length;
  if (!Number.isSafeInteger(end) || end < 0 || end > body.length)
    throw malformed('its header has no such length');
  const text = new TextDecoder().decode(body.subarray(0, end));
  // A double holds no integer beyond 2^53 exactly: its digits are kept.
  const digits = (_key: string, value: unknown, { source }: { source?: string } = {}): unknown =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '')
      ? BigInt(source!)
      : value;
  const answer: unknown = text === '' ? {} : JSON.parse(text, digits);
  if (typeof answer !== 'object' || answer === null) throw malformed('it is no JSON object');
  return { answer: answer as JsonObject, blobs: body.subarray(end) };
}

function readSignatures(value: unknown): TensorSignature[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformed('its tensors are no list');
  return value.map((one: unknown) => {
    const { name, datatype, shape } = (one ?? {}) as JsonObject;
    return { name: requireText(name), datatype: requireDatatype(datatype), shape: requireSizes(shape, -1) };
  });
}

function readOutputs({ outputs }: JsonObject, blobs: Uint8Array<ArrayBuffer>): Tensor[] {
  if (!Array.isArray(outputs)) throw malformed('it has no outputs');
  let at = 0;
  return outputs.map((one: unknown, index) => {
    const { name, datatype: kind, shape: sizes, data, parameters } = (one ?? {}) as JsonObject;
    const datatype = requireDatatype(kind);
    const shape = requireSizes(sizes, 0);
    const path = `outputs[${index}]`;
    const size = ((parameters ?? {}) as JsonObject).binary_data_size;
    if (size === undefined) {
      return makeTensor(requireText(name), datatype, shape, decodeJsonData(data, datatype, shape, path));
    }
    if (!Number.isSafeInteger(size) || at + (size as number) > blobs.length)
      throw malformed(`${path} is cut off`);
    const bytes = blobs.subarray(at, at + (size as number));
    at += size as number;
    return makeTensor(
      requireText(name),
      datatype,
      shape,
      decodeRaw(datatype, elementsOf(shape), bytes, path),
    );
  });
}

function requireText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw malformed('a tensor has no name');
}

function requireDatatype(value: unknown): Datatype {
  const datatype = DATATYPES.find((one) => one === value);
  if (datatype === undefined) throw malformed(`${JSON.stringify(value)?.slice(0, 40)} is no datatype`);
  return datatype;
}

function requireSizes(value: unknown, min: number): number[] {
  const isShape = Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= min);
  if (!isShape) throw malformed('a tensor has no shape');
  return value as number[];
}

function malformed(what: string): SiteError {
  return new SiteError('REMOTE_FAILED', what);
}

/** An answer as the body of `POST /v2/models/M/infer`: JSON, and after it the tensors that were wanted as bytes. */
import type { EncodedAnswer } from '../encoded-answer.ts';
import type { InferAnswer, InferCall } from './infer-call.ts';
import { encodeJsonData } from './json-tensor.ts';
import { encodeRaw } from './raw-tensor.ts';

export function encodeJsonAnswer(
  { model, version, id, parameters, outputs }: InferAnswer,
  call: Omit<InferCall, 'inputs'>,
): EncodedAnswer {
  const blobs: Uint8Array[] = [];
  const texts = outputs.map((output, at) => {
    const { name, datatype, shape } = output;
    const head = `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[${shape}],`;
    if (!(call.outputs?.[at]?.isBinary ?? call.isBinaryUnasked))
      return `${head}"data":${encodeJsonData(output)}}`;
    const blob = encodeRaw(output);
    blobs.push(blob);
    return `${head}"parameters":{"binary_data_size":${blob.length}}}`;
  });
  const names = `"model_name":${JSON.stringify(model)},"model_version":${JSON.stringify(version)}`;
  const isPlain = Object.keys(parameters).length === 0;
  const parameterText = isPlain ? '' : `"parameters":${JSON.stringify(parameters)},`;
  const header = `{${idField(id)}${names},${parameterText}"outputs":[${texts.join(',')}]}`;
  if (blobs.length === 0) return { body: header, headerBytes: null };
  const headerBytes = Buffer.byteLength(header);
  const body = Buffer.allocUnsafe(blobs.reduce((sum, blob) => sum + blob.length, headerBytes));
  body.write(header);
  let at = headerBytes;
  for (const blob of blobs) {
    body.set(blob, at);
    at += blob.length;
  }
  return { body, headerBytes };
}

/** The answer to a call without an id as the answer to the same call with one. */
export function putJsonId({ body, headerBytes }: EncodedAnswer, id: string): EncodedAnswer {
  const start = `{${idField(id)}`;
  if (typeof body === 'string') return { body: start + body.slice(1), headerBytes };
  const longer = Buffer.concat([Buffer.from(start), body.subarray(1)]);
  return {
    body: longer,
    headerBytes: headerBytes === null ? null : headerBytes + longer.length - body.length,
  };
}

/** First of all fields, so that it can be put into an answer that is there already. */
function idField(id: string): string {
  return id === '' ? '' : `"id":${JSON.stringify(id)},`;
}

/** An answer as the body of `POST /v2/models/M/infer`: JSON, and after it the tensors that were wanted as bytes. */
import type { InferAnswer, InferCall } from './infer-call.ts';
import { encodeJsonData } from './json-tensor.ts';
import { encodeRaw } from './raw-tensor.ts';

export interface EncodedAnswer {
  /** Text, or bytes, which may share their memory with others. */
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** Bytes of the JSON, where bytes of tensors follow; null where there is nothing but JSON. */
  readonly headerBytes: number | null;
}

export function encodeJsonAnswer(
  { model, version, id, parameters, outputs }: InferAnswer,
  call: InferCall,
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
  const idText = id === '' ? '' : `"id":${JSON.stringify(id)},`;
  const isPlain = Object.keys(parameters).length === 0;
  const parameterText = isPlain ? '' : `"parameters":${JSON.stringify(parameters)},`;
  const header = `{${names},${idText}${parameterText}"outputs":[${texts.join(',')}]}`;
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

/**
 * `ModelInferRequest` and `ModelInferResponse` as call and answer. Refuses bytes that are no such message, and
 * tensors whose contents are not those of their datatype and shape.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { DATATYPES, type Datatype } from '@chamfer/contracts/datatypes';
import {
  type InferParameter,
  InferParameterSchema,
  type InferTensorContents,
  InferTensorContentsSchema,
  type ModelInferRequest,
  ModelInferRequestSchema,
  type ModelInferResponse,
  ModelInferResponse_InferOutputTensorSchema,
  ModelInferResponseSchema,
} from '../../../../../protocol/generated/grpc_service_pb.ts';
import { messageOf, SiteError } from '../../errors.ts';
import type { InferParameters } from '../runtime-model.ts';
import { ARRAYS, elementsOf, makeTensor, type Tensor, type TensorData } from '../tensor.ts';
import type { InferAnswer, InferCall } from './infer-call.ts';
import { readClassification, readShape } from './json-request.ts';
import { decodeRaw, encodeRaw } from './raw-tensor.ts';

/** A call, and whether its tensors came as bytes: then the answer's go as bytes too. */
export interface ProtoCall {
  readonly call: InferCall;
  readonly isRaw: boolean;
}

type ContentsField = Exclude<keyof InferTensorContents, '$typeName' | '$unknown'>;

/** Fields of a request that are looked through for tensors: many more than any model has inputs. */
const FIELDS_MAX = 1000;
const RAW = ModelInferRequestSchema.field.rawInputContents.number;

/** The number of the field `id` of `ModelInferResponse`. */
const ID = ModelInferResponseSchema.field.id.number;

/** Which field holds the elements of each datatype; FP16 has none and goes as bytes only. */
const CONTENTS: Readonly<Record<Exclude<Datatype, 'FP16'>, ContentsField>> = {
  BOOL: 'boolContents',
  UINT8: 'uintContents',
  UINT16: 'uintContents',
  UINT32: 'uintContents',
  UINT64: 'uint64Contents',
  INT8: 'intContents',
  INT16: 'intContents',
  INT32: 'intContents',
  INT64: 'int64Contents',
  FP32: 'fp32Contents',
  FP64: 'fp64Contents',
  BYTES: 'bytesContents',
};

/** Throws `INPUT_INVALID`. The tensors may share the memory of `bytes`. */
export function decodeProtoCall(bytes: Uint8Array<ArrayBuffer>): ProtoCall {
  const request = parseMessage(bytes);
  const raw = request.rawInputContents as Uint8Array<ArrayBuffer>[];
  if (raw.length > 0 && raw.length !== request.inputs.length) {
    const what = `raw_input_contents has ${raw.length} entries for ${request.inputs.length} inputs.`;
    throw new SiteError('INPUT_INVALID', what, { path: 'raw_input_contents' });
  }
  const inputs = request.inputs.map(({ name, datatype, shape: sizes, contents }, at) => {
    const path = `inputs[${at}]`;
    if (!DATATYPES.includes(datatype as Datatype)) {
      const what = `"${path}.datatype" is no datatype; there are ${DATATYPES.join(', ')}.`;
      throw new SiteError('INPUT_INVALID', what, { path: `${path}.datatype` });
    }
    const shape = readShape(sizes.map(Number), `${path}.shape`);
    const blob = raw[at];
    const data =
      blob === undefined
        ? decodeContents(contents, datatype as Datatype, elementsOf(shape), path)
        : decodeRaw(datatype as Datatype, elementsOf(shape), blob, path);
    return makeTensor(name, datatype as Datatype, shape, data);
  });
  const outputs = request.outputs.map(({ name, parameters }, at) => {
    const path = `outputs[${at}].parameters.classification`;
    const classification = readClassification(readParameters(parameters).classification, path);
    return { name, classification, isBinary: true };
  });
  const call: InferCall = {
    model: request.modelName,
    version: request.modelVersion === '' ? null : request.modelVersion,
    id: request.id,
    parameters: readParameters(request.parameters),
    inputs,
    outputs: outputs.length === 0 ? null : outputs,
    isBinaryUnasked: true,
  };
  return { call, isRaw: raw.length > 0 };
}

/** Of all `raw_input_contents`; of bytes that are no message, whatever was found until then. */
export function rawBytesOf(bytes: Uint8Array): number {
  const reader = new BinaryReader(bytes);
  let found = 0;
  try {
    for (let fields = 0; reader.pos < reader.len && fields < FIELDS_MAX; fields++) {
      const [field, type] = reader.tag();
      const { length } = reader.skip(type, field);
      if (field === RAW) found += length;
    }
  } catch {
    // Whoever reads the message says what is wrong with it.
  }
  return found;
}

function parseMessage(bytes: Uint8Array): ModelInferRequest {
  try {
    return fromBinary(ModelInferRequestSchema, bytes, { readUnknownFields: false });
  } catch (cause) {
    const what = `The bytes are no ModelInferRequest: ${messageOf(cause)}.`;
    throw new SiteError('INPUT_INVALID', what, { cause });
  }
}

function readParameters(parameters: Readonly<Record<string, InferParameter>>): InferParameters {
  const entries = Object.entries(parameters).map(([name, { parameterChoice }]) => {
    const { value } = parameterChoice;
    return [name, typeof value === 'bigint' ? Number(value) : (value ?? '')] as const;
  });
  return Object.fromEntries(entries);
}

function toParameter(value: string | number | boolean): InferParameter {
  const parameterChoice =
    typeof value === 'boolean'
      ? { case: 'boolParam' as const, value }
      : typeof value === 'number'
        ? { case: 'doubleParam' as const, value }
        : { case: 'stringParam' as const, value };
  return create(InferParameterSchema, { parameterChoice });
}

function decodeContents(
  contents: InferTensorContents | undefined,
  datatype: Datatype,
  elements: number,
  path: string,
): TensorData {
  const refuse = (what: string): SiteError =>
    new SiteError('INPUT_INVALID', `"${path}" ${what}.`, { path: `${path}.contents` });
  if (datatype === 'FP16') throw refuse('is FP16, which goes in raw_input_contents only');
  const values: readonly unknown[] = contents?.[CONTENTS[datatype]] ?? [];
  if (values.length !== elements) {
    const field = CONTENTS[datatype].replace('Contents', '_contents');
    throw refuse(`has ${values.length} elements in ${field}; its shape has ${elements}`);
  }
  if (datatype === 'BYTES') return values as Uint8Array[];
  const data = new ARRAYS[datatype](elements);
  for (let at = 0; at < elements; at++) data[at] = values[at] as never;
  const wrapped = values.findIndex((value, at) => !Object.is(Number(value), Number(data[at])));
  if (wrapped !== -1) throw refuse(`element ${wrapped} is out of the range of ${datatype}`);
  return data;
}

/** Typed contents where the call had them: whoever reads such answers sends such calls. FP16 has no typed contents. */
export function encodeProtoAnswer(
  { model, version, id, parameters, outputs }: InferAnswer,
  isRaw: boolean,
): Uint8Array<ArrayBuffer> {
  const asBytes = isRaw || outputs.some(({ datatype }) => datatype === 'FP16');
  const response: ModelInferResponse = create(ModelInferResponseSchema, {
    modelName: model,
    modelVersion: version,
    id,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, toParameter(value)]),
    ),
    outputs: outputs.map((output) => {
      const { name, datatype, shape } = output;
      const tensor = create(ModelInferResponse_InferOutputTensorSchema, {
        name,
        datatype,
        shape: shape.map(BigInt),
      });
      if (!asBytes) tensor.contents = encodeContents(output);
      return tensor;
    }),
    rawOutputContents: asBytes ? outputs.map(encodeRaw) : [],
  });
  return toBinary(ModelInferResponseSchema, response);
}

function encodeContents({ datatype, data }: Tensor): InferTensorContents {
  const contents = create(InferTensorContentsSchema);
  const field = CONTENTS[datatype as keyof typeof CONTENTS];
  const values: unknown[] =
    datatype === 'BYTES'
      ? data.map((one) => (typeof one === 'string' ? new TextEncoder().encode(one) : one))
      : Array.from<unknown>(data as ArrayLike<unknown>);
  (contents[field] as unknown[]) = datatype === 'BOOL' ? values.map(Boolean) : values;
  return contents;
}

/** The bytes of an answer without an id as those of the same with one: fields may come in any order. */
export function putProtoId(bytes: Uint8Array, id: string): Uint8Array<ArrayBuffer> {
  return Buffer.concat([bytes, new BinaryWriter().tag(ID, WireType.LengthDelimited).string(id).finish()]);
}

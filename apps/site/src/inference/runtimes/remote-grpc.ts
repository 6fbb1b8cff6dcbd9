/** The Open Inference Protocol (v2) over gRPC, as a client speaks it: tensors as bytes. Refuses what is no answer of it. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { TensorSignature } from '@chamfer/contracts';
import { DATATYPES, type Datatype } from '@chamfer/contracts/datatypes';
import {
  InferParameterSchema,
  ModelInferRequestSchema,
  ModelInferResponseSchema,
  ModelMetadataRequestSchema,
  ModelMetadataResponseSchema,
} from '../../../../../protocol/generated/grpc_service_pb.ts';
import { messageOf, SiteError } from '../../errors.ts';
import { decodeRaw, encodeRaw } from '../oip/raw-tensor.ts';
import { elementsOf, makeTensor, type Tensor, type TensorInterface } from '../tensor.ts';
import { type CallLimits, GrpcConnection, type RemoteOutcome } from './remote.ts';
import type { RemoteCall, RemoteClient } from './remote-model.ts';
import type { RemoteReference } from './remote-reference.ts';

const SERVICE = '/inference.GRPCInferenceService';

interface StatedTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly bigint[];
}

export class GrpcClient implements RemoteClient {
  readonly #connection: GrpcConnection;
  readonly #model: string;
  readonly #version: string;

  constructor({ url, model, version }: RemoteReference) {
    const { protocol, host } = new URL(url.replace(/^grpc/, 'http'));
    this.#connection = new GrpcConnection(host, protocol === 'https:');
    this.#model = model;
    this.#version = version ?? '';
  }

  async describe(limits: CallLimits): Promise<RemoteOutcome<TensorInterface>> {
    const request = create(ModelMetadataRequestSchema, { name: this.#model, version: this.#version });
    const bytes = toBinary(ModelMetadataRequestSchema, request);
    const outcome = await this.#connection.call(`${SERVICE}/ModelMetadata`, bytes, limits);
    return read(outcome, (answer) => {
      const { inputs, outputs } = fromBinary(ModelMetadataResponseSchema, answer);
      return { inputs: inputs.map(toSignature), outputs: outputs.map(toSignature) };
    });
  }

  async infer(
    { inputs, outputs, parameters }: RemoteCall,
    limits: CallLimits,
  ): Promise<RemoteOutcome<Tensor[]>> {
    const request = create(ModelInferRequestSchema, {
      modelName: this.#model,
      modelVersion: this.#version,
      inputs: inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape: shape.map(BigInt) })),
      outputs: (outputs ?? []).map((name) => ({ name })),
      rawInputContents: inputs.map(encodeRaw),
      parameters: Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [name, toParameter(value)]),
      ),
    });
    const bytes = toBinary(ModelInferRequestSchema, request);
    const outcome = await this.#connection.call(`${SERVICE}/ModelInfer`, bytes, limits);
    return read(outcome, (answer) => {
      const response = fromBinary(ModelInferResponseSchema, answer);
      return response.outputs.map((output, at) => {
        const { name, datatype, shape } = toSignature(output);
        const blob = response.rawOutputContents[at] as Uint8Array<ArrayBuffer> | undefined;
        if (blob === undefined)
          throw new SiteError('REMOTE_FAILED', `the output ${name} has no raw contents`);
        return makeTensor(
          name,
          datatype,
          shape,
          decodeRaw(datatype, elementsOf(shape), blob, `outputs[${at}]`),
        );
      });
    });
  }

  close(): void {
    this.#connection.close();
  }
}

function read<T>(
  outcome: RemoteOutcome<Uint8Array<ArrayBuffer>>,
  decode: (answer: Uint8Array<ArrayBuffer>) => T,
): RemoteOutcome<T> {
  if (outcome.kind !== 'answer') return outcome;
  try {
    return { kind: 'answer', value: decode(outcome.value) };
  } catch (error) {
    // The decoder of protobuf throws plain errors for bytes that are no message.
    return { kind: 'failed', reason: `its answer is not of the protocol: ${messageOf(error)}` };
  }
}

function toSignature({ name, datatype: kind, shape }: StatedTensor): TensorSignature {
  const datatype = DATATYPES.find((one) => one === kind) as Datatype | undefined;
  if (datatype === undefined) throw new SiteError('REMOTE_FAILED', `${kind.slice(0, 40)} is no datatype`);
  return { name, datatype, shape: shape.map(Number) };
}

function toParameter(value: string | number | boolean) {
  if (typeof value === 'string') {
    return create(InferParameterSchema, { parameterChoice: { case: 'stringParam', value } });
  }
  if (typeof value === 'boolean') {
    return create(InferParameterSchema, { parameterChoice: { case: 'boolParam', value } });
  }
  return Number.isSafeInteger(value)
    ? create(InferParameterSchema, { parameterChoice: { case: 'int64Param', value: BigInt(value) } })
    : create(InferParameterSchema, { parameterChoice: { case: 'doubleParam', value } });
}

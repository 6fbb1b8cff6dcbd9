/** `inference.GRPCInferenceService`: the Open Inference Protocol (v2) over gRPC, with the extensions a site has. */
import { create, fromJson } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import {
  GRPCInferenceService,
  ModelConfigResponseSchema,
  ModelMetadataResponseSchema,
  ModelReadyResponseSchema,
  ModelStatisticsResponseSchema,
  RepositoryIndexResponseSchema,
  RepositoryModelLoadResponseSchema,
  RepositoryModelUnloadResponseSchema,
  ServerLiveResponseSchema,
  ServerMetadataResponseSchema,
  ServerReadyResponseSchema,
} from '../../../../protocol/generated/grpc_service_pb.ts';
import { SiteError } from '../errors.ts';
import type { InferService } from '../inference/infer-service.ts';
import type { ModelDirectory } from '../inference/oip/model-directory.ts';
import { type ByteBlocks, toOwnBytes } from '../workers/byte-blocks.ts';
import {
  type DuplexBytes,
  defineService,
  type GrpcService,
  type MethodMaker,
  type UnaryBytes,
} from './service.ts';

const { method } = GRPCInferenceService;

/** Field numbers of `ModelStreamInferResponse`. */
const ERROR_MESSAGE = 1;
const INFER_RESPONSE = 2;

/** A buffer with more room than this around the message may hold other messages too. */
const FRAME_BYTES_MAX = 64;

export interface InferenceOptions {
  readonly inference: InferService;
  readonly directory: ModelDirectory;
  /** Bounds what all messages together hold in memory; throws `OVERLOADED`. */
  readonly budget: { take(bytes: number): void; give(bytes: number): void };
  /** Throws `LOOPBACK_ONLY` for the address of another machine. */
  requireLoopbackPeer(address: string): void;
  readonly stopping: AbortSignal;
}

export function inferenceService(maker: MethodMaker, options: InferenceOptions): GrpcService {
  return defineService(GRPCInferenceService, {
    ...descriptions(maker, options),
    ModelInfer: maker.unaryBytes(method.modelInfer, (call) => {
      const signal = (): AbortSignal => {
        const controller = new AbortController();
        if (call.cancelled) controller.abort();
        else call.on('cancelled', () => controller.abort());
        return controller.signal;
      };
      return infer(options, call.request, signal);
    }),
    ModelStreamInfer: (call: DuplexBytes) => answerStream(maker, options, call),
  });
}

/** What is answered from what is known; versions are empty where any will do. */
function descriptions(maker: MethodMaker, options: InferenceOptions): UntypedServiceImplementation {
  const { directory, requireLoopbackPeer } = options;
  return {
    ServerLive: maker.unary(method.serverLive, () => create(ServerLiveResponseSchema, { live: true })),
    ServerReady: maker.unary(method.serverReady, () =>
      create(ServerReadyResponseSchema, { ready: directory.isReady() }),
    ),
    ServerMetadata: maker.unary(method.serverMetadata, () =>
      fromJson(ServerMetadataResponseSchema, directory.server()),
    ),
    ModelReady: maker.unary(method.modelReady, ({ name, version }) =>
      create(ModelReadyResponseSchema, { ready: directory.isModelReady(name, version) }),
    ),
    ModelMetadata: maker.unary(method.modelMetadata, ({ name, version }) =>
      fromJson(ModelMetadataResponseSchema, directory.metadata(name, version)),
    ),
    ModelConfig: maker.unary(method.modelConfig, ({ name, version }) =>
      fromJson(ModelConfigResponseSchema, { config: directory.config(name, version) }),
    ),
    ModelStatistics: maker.unary(method.modelStatistics, ({ name, version }) => {
      const found = directory.statistics(name === '' ? null : name, version);
      return fromJson(ModelStatisticsResponseSchema, found);
    }),
    RepositoryIndex: maker.unary(method.repositoryIndex, ({ ready }, call) => {
      requireLoopbackPeer(peerAddress(call));
      return fromJson(RepositoryIndexResponseSchema, { models: directory.index(ready) });
    }),
    RepositoryModelLoad: maker.unary(method.repositoryModelLoad, async ({ modelName, parameters }, call) => {
      requireLoopbackPeer(peerAddress(call));
      requirePlain(parameters);
      await directory.load(modelName);
      return create(RepositoryModelLoadResponseSchema);
    }),
    RepositoryModelUnload: maker.unary(method.repositoryModelUnload, async ({ modelName }, call) => {
      requireLoopbackPeer(peerAddress(call));
      await directory.unload(modelName);
      return create(RepositoryModelUnloadResponseSchema);
    }),
  };
}

/** A model is loaded as it stands in the repository: nothing else is taken from a request. */
function requirePlain(parameters: Readonly<Record<string, unknown>>): void {
  const [name] = Object.keys(parameters);
  if (name === undefined) return;
  const what = `The parameter ${JSON.stringify(name.slice(0, 40))} is not taken: a model is loaded as it stands in the repository.`;
  throw new SiteError('INPUT_INVALID', what, { path: 'parameters' });
}

async function infer(
  { inference, budget }: InferenceOptions,
  message: Uint8Array,
  signal: () => AbortSignal,
): Promise<Uint8Array> {
  // A message that moves to a worker has no length any more.
  const { length } = message;
  budget.take(length);
  try {
    const { body } = await inference.answer(asBlocks(message), { kind: 'proto' }, signal);
    return body as Uint8Array;
  } finally {
    budget.give(length);
  }
}

function asBlocks(message: Uint8Array): ByteBlocks {
  const bytes = message as Uint8Array<ArrayBuffer>;
  return { blocks: [bytes], own: () => [toOwnBytes(bytes, FRAME_BYTES_MAX)] };
}

/** One answer a request, in their order; a call that fails is answered too, and the stream goes on. */
function answerStream(maker: MethodMaker, options: InferenceOptions, call: DuplexBytes): void {
  const { stopping } = options;
  const controller = new AbortController();
  let isBusy = false;
  let isOver = false;
  const finish = (): void => {
    if (isBusy) return;
    stopping.removeEventListener('abort', finish);
    if (isOver) call.end();
    else {
      const error = new SiteError('OVERLOADED', 'The site is stopping. Try again in a moment.');
      call.emit('error', maker.failure(method.modelStreamInfer, error));
    }
  };
  stopping.addEventListener('abort', finish);
  call.on('cancelled', () => {
    controller.abort();
    stopping.removeEventListener('abort', finish);
  });
  call.on('data', async (message: Uint8Array) => {
    isBusy = true;
    call.pause();
    const answer = await answerOne(maker, options, message, controller.signal);
    isBusy = false;
    if (controller.signal.aborted) return;
    call.write(answer);
    if (isOver || stopping.aborted) finish();
    else call.resume();
  });
  call.on('end', () => {
    isOver = true;
    finish();
  });
}

/** The bytes of a `ModelStreamInferResponse`, around the answer's own. */
async function answerOne(
  maker: MethodMaker,
  options: InferenceOptions,
  message: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const writer = new BinaryWriter();
  try {
    const answer = await infer(options, message, () => signal);
    return writer.tag(INFER_RESPONSE, WireType.LengthDelimited).bytes(answer).finish();
  } catch (error) {
    const { details } = maker.failure(method.modelStreamInfer, error);
    return writer.tag(ERROR_MESSAGE, WireType.LengthDelimited).string(details).finish();
  }
}

/** gRPC gives `address:port`, of IPv6 in brackets. */
function peerAddress(call: UnaryBytes): string {
  return call
    .getPeer()
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '');
}

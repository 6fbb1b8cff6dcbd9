/**
 * Makes gRPC services of their generated descriptions and plain functions: decode, call, encode, and every failure a
 * status. Refuses bytes that are not the message of the method; what has no function is answered as unimplemented.
 */
import { randomBytes } from 'node:crypto';
import {
  type DescMessage,
  type DescMethod,
  type DescService,
  fromBinary,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import type {
  handleServerStreamingCall,
  handleUnaryCall,
  ServerDuplexStream,
  ServerUnaryCall,
  ServerWritableStream,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { messageOf, SiteError, toSiteError } from '../errors.ts';
import { toGrpcStatus } from './status-codes.ts';

/** What the edge logs with; pino's loggers are such. */
export interface Log {
  error(details: object, message: string): void;
}

export interface GrpcService {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

export type UnaryBytes = ServerUnaryCall<Uint8Array, Uint8Array>;
export type WriterBytes = ServerWritableStream<Uint8Array, Uint8Array>;
export type DuplexBytes = ServerDuplexStream<Uint8Array, Uint8Array>;

/**
 * All messages pass as bytes: whoever handles a method decides where they are decoded. `typeName` serves the same
 * methods under another name.
 */
export function defineService(
  service: DescService,
  implementation: UntypedServiceImplementation,
  typeName: string = service.typeName,
): GrpcService {
  const asIs = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const methods = service.methods.map((method) => [
    method.name,
    {
      path: `/${typeName}/${method.name}`,
      requestStream: method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming',
      responseStream: method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming',
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  ]);
  return { definition: Object.fromEntries(methods), implementation };
}

/** Throws `INPUT_INVALID`. */
export function decode<Desc extends DescMessage>(schema: Desc, bytes: Uint8Array): MessageShape<Desc> {
  try {
    return fromBinary(schema, bytes, { readUnknownFields: false });
  } catch (cause) {
    const what = `The bytes are no ${schema.typeName}: ${messageOf(cause)}.`;
    throw new SiteError('INPUT_INVALID', what, { cause });
  }
}

export class MethodMaker {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Of messages that are small. */
  unary<Input extends DescMessage, Output extends DescMessage>(
    method: DescMethod & { readonly input: Input; readonly output: Output },
    handle: (
      request: MessageShape<Input>,
      call: UnaryBytes,
    ) => MessageShape<Output> | Promise<MessageShape<Output>>,
  ): handleUnaryCall<Uint8Array, Uint8Array> {
    return this.unaryBytes(method, async (call) =>
      toBinary(method.output, await handle(decode(method.input, call.request), call)),
    );
  }

  unaryBytes(
    method: DescMethod,
    handle: (call: UnaryBytes) => Uint8Array | Promise<Uint8Array>,
  ): handleUnaryCall<Uint8Array, Uint8Array> {
    return async (call, callback) => {
      try {
        callback(null, await handle(call));
      } catch (error) {
        callback(this.failure(method, error));
      }
    };
  }

  /** `handle` writes as often as it likes, and ends the call. */
  serverStream<Input extends DescMessage, Output extends DescMessage>(
    method: DescMethod & { readonly input: Input; readonly output: Output },
    handle: (request: MessageShape<Input>, call: WriterBytes) => void,
  ): handleServerStreamingCall<Uint8Array, Uint8Array> {
    return (call) => {
      try {
        handle(decode(method.input, call.request), call);
      } catch (error) {
        call.emit('error', this.failure(method, error));
      }
    };
  }

  /** The status of anything thrown; what is a mistake of this site is logged. */
  failure(method: DescMethod, thrown: unknown): ReturnType<typeof toGrpcStatus> {
    const error = toSiteError(thrown);
    const incident = `g-${randomBytes(6).toString('hex')}`;
    if (error.code === 'INTERNAL') {
      this.#log.error(
        { request: incident, method: method.name, code: error.code, err: error },
        error.message,
      );
    }
    return toGrpcStatus(error, incident);
  }
}

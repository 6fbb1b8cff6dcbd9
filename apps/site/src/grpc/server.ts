/** The gRPC edge: opens the port, serves inference, health and reflection, and closes again without losing a call. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { logVerbosity, Server, ServerCredentials, setLogVerbosity } from '@grpc/grpc-js';
import { Health } from '../../../../protocol/generated/grpc/health/v1/health_pb.ts';
import { GRPCInferenceService } from '../../../../protocol/generated/grpc_service_pb.ts';
import { addressUnavailable } from '../errors.ts';
import { loadProto } from '../inference/oip/messages.ts';
import { healthService } from './health.ts';
import { type InferenceOptions, inferenceService } from './inference.ts';
import { reflectionServices } from './reflection.ts';
import { type Log, MethodMaker } from './service.ts';

/** What one connection may ask at once; what is beyond waits at its client. Each call may hold a whole message. */
const CALLS_A_CONNECTION_MAX = 256;

export interface GrpcOptions extends Omit<InferenceOptions, 'stopping'> {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Whether other processes listen there too. */
  readonly reusePort: boolean;
  readonly messageBytesMax: number;
  readonly log: Log;
}

export interface GrpcServer {
  /** Host and port, as gRPC clients take them. */
  readonly address: string;
  /** Takes no new calls, finishes those under way, ends streams. */
  close(): Promise<void>;
}

/** Throws `ADDRESS_UNAVAILABLE`. */
export async function startGrpcServer(options: GrpcOptions): Promise<GrpcServer> {
  const { host, port, reusePort, messageBytesMax, log } = options;
  await loadProto();
  // It would print beside our own lines what is thrown as well.
  setLogVerbosity(logVerbosity.NONE);
  const stop = new AbortController();
  const stopping = stop.signal;
  const server = new Server({
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.max_concurrent_streams': CALLS_A_CONNECTION_MAX,
    // What a model answers is bounded by what it is asked.
    'grpc.max_send_message_length': -1,
  });
  const maker = new MethodMaker(log);
  const { directory } = options;
  const health = {
    isReady: () => directory.isReady(),
    onChange: (listener: () => void) => directory.onChange(listener),
  };
  const services = [
    inferenceService(maker, { ...options, stopping }),
    healthService(maker, { ...health, services: [GRPCInferenceService.typeName], stopping }),
    ...reflectionServices(maker, [GRPCInferenceService, Health], stopping),
  ];
  for (const { definition, implementation } of services) server.addService(definition, implementation);
  // The library would listen itself, but at a port of its own.
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const acceptor = createServer((socket) => injector.injectConnection(socket));
  try {
    acceptor.listen({ host, port, reusePort });
    await once(acceptor, 'listening');
  } catch (error) {
    throw addressUnavailable(error, host, port, '--grpc-port');
  }
  const { port: bound } = acceptor.address() as AddressInfo;
  return {
    address: `${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close() {
      stop.abort();
      acceptor.close();
      return new Promise((resolve) => server.tryShutdown(() => resolve()));
    },
  };
}

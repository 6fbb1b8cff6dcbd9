/** The gRPC health checking protocol: whether the server, and the inference service on it, can work. */
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  Health,
  HealthCheckResponse_ServingStatus,
  HealthCheckResponseSchema,
  HealthListResponseSchema,
} from '../../../../protocol/generated/grpc/health/v1/health_pb.ts';
import { SiteError } from '../errors.ts';
import { defineService, type GrpcService, type MethodMaker } from './service.ts';

type Status = HealthCheckResponse_ServingStatus;

export interface HealthOptions {
  /** Names of the services that are answered for. */
  readonly services: readonly string[];
  isReady(): boolean;
  /** Calls back whenever that may have changed. */
  onChange(listener: () => void): void;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
}

export function healthService(
  maker: MethodMaker,
  { services, isReady, onChange, stopping }: HealthOptions,
): GrpcService {
  const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = HealthCheckResponse_ServingStatus;
  // The empty name stands for the whole server.
  const names = ['', ...services];
  const statusOf = (service: string): Status => {
    if (!names.includes(service)) return SERVICE_UNKNOWN;
    return isReady() && !stopping.aborted ? SERVING : NOT_SERVING;
  };
  const watchers = new Set<() => void>();
  onChange(() => {
    for (const tell of watchers) tell();
  });
  const answer = (status: Status): MessageInitShape<typeof HealthCheckResponseSchema> => ({ status });
  return defineService(Health, {
    Check: maker.unary(Health.method.check, ({ service }) => {
      const status = statusOf(service);
      if (status === SERVICE_UNKNOWN) {
        throw new SiteError('NOT_FOUND', `There is no service ${JSON.stringify(service.slice(0, 100))}.`);
      }
      return create(HealthCheckResponseSchema, answer(status));
    }),
    List: maker.unary(Health.method.list, () => {
      const statuses = Object.fromEntries(names.map((name) => [name, answer(statusOf(name))]));
      return create(HealthListResponseSchema, { statuses });
    }),
    Watch: maker.serverStream(Health.method.watch, ({ service }, call) => {
      let last: Status | null = null;
      const write = (): void => {
        const status = statusOf(service);
        if (status === last) return;
        last = status;
        call.write(toBinary(HealthCheckResponseSchema, create(HealthCheckResponseSchema, answer(status))));
      };
      write();
      watchers.add(write);
      call.on('cancelled', () => watchers.delete(write));
      const onStop = (): void => {
        write();
        call.end();
      };
      stopping.addEventListener('abort', onStop, { once: true });
      call.on('cancelled', () => stopping.removeEventListener('abort', onStop));
    }),
  });
}

import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Health,
  HealthCheckResponse_ServingStatus,
  HealthCheckResponseSchema,
} from '../../../../protocol/generated/grpc/health/v1/health_pb.ts';
import { ServerReflection } from '../../../../protocol/generated/grpc/reflection/v1/reflection_pb.ts';
import {
  GRPCInferenceService,
  ModelInferRequestSchema,
  type ModelInferResponse,
} from '../../../../protocol/generated/grpc_service_pb.ts';
import { GrpcCaller } from '../../fixtures/grpc-caller.ts';
import { FIXTURES, type SmallSite, startSmallSite } from '../../fixtures/small-site.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { readSklearnModel } from '../inference/runtimes/sklearn.ts';

const PICKLE = join(FIXTURES, 'pickles', 'scaled-logistic.pkl');
const ARGS = ['--grpc-port', '0', '--model', PICKLE];
const { method } = GRPCInferenceService;
const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = HealthCheckResponse_ServingStatus;

let site: SmallSite;
let caller: GrpcCaller;
beforeAll(async () => {
  site = await startSmallSite({ args: [...ARGS, '--predict-body-mebibytes-max', '8'] });
  caller = new GrpcCaller(site.grpcAddress!);
});
afterAll(async () => {
  caller.client.close();
  await site.close();
});

const ROWS = Float64Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
const model = await readSklearnModel(readFileSync(PICKLE));
const expected = model.run('predict_proba', { data: ROWS, rows: 2, columns: 4 }) as { data: Float64Array };

/** A request for rows of four, as bytes. */
function requestFor(rows: Float64Array, outputs: string[] = ['predict_proba']) {
  return {
    modelName: 'scaled-logistic',
    id: 'q-1',
    inputs: [{ name: 'inputs', datatype: 'FP64', shape: [BigInt(rows.length / 4), 4n] }],
    outputs: outputs.map((name) => ({ name })),
    rawInputContents: [new Uint8Array(rows.buffer)],
  };
}

function doublesOf({ rawOutputContents }: ModelInferResponse): number[] {
  return [...new Float64Array(new Uint8Array(rawOutputContents[0]!).buffer)];
}

describe('what there is', () => {
  test('server, models, configuration, statistics, repository', async () => {
    expect(await caller.call(method.serverLive, {})).toMatchObject({ live: true });
    expect(await caller.call(method.serverReady, {})).toMatchObject({ ready: true });
    expect(await caller.call(method.serverMetadata, {})).toMatchObject({ name: 'chamfer' });
    const name = 'scaled-logistic';
    expect(await caller.call(method.modelReady, { name })).toMatchObject({ ready: true });
    expect(await caller.call(method.modelReady, { name: 'none' })).toMatchObject({ ready: false });
    expect(await caller.call(method.modelMetadata, { name })).toMatchObject({
      inputs: [{ name: 'inputs', datatype: 'FP64', shape: [-1n, 4n] }],
    });
    const { config } = await caller.call(method.modelConfig, { name });
    expect(config).toMatchObject({ name, input: [{ dims: [-1n, 4n] }] });
    const { modelStats } = await caller.call(method.modelStatistics, {});
    expect(modelStats.map((one) => one.name)).toContain(name);
    const { models } = await caller.call(method.repositoryIndex, {});
    expect(models).toContainEqual(expect.objectContaining({ name, state: 'READY' }));
  });

  test('health, of the server and of each service', async () => {
    for (const service of ['', 'inference.GRPCInferenceService']) {
      expect(await caller.call(Health.method.check, { service })).toMatchObject({ status: SERVING });
    }
    const unknown = await caller.refusalOf(caller.call(Health.method.check, { service: 'none' }));
    expect(unknown.code).toBe(status.NOT_FOUND);
    const { statuses } = await caller.call(Health.method.list, {});
    expect(Object.keys(statuses)).toEqual(['', 'inference.GRPCInferenceService']);
  });

  test('health changes as models go and come', async () => {
    const models = temporaryFolder();
    mkdirSync(join(models, 'only', '1'), { recursive: true });
    copyFileSync(PICKLE, join(models, 'only', '1', 'model.pkl'));
    const args = ['--grpc-port', '0', '--models', models, '--model-control', 'explicit'];
    const own = await startSmallSite({ args });
    const other = new GrpcCaller(own.grpcAddress!);
    const watched: number[] = [];
    const watch = other.readStream(Health.method.watch, { service: '' });
    watch.on('data', (bytes: Uint8Array) =>
      watched.push(fromBinary(HealthCheckResponseSchema, bytes).status),
    );
    await expect.poll(() => watched).toEqual([SERVING]);
    await other.call(method.repositoryModelUnload, { modelName: 'only' });
    await expect.poll(() => watched).toEqual([SERVING, NOT_SERVING]);
    expect(await other.call(method.serverReady, {})).toMatchObject({ ready: false });
    await other.call(method.repositoryModelLoad, { modelName: 'only' });
    await expect.poll(() => watched).toEqual([SERVING, NOT_SERVING, SERVING]);
    await own.close();
    other.client.close();
  });

  test.each(['grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection'])(
    'its own definitions, under %s',
    async (service) => {
      const asked = [
        { messageRequest: { case: 'listServices' as const, value: '' } },
        {
          messageRequest: {
            case: 'fileContainingSymbol' as const,
            value: 'inference.GRPCInferenceService.ModelInfer',
          },
        },
        { messageRequest: { case: 'fileByFilename' as const, value: 'model_config.proto' } },
        { messageRequest: { case: 'fileContainingSymbol' as const, value: 'none.Such' } },
      ];
      const info = ServerReflection.method.serverReflectionInfo;
      const [services, symbol, file, none] = (await caller.exchange(info, asked, service)).map(
        ({ messageResponse }) => messageResponse.value,
      ) as unknown as [
        { service: { name: string }[] },
        { fileDescriptorProto: Uint8Array[] },
        { fileDescriptorProto: Uint8Array[] },
        { errorCode: number },
      ];
      expect(services.service.map(({ name }) => name)).toEqual([
        'inference.GRPCInferenceService',
        'grpc.health.v1.Health',
        'grpc.reflection.v1.ServerReflection',
      ]);
      const names = (files: Uint8Array[]): string[] =>
        files.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);
      expect(names(symbol.fileDescriptorProto)).toEqual(['grpc_service.proto', 'model_config.proto']);
      expect(names(file.fileDescriptorProto)).toEqual(['model_config.proto']);
      expect(none.errorCode).toBe(status.NOT_FOUND);
    },
  );

  test('what a site does not have is unimplemented', async () => {
    const refusal = await caller.refusalOf(caller.call(method.systemSharedMemoryStatus, {}));
    expect(refusal.code).toBe(status.UNIMPLEMENTED);
  });
});

describe('inference', () => {
  test('in bytes, each bit as the model gives it', async () => {
    const answer = await caller.call(method.modelInfer, requestFor(ROWS));
    expect(answer).toMatchObject({
      modelName: 'scaled-logistic',
      id: 'q-1',
      outputs: [{ name: 'predict_proba', datatype: 'FP64', shape: [2n, 3n] }],
    });
    expect(answer.outputs[0]!.contents).toBeUndefined();
    expect(doublesOf(answer)).toEqual([...expected.data]);
  });

  test('in typed contents, answered in typed contents', async () => {
    const { rawInputContents: _, ...request } = requestFor(ROWS, ['predict_proba', 'predict']);
    const inputs = [{ ...request.inputs[0]!, contents: { fp64Contents: [...ROWS] } }];
    const answer = await caller.call(method.modelInfer, { ...request, inputs });
    expect(answer.rawOutputContents).toEqual([]);
    expect(answer.outputs[0]!.contents!.fp64Contents).toEqual([...expected.data]);
    const labels = answer.outputs[1]!.contents!.bytesContents.map((bytes) => Buffer.from(bytes).toString());
    expect(labels).toEqual(['high', 'high']);
  });

  test('of a large message, by a worker', async () => {
    const rows = Float64Array.from({ length: 4 * 50_000 }, (_, at) => Math.cos(at));
    rows.set(ROWS);
    const answer = await caller.call(method.modelInfer, requestFor(rows));
    expect(doublesOf(answer)).toHaveLength(3 * 50_000);
    expect(doublesOf(answer).slice(0, 6)).toEqual([...expected.data]);
  });

  test('with the likeliest classes', async () => {
    const parameters = { classification: { parameterChoice: { case: 'int64Param' as const, value: 1n } } };
    const request = { ...requestFor(ROWS), outputs: [{ name: 'predict_proba', parameters }] };
    const { outputs, rawOutputContents } = await caller.call(method.modelInfer, request);
    expect(outputs).toMatchObject([{ datatype: 'BYTES', shape: [2n, 1n] }]);
    expect(Buffer.from(rawOutputContents[0]!).toString('latin1')).toMatch(/:0:high/);
  });

  test('over a stream: an answer a request, in order, of those too that fail', async () => {
    const answers = await caller.exchange(method.modelStreamInfer, [
      { ...requestFor(ROWS), id: 'a' },
      { ...requestFor(ROWS), modelName: 'none' },
      { ...requestFor(ROWS), id: 'b' },
    ]);
    expect(answers.map(({ inferResponse }) => inferResponse?.id)).toEqual(['a', undefined, 'b']);
    expect(answers[1]!.errorMessage).toMatch(/no model "none"/);
    expect(doublesOf(answers[2]!.inferResponse!)).toEqual([...expected.data]);
  });

  test.each<[string, object, number, string, RegExp]>([
    ['an unknown model', { modelName: 'none' }, status.NOT_FOUND, 'MODEL_UNKNOWN', /no model "none"/],
    ['another version', { modelVersion: '9' }, status.NOT_FOUND, 'MODEL_UNKNOWN', /no version "9"/],
    [
      'an unknown output',
      { outputs: [{ name: 'x' }] },
      status.INVALID_ARGUMENT,
      'INPUT_INVALID',
      /no output "x"/,
    ],
    [
      'too few bytes',
      { rawInputContents: [ROWS.slice(1)] },
      status.INVALID_ARGUMENT,
      'INPUT_INVALID',
      /bytes/,
    ],
    [
      'bytes for no input',
      { inputs: [] },
      status.INVALID_ARGUMENT,
      'INPUT_INVALID',
      /1 entries for 0 inputs/,
    ],
    [
      'contents out of range',
      {
        rawInputContents: [],
        inputs: [
          { name: 'inputs', datatype: 'INT8', shape: [1n, 4n], contents: { intContents: [1, 2, 3, 300] } },
        ],
      },
      status.INVALID_ARGUMENT,
      'INPUT_INVALID',
      /element 3 is out of the range of INT8/,
    ],
  ])('%s is refused', async (_, change, code, ours, words) => {
    const answer = caller.call(method.modelInfer, { ...requestFor(ROWS), ...change });
    const refusal = await caller.refusalOf(answer);
    expect(refusal.code).toBe(code);
    expect(refusal.details).toMatch(words);
    expect(refusal.metadata.get('chamfer-error-code')).toEqual([ours]);
  });

  test('bytes that are no message, and a message beyond the limit, are refused', async () => {
    const path = '/inference.GRPCInferenceService/ModelInfer';
    const broken = await caller.refusalOf(caller.callBytes(path, Uint8Array.of(0x0a, 0xff)));
    expect(broken.code).toBe(status.INVALID_ARGUMENT);
    const large = await caller.refusalOf(caller.callBytes(path, new Uint8Array(9 * 2 ** 20)));
    expect(large.code).toBe(status.RESOURCE_EXHAUSTED);
  });

  test('any damage to a message is answered, and the site goes on', async () => {
    const whole = toBinary(ModelInferRequestSchema, create(ModelInferRequestSchema, requestFor(ROWS)));
    let state = 20261101;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state % below;
    };
    const codes = new Set<number>();
    for (let round = 0; round < 200; round++) {
      const bytes = Uint8Array.from(whole);
      for (let damage = 0; damage < 2; damage++) bytes[random(bytes.length)] = random(256);
      const answer = caller.callBytes('/inference.GRPCInferenceService/ModelInfer', bytes);
      await answer.then(
        () => codes.add(status.OK),
        (error) => codes.add(error.code),
      );
    }
    expect([...codes].sort()).toEqual([status.OK, status.INVALID_ARGUMENT, status.NOT_FOUND]);
  });
});

describe('stopping and starting', () => {
  test('calls under way are answered, streams are told, then nothing more is taken', async () => {
    const own = await startSmallSite({ args: ARGS });
    const other = new GrpcCaller(own.grpcAddress!);
    const watched: number[] = [];
    const watch = other.readStream(Health.method.watch, { service: '' });
    const ended = new Promise((resolve) => watch.on('end', resolve));
    watch.on('data', (bytes: Uint8Array) =>
      watched.push(fromBinary(HealthCheckResponseSchema, bytes).status),
    );
    const unknown = other.readStream(Health.method.watch, { service: 'none' });
    const first = await new Promise<Uint8Array>((resolve) => unknown.once('data', resolve));
    expect(fromBinary(HealthCheckResponseSchema, first).status).toBe(SERVICE_UNKNOWN);
    unknown.on('error', () => {});
    unknown.cancel();
    const idle = other.openStream(method.modelStreamInfer);
    const told = new Promise<{ code: number }>((resolve) => idle.on('error', resolve as never));
    // Large enough for a worker, so that it is under way when the site is told to stop.
    const rows = Float64Array.from({ length: 4 * 100_000 }, (_, at) => Math.cos(at));
    let isSent = false;
    const answer = other.call(method.modelInfer, requestFor(rows), {}, () => (isSent = true));
    expect(isSent).toBe(true);
    await other.call(method.serverLive, {});
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = own.close();
    expect(doublesOf(await answer)).toHaveLength(3 * 100_000);
    await ended;
    expect(watched).toEqual([SERVING, NOT_SERVING]);
    expect((await told).code).toBe(status.UNAVAILABLE);
    await closed;
    const late = await other.refusalOf(other.call(method.serverLive, {}));
    expect(late.code).toBe(status.UNAVAILABLE);
    other.client.close();
  });

  test('a call whose time is over ends at once', async () => {
    const rows = Float64Array.from({ length: 4 * 200_000 }, (_, at) => Math.cos(at));
    const deadline = Date.now() + 1;
    const refusal = await caller.refusalOf(caller.call(method.modelInfer, requestFor(rows), { deadline }));
    expect(refusal.code).toBe(status.DEADLINE_EXCEEDED);
    expect((await caller.call(method.serverLive, {})).live).toBe(true);
  });

  test('a port in use is refused in one line', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const start = startSmallSite({ args: [...ARGS, '--grpc-port', String(port)] });
    await expect(start).rejects.toMatchObject({
      code: 'ADDRESS_UNAVAILABLE',
      message: `Port ${port} on 127.0.0.1 is in use. Stop what uses it, or choose another, such as --grpc-port ${port + 1}.`,
    });
    server.close();
  });
});

import type { MessageInitShape } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { ModelInferRequestSchema } from '../../../../protocol/generated/grpc_service_pb.ts';
import { encodeMessage } from '../../fixtures/grpc-caller.ts';
import { SiteError } from '../errors.ts';
import type { ByteBlocks } from '../workers/byte-blocks.ts';
import { AnswerCache } from './answer-cache.ts';
import type { CallJob, CallPool, InferJob } from './call-job.ts';
import { Computation } from './computation.ts';
import { InferService } from './infer-service.ts';
import type { ServedModel } from './model-registry.ts';
import { ModelTable } from './model-table.ts';
import { performInferJob } from './oip/infer-job.ts';
import { loadProto } from './oip/messages.ts';
import { Statistics } from './oip/statistics.ts';
import { makeTensor, type TensorOf } from './tensor.ts';

const INPUT = { name: 'x', datatype: 'FP64' as const, shape: [-1, 1] };
const OUTPUTS = [
  { ...INPUT, name: 'same' },
  { ...INPUT, name: 'twice' },
];

/** Time passes only where a model says what a row costs; workers take as long. */
class Bench {
  nowMs = 0;
  readonly inWorkers: CallJob[] = [];
  /** The group that workers have no room for. */
  fullGroup: string | null = null;
  readonly statistics = new Statistics(() => 1000);
  readonly #models = new ModelTable([this.#model('quick', 0.01), this.#model('slow', 10)]);

  readonly cache: AnswerCache;
  readonly service: InferService;

  constructor(cacheBytesMax = 0) {
    this.cache = new AnswerCache(cacheBytesMax);
    const pool: CallPool = {
      requireRoom: (group) => {
        if (group === this.fullGroup) throw new SiteError('OVERLOADED', 'full');
      },
      run: async (job) => {
        this.inWorkers.push(job);
        const { value } = await performInferJob(job as InferJob, async (name) => this.#models.find(name));
        return value;
      },
    };
    const computation = new Computation({
      pool,
      cache: this.cache,
      loop: { run: (work) => work(0), leftMs: 5 },
      statistics: this.statistics,
      now: () => this.nowMs,
    });
    this.service = new InferService({ models: this.#models, pool, computation });
  }

  #model(name: string, costMs: number): ServedModel {
    const signature = { input: INPUT, methods: {}, defaultMethod: 'same' };
    const plain = { description: '', runtime: 'sklearn', className: 'Ridge', sha256: '', sizeBytes: 1 };
    const info = { ...plain, name, version: '1', isDefault: false, signature };
    const runtime: ServedModel['runtime'] = {
      className: 'Ridge',
      writtenBy: null,
      signature,
      tensors: { inputs: [INPUT], outputs: OUTPUTS },
      rowShapeOf: () => ({ rows: 'numbers', columns: 1, columnNames: null, columnKinds: null }),
      run: () => {
        throw new Error('never asked to');
      },
      infer: (inputs, { outputs }) => {
        const { shape, data } = inputs[0] as TensorOf<'FP64'>;
        this.nowMs += costMs * shape[0]!;
        const factor = outputs?.[0] === 'twice' ? 2 : 1;
        return [
          makeTensor(
            outputs?.[0] ?? 'same',
            'FP64',
            shape,
            data.map((value) => value * factor),
          ),
        ];
      },
    };
    return { info, path: '', runtime, descriptor: null };
  }

  async ask(model: string, rows: number, output?: string): Promise<{ where: string; body: unknown }> {
    const before = this.inWorkers.length;
    const data = Array.from({ length: rows }, (_, at) => at);
    const outputs = output === undefined ? {} : { outputs: [{ name: output }] };
    const request = { inputs: [{ ...INPUT, shape: [rows, 1], data }], ...outputs };
    const message = { kind: 'json', model, version: null, headerBytes: null } as const;
    const { body } = await this.service.answer(bodyOf(request), message, neverAborted);
    const where = this.inWorkers.length === before ? 'here' : 'in a worker';
    return { where, body: JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString()) };
  }
}

const neverAborted = (): AbortSignal => new AbortController().signal;

function bodyOf(request: object): ByteBlocks {
  const blocks = [new TextEncoder().encode(JSON.stringify(request))];
  return { blocks, own: () => blocks };
}

test('answers at once what is cheap, and in a worker what would take long, with the same words', async () => {
  const bench = new Bench();
  const here = await bench.ask('quick', 2, 'twice');
  expect(here).toMatchObject({ where: 'here', body: { outputs: [{ name: 'twice', data: [0, 2] }] } });
  const there = await bench.ask('slow', 2, 'twice');
  expect(there).toMatchObject({ where: 'in a worker', body: { outputs: [{ name: 'twice', data: [0, 2] }] } });
  expect((await bench.ask('quick', 400)).where).toBe('in a worker');
});

test('a body that takes long to read goes to a worker unread', async () => {
  const bench = new Bench();
  const { where } = await bench.ask('quick', 40_000);
  expect(where).toBe('in a worker');
  expect(bench.inWorkers[0]).toMatchObject({ kind: 'infer message' });
});

test('counts rows, runs and failures of each model, wherever they were', async () => {
  const bench = new Bench();
  await bench.ask('quick', 3);
  await bench.ask('slow', 5);
  await expect(bench.ask('slow', 1, 'none')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(bench.ask('none', 1)).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  expect(bench.statistics.of('quick', '1')).toMatchObject({
    inferenceCount: 3,
    executionCount: 1,
    lastInferenceMs: 1000,
  });
  const { inferenceCount, durations } = bench.statistics.of('slow', '1');
  expect(inferenceCount).toBe(5);
  expect([durations.success.count, durations.fail.count]).toEqual([1, 1]);
});

test('bytes of tensors are read here where as much JSON would be read in a worker', async () => {
  const bench = new Bench();
  const rows = 20_000;
  await bench.ask('quick', 4 * rows);
  const bytes = new Uint8Array(Float64Array.from({ length: rows }, (_, at) => at).buffer);
  const input = { ...INPUT, shape: [rows, 1], parameters: { binary_data_size: bytes.length } };
  const head = new TextEncoder().encode(JSON.stringify({ inputs: [input] }));
  const blocks = [head, bytes];
  const message = { kind: 'json', model: 'quick', version: null, headerBytes: head.length } as const;
  await bench.service.answer({ blocks, own: () => blocks }, message, neverAborted);
  // Whether it is computed here too is a matter of the measured cost.
  expect(bench.inWorkers.filter(({ kind }) => kind === 'infer message')).toHaveLength(1);
});

test('bytes of tensors in a message are read here too, and elements one by one are not', async () => {
  await loadProto();
  const bench = new Bench();
  await bench.ask('quick', 1);
  const rows = 20_000;
  const values = Float64Array.from({ length: rows }, (_, at) => at);
  const input = { name: 'x', datatype: 'FP64', shape: [BigInt(rows), 1n] };
  const send = (request: MessageInitShape<typeof ModelInferRequestSchema>) => {
    const bytes = encodeMessage(ModelInferRequestSchema, { modelName: 'quick', ...request });
    const blocks = [new Uint8Array(bytes)];
    return bench.service.answer({ blocks, own: () => blocks }, { kind: 'proto' }, neverAborted);
  };
  await send({ inputs: [input], rawInputContents: [new Uint8Array(values.buffer)] });
  await send({ inputs: [{ ...input, contents: { fp64Contents: [...values] } }] });
  await expect(async () => send({ inputs: [input], id: 'x'.repeat(200_000) })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
  expect(bench.inWorkers.map(({ kind }) => kind)).toEqual(['infer call', 'infer message', 'infer message']);
});

test('where the workers have no room for a model, its calls are refused unread', async () => {
  const bench = new Bench();
  await bench.ask('slow', 5);
  await bench.ask('quick', 5);
  bench.fullGroup = 'slow';
  await expect(bench.ask('slow', 5, 'none')).rejects.toMatchObject({ code: 'OVERLOADED' });
  await expect(bench.ask('quick', 5, 'none')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  const message = { kind: 'json', model: 'slow', version: null, headerBytes: null } as const;
  expect(() => bench.service.requireRoom(message, 2 ** 20)).toThrow('full');
  bench.service.requireRoom(message, 1000);
  bench.service.requireRoom({ ...message, model: 'quick' }, 2 ** 20);
});

describe('where answers are kept', () => {
  const data = [1, 2];
  const input = { ...INPUT, shape: [2, 1], data };
  const ask = async (bench: Bench, model: string, request: object): Promise<Record<string, unknown>> => {
    const message = { kind: 'json', model, version: null, headerBytes: null } as const;
    const { body, headerBytes } = await bench.service.answer(bodyOf(request), message, neverAborted);
    const text = typeof body === 'string' ? body : Buffer.from(body).toString('latin1');
    const head = JSON.parse(text.slice(0, headerBytes ?? undefined)) as Record<string, unknown>;
    return { head, rest: headerBytes === null ? null : text.slice(headerBytes) };
  };

  test('the same tensors are computed once, here and in a worker, and each caller has its own id', async () => {
    for (const model of ['quick', 'slow']) {
      const [bench, other] = [new Bench(100_000), new Bench()];
      for (const parameters of [{}, { binary_data_output: true }]) {
        const request = { inputs: [input], parameters };
        const expected = await ask(other, model, { ...request, id: 'b "2"' });
        expect(expected).toMatchObject({ head: { id: 'b "2"' } });
        await ask(bench, model, { ...request, id: 'a' });
        const { nowMs } = bench;
        expect(await ask(bench, model, { ...request, id: 'b "2"' })).toEqual(expected);
        expect((await ask(bench, model, request)).head).not.toHaveProperty('id');
        expect(bench.nowMs).toBe(nowMs);
      }
      expect(bench.cache.counts).toMatchObject({ hits: 4, misses: 2, entries: 2 });
      expect(bench.inWorkers).toHaveLength(model === 'slow' ? 2 : 0);
      const { inferenceCount, executionCount, durations } = bench.statistics.of(model, '1');
      expect([inferenceCount, executionCount]).toEqual([4, 2]);
      expect([durations.success.count, durations.cache_hit.count]).toEqual([6, 4]);
    }
  });

  test('whatever an answer depends on makes another one', async () => {
    const bench = new Bench(100_000);
    const requests: object[] = [
      { inputs: [input] },
      { inputs: [{ ...input, data: [1, 3] }] },
      { inputs: [{ ...input, datatype: 'FP32' }] },
      { inputs: [input], outputs: [{ name: 'same' }] },
      { inputs: [input], outputs: [{ name: 'twice' }] },
      { inputs: [input], outputs: [{ name: 'twice', parameters: { binary_data: true } }] },
      { inputs: [input], outputs: [{ name: 'twice', parameters: { classification: 1 } }] },
      { inputs: [input], parameters: { triton_enable_empty_final_response: true } },
    ];
    for (const request of requests) await ask(bench, 'quick', request);
    expect(bench.cache.counts).toMatchObject({ hits: 0, misses: requests.length });
    await ask(bench, 'quick', { inputs: [input], parameters: { timeout: 5e6 } });
    expect(bench.cache.counts.hits).toBe(1);
  });
});

import type { ModelInfo } from '@chamfer/contracts';
import { describe, expect, test } from 'vitest';
import { SiteError } from '../errors.ts';
import type { ByteBlocks } from '../workers/byte-blocks.ts';
import { LoopShare } from '../workers/loop-share.ts';
import { AnswerCache } from './answer-cache.ts';
import type { CallJob, CallPool, CallResult } from './call-job.ts';
import { Computation } from './computation.ts';
import type { ServedModel } from './model-registry.ts';
import { ModelTable } from './model-table.ts';
import { Statistics } from './oip/statistics.ts';
import { PredictionService } from './prediction-service.ts';

function infoOf(name: string): ModelInfo {
  const input = { name: 'inputs', datatype: 'FP64' as const, shape: [-1, 1] };
  const signature = { input, methods: { predict: { ...input, shape: [-1] } }, defaultMethod: 'predict' };
  const plain = {
    version: '1',
    description: '',
    runtime: 'sklearn',
    className: 'Ridge',
    sha256: '',
    sizeBytes: 1,
  };
  return { ...plain, name, isDefault: name === 'quick', signature };
}

/** Time passes only where a model says what a row costs; workers take as long. */
class Bench {
  nowMs = 0;
  readonly costMs = new Map([
    ['quick', 0.01],
    ['slow', 10],
  ]);
  readonly inWorkers: CallJob[] = [];
  /** The group that workers have no room for. */
  fullGroup: string | null = null;

  readonly cache: AnswerCache;
  readonly statistics = new Statistics(() => 1000);
  readonly service: PredictionService;

  constructor(cacheBytesMax = 0) {
    this.cache = new AnswerCache(cacheBytesMax);
    this.service = this.#createService();
  }

  #createService(): PredictionService {
    const pool: CallPool = {
      requireRoom: (group) => {
        if (group === this.fullGroup) throw new SiteError('OVERLOADED', 'full');
      },
      run: async (job: CallJob): Promise<CallResult> => {
        this.inWorkers.push(job);
        const call = job.kind === 'body' ? JSON.parse(Buffer.concat(job.blocks).toString()) : job;
        const { model = 'quick' } = call as { model?: string };
        const answer = new TextEncoder().encode('{}');
        const asked = { model, version: '1', asked: 'predict', rows: 1 };
        const times = { inputMs: 0, inferMs: 1, outputMs: 0 };
        return { ...asked, answer, headerBytes: null, runs: 1, times, msPerRow: this.costMs.get(model)! };
      },
    };
    const computation = new Computation({
      pool,
      cache: this.cache,
      // Every call has a turn of its own.
      loop: new LoopShare({ waitMsMax: 1000, now: () => 0 }),
      statistics: this.statistics,
      now: () => this.nowMs,
    });
    const models = new ModelTable([this.#model('quick'), this.#model('slow')]);
    return new PredictionService({ models, pool, computation });
  }

  #model(name: string): ServedModel {
    const info = infoOf(name);
    const runtime: ServedModel['runtime'] = {
      className: 'Ridge',
      writtenBy: null,
      signature: info.signature,
      tensors: { inputs: [info.signature.input], outputs: [] },
      infer: () => [],
      rowShapeOf: () => ({ rows: 'numbers', columns: 1, columnNames: null, columnKinds: null }),
      run: (_method, X) => {
        this.nowMs += this.costMs.get(name)! * X.rows;
        return { kind: 'numbers', data: X.data, shape: [X.rows], integer: false };
      },
    };
    return { info, path: '', runtime, descriptor: null };
  }

  async ask(model: string, rows: number): Promise<'here' | 'in a worker'> {
    const before = this.inWorkers.length;
    await this.service.answer(bodyOf({ model, inputs: Array.from({ length: rows }, () => [1]) }));
    return this.inWorkers.length === before ? 'here' : 'in a worker';
  }
}

function bodyOf(request: object): ByteBlocks {
  const blocks = [new TextEncoder().encode(JSON.stringify(request))];
  return { blocks, own: () => blocks };
}

test('answers at once what is cheap, and in a worker what would take long', async () => {
  const bench = new Bench();
  expect(await bench.ask('quick', 1)).toBe('here');
  expect(await bench.ask('quick', 200)).toBe('here');
  expect(await bench.ask('quick', 400)).toBe('in a worker');
  expect(await bench.ask('slow', 1)).toBe('in a worker');
});

test('rows that went to a worker, and answers, are not overwritten by the calls behind them', async () => {
  const bench = new Bench();
  const calls = Array.from({ length: 20 }, (_, at) => ({
    model: at % 2 === 0 ? 'slow' : 'quick',
    inputs: [[at], [at + 0.5]],
  }));
  const answers = await Promise.all(calls.map((call) => bench.service.answer(bodyOf(call))));
  for (const [at, { model, inputs }] of calls.entries()) {
    if (model === 'quick') {
      expect(JSON.parse(answers[at]!.body as string).predictions).toEqual(inputs.flat());
      continue;
    }
    const job = bench.inWorkers[at / 2]!;
    expect(job.kind === 'rows' && 'data' in job.prepared.X && [...job.prepared.X.data]).toEqual(
      inputs.flat(),
    );
  }
});

test('warming up measures what the first call would have to', async () => {
  const bench = new Bench();
  bench.service.warmUp();
  const { nowMs } = bench;
  expect(nowMs).toBeGreaterThan(10);
  expect(await bench.ask('slow', 1)).toBe('in a worker');
  expect(bench.nowMs).toBe(nowMs);
});

test('a body that is long to parse goes to a worker whatever its model', async () => {
  expect(await new Bench().ask('quick', 150_000)).toBe('in a worker');
});

test('a call that was parsed already goes to the worker as rows', async () => {
  const bench = new Bench();
  await bench.ask('slow', 2);
  const X = { data: new Float64Array([1, 1]), rows: 2, columns: 1 };
  expect(bench.inWorkers).toEqual([
    {
      kind: 'rows',
      model: 'slow',
      version: '1',
      prepared: { method: 'predict', X },
      form: { kind: 'predict' },
    },
  ]);
});

test('learns when a model becomes quicker, and when it becomes slower', async () => {
  const bench = new Bench();
  expect(await bench.ask('slow', 1)).toBe('in a worker');
  bench.costMs.set('slow', 0.01);
  for (let call = 0; call < 5; call++) await bench.ask('slow', 1);
  expect(await bench.ask('slow', 1)).toBe('here');
  bench.costMs.set('slow', 50);
  expect(await bench.ask('slow', 1)).toBe('here');
  for (let call = 0; call < 6; call++) await bench.ask('slow', 1);
  expect(await bench.ask('slow', 1)).toBe('in a worker');
});

test('one slow call among quick ones does not send the quick ones away', async () => {
  const bench = new Bench();
  for (let call = 0; call < 5; call++) await bench.ask('quick', 1);
  bench.costMs.set('quick', 10);
  await bench.ask('quick', 1);
  bench.costMs.set('quick', 0.01);
  expect(await bench.ask('quick', 1)).toBe('here');
});

test('refuses before anything is computed', () => {
  const bench = new Bench();
  expect(() => bench.service.answer(bodyOf({ model: 'none', inputs: [[1]] }))).toThrow(SiteError);
  expect(() => bench.service.answer(bodyOf({ inputs: [[1, 2]] }))).toThrow('inputs[0] has 2 values');
  expect(bench.statistics.of('quick', '1').durations.fail.count).toBe(1);
  expect(bench.nowMs).toBe(0);
});

describe('where the workers have no room for a model', () => {
  /** Many rows, of which the last is none: whoever reads them says so. */
  const unreadable = (model: string, rows = 2000): ByteBlocks =>
    bodyOf({ model, inputs: [...Array.from({ length: rows }, () => [1]), 'none'] });

  test('its calls are refused unread, where they are not answered here', async () => {
    const bench = new Bench();
    for (const model of ['quick', 'slow']) await bench.ask(model, 2000);
    bench.fullGroup = 'slow';
    const refusal = expect.objectContaining({ code: 'OVERLOADED' });
    expect(() => bench.service.answer(unreadable('slow'))).toThrow(refusal);
    const invalid = expect.objectContaining({ code: 'INPUT_INVALID' });
    expect(() => bench.service.answer(unreadable('quick'))).toThrow(invalid);
    expect(() => bench.service.answer(unreadable('slow', 10))).toThrow(invalid);
    bench.costMs.set('slow', 0.0001);
    for (let call = 0; call < 40; call++) await bench.ask('slow', 1);
    expect(() => bench.service.answer(unreadable('slow'))).toThrow(invalid);
  });

  test('a body that no thread would read in the loop is refused before it is there', () => {
    const bench = new Bench();
    bench.fullGroup = '';
    expect(() => bench.service.requireRoom(2 ** 20)).toThrow('full');
    bench.service.requireRoom(1000);
    bench.service.requireRoom(null);
  });

  test('what is known already is answered', async () => {
    const bench = new Bench(1_000_000);
    const body = bodyOf({ model: 'slow', inputs: Array.from({ length: 1000 }, () => [1]) });
    const first = await bench.service.answer(body);
    bench.fullGroup = 'slow';
    expect(await bench.service.answer(body)).toEqual(first);
  });
});

test('the same rows are computed once where answers are kept, here and in a worker', async () => {
  const bench = new Bench(10_000);
  const ask = (model: string, value: number) => bench.service.answer(bodyOf({ model, inputs: [[value]] }));
  for (const model of ['quick', 'slow']) {
    const first = await ask(model, 1);
    const { nowMs } = bench;
    expect(await ask(model, 1)).toEqual(first);
    expect(bench.nowMs).toBe(nowMs);
  }
  expect(bench.inWorkers).toHaveLength(1);
  await ask('quick', 2);
  expect(bench.cache.counts).toMatchObject({ hits: 2, misses: 3, entries: 3 });
  const { durations, ...counts } = bench.statistics.of('quick', '1');
  expect(counts).toMatchObject({ inferenceCount: 2, executionCount: 2 });
  expect([durations.success, durations.cache_hit, durations.cache_miss].map(({ count }) => count)).toEqual([
    3, 1, 2,
  ]);
});

import { afterEach, expect, test } from 'vitest';
import type { TestJob, TestResult } from '../../fixtures/jobs-worker.ts';
import type { NativeJob } from '../../fixtures/native-worker.ts';
import { SiteError } from '../errors.ts';
import { WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

const pools: WorkerPool<TestJob, TestResult>[] = [];

const OPTIONS: WorkerPoolOptions = {
  work: 'the test',
  entry: new URL('../../fixtures/jobs-worker.ts', import.meta.url),
  workersMax: 1,
  groupWorkersMax: 1,
  queueMax: 4,
  waitMsMax: 60_000,
  batchRowsMax: 8,
  batchMs: 0,
  jobMsMax: 10_000,
  heapMebibytesMax: 64,
  shared: 'shared',
};

function createPool(options: Partial<WorkerPoolOptions> = {}): WorkerPool<TestJob, TestResult> {
  const pool = new WorkerPool<TestJob, TestResult>({ ...OPTIONS, ...options });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

test('a job goes to a thread and its answer comes back, buffers moved both ways', async () => {
  const pool = createPool();
  const bytes = new Uint8Array([1, 2, 3]);
  const result = await pool.run({ do: 'answer', bytes }, [bytes.buffer]);
  expect(result).toMatchObject({ data: 'shared', bytes: new Uint8Array([1, 2, 3]) });
  expect(result.threadId).toBeGreaterThan(0);
  expect(bytes.length).toBe(0);
});

test('a failure keeps its code and place, a mistake becomes INTERNAL, and the worker goes on', async () => {
  const pool = createPool();
  const { threadId } = await pool.run({ do: 'wait', ms: 0 });
  const refused = { code: 'INPUT_INVALID', message: 'no', path: 'inputs[3]', line: 7 };
  await expect(pool.run({ do: 'refuse' })).rejects.toMatchObject(refused);
  await expect(pool.run({ do: 'throw' })).rejects.toMatchObject({ code: 'INTERNAL', message: 'a mistake' });
  expect(await pool.run({ do: 'wait', ms: 0 })).toMatchObject({ threadId });
});

test('a stuck, a greedy and a dead worker each fail their own job and are replaced', async () => {
  const pool = createPool({ jobMsMax: 400, heapMebibytesMax: 24 });
  await expect(pool.run({ do: 'spin' })).rejects.toMatchObject({ code: 'TIME_LIMIT_EXCEEDED' });
  await expect(pool.run({ do: 'exit' })).rejects.toMatchObject({ code: 'INTERNAL' });
  expect((await pool.run({ do: 'wait', ms: 0 })).threadId).toBeGreaterThan(0);
  const roomy = createPool({ heapMebibytesMax: 24 });
  await expect(roomy.run({ do: 'fill' })).rejects.toMatchObject({ code: 'MEMORY_LIMIT_EXCEEDED' });
  expect((await roomy.run({ do: 'wait', ms: 0 })).threadId).toBeGreaterThan(0);
});

test('a worker stuck in native code fails its job in time, ends later, and takes nothing with it', {
  timeout: 60_000,
}, async () => {
  const entry = new URL('../../fixtures/native-worker.ts', import.meta.url);
  const pool = new WorkerPool<NativeJob, number>({ ...OPTIONS, entry, jobMsMax: 300 });
  const threadId = await pool.run({ turns: 10n });
  expect(pool.isInNativeCode).toBe(false);
  await expect(pool.run({ turns: 700_000n })).rejects.toMatchObject({ code: 'TIME_LIMIT_EXCEEDED' });
  expect(pool.isInNativeCode).toBe(true);
  // As many threads may be stuck as there may be workers: the next job waits for the first of them to end.
  expect(await pool.run({ turns: 10n })).not.toBe(threadId);
  expect(pool.isInNativeCode).toBe(false);
  await pool.close();
});

test('what is shared anew is there for every later job, in workers of any age', async () => {
  const pool = createPool({ workersMax: 2 });
  expect((await pool.run({ do: 'wait', ms: 0 })).data).toBe('shared');
  const running = pool.run({ do: 'wait', ms: 50 });
  pool.share('newer');
  const [old, young] = await Promise.all([running, pool.run({ do: 'wait', ms: 50 })]);
  expect(old.data).toBe('shared');
  expect(young.data).toBe('newer');
  expect((await pool.run({ do: 'wait', ms: 0 })).data).toBe('newer');
});

test('jobs wait in line up to a bound, and those behind it are refused', async () => {
  const pool = createPool({ queueMax: 1 });
  const first = pool.run({ do: 'wait', ms: 50 });
  const second = pool.run({ do: 'wait', ms: 0 });
  await expect(pool.run({ do: 'wait', ms: 0 })).rejects.toMatchObject({ code: 'OVERLOADED' });
  expect((await first).threadId).toBe((await second).threadId);
});

test('a waiting job is dropped when its caller goes away', async () => {
  const pool = createPool();
  const first = pool.run({ do: 'wait', ms: 50 });
  const gone = new AbortController();
  const second = pool.run({ do: 'spin' }, [], gone.signal);
  gone.abort();
  await expect(second).rejects.toMatchObject({ code: 'BODY_INCOMPLETE' });
  await first;
});

test('a call whose time is over is answered at once with its reason, and not computed where it waits', async () => {
  const pool = createPool();
  const reason = new SiteError('DEADLINE_EXCEEDED', 'too late');
  const [running, waiting, late] = Array.from({ length: 3 }, () => new AbortController());
  const first = pool.run({ do: 'wait', ms: 100 }, [], running!.signal);
  const second = pool.run({ do: 'spin' }, [], waiting!.signal);
  const startedAt = performance.now();
  running!.abort(reason);
  waiting!.abort(reason);
  late!.abort(reason);
  for (const job of [first, second]) await expect(job).rejects.toBe(reason);
  await expect(pool.run({ do: 'spin' }, [], late!.signal)).rejects.toBe(reason);
  expect(performance.now() - startedAt).toBeLessThan(80);
  expect((await pool.run({ do: 'wait', ms: 0 })).threadId).toBeGreaterThan(0);
});

test('of jobs that went together only the one that kills their worker fails', async () => {
  const pool = createPool({ jobMsMax: 300, queueMax: 10 });
  const share = { group: 'a', batchKey: 'k', expectedMs: 0 };
  const first = pool.run({ do: 'wait', ms: 50 }, [], undefined, share);
  const jobs = (['wait', 'spin', 'wait', 'exit', 'wait'] as const).map((what) =>
    pool.run(what === 'wait' ? { do: what, ms: 0 } : { do: what }, [], undefined, share),
  );
  await first;
  const outcomes = await Promise.allSettled(jobs);
  expect(outcomes.map((one) => (one.status === 'fulfilled' ? 'ok' : one.reason.code))).toEqual([
    'ok',
    'TIME_LIMIT_EXCEEDED',
    'ok',
    'INTERNAL',
    'ok',
  ]);
});

test('jobs that were sent ahead of a worker that ends are done by another', async () => {
  const pool = createPool({ queueMax: 10 });
  const share = { group: 'a', goesAlone: false, expectedMs: 1 };
  const before = pool.run({ do: 'wait', ms: 20 });
  const first = pool.run({ do: 'exit' }, [], undefined, { ...share, expectedMs: 9 });
  const bytes = new Uint8Array([1, 2, 3]);
  const ahead = pool.run({ do: 'answer', bytes }, [bytes.buffer], undefined, { ...share, expectedMs: 9 });
  const behind = pool.run({ do: 'wait', ms: 0 }, [], undefined, share);
  await Promise.all([before, expect(first).rejects.toMatchObject({ code: 'INTERNAL' })]);
  expect((await ahead).bytes).toEqual(new Uint8Array([1, 2, 3]));
  expect((await behind).threadId).toBe((await ahead).threadId);
});

test('what a job has waited before it came counts', async () => {
  const pool = createPool({ waitMsMax: 1000 });
  const first = pool.run({ do: 'wait', ms: 20 });
  const second = pool.run({ do: 'wait', ms: 0 });
  await expect(pool.run({ do: 'wait', ms: 0 }, [], undefined, { waitedMs: 999 })).rejects.toMatchObject({
    code: 'OVERLOADED',
  });
  expect(() => pool.requireRoom('', 999)).toThrow('Too many requests');
  pool.requireRoom('');
  await Promise.all([first, second]);
});

test('closing finishes what runs and refuses what waits', async () => {
  const pool = createPool();
  const running = pool.run({ do: 'wait', ms: 50 });
  const waiting = expect(pool.run({ do: 'wait', ms: 0 })).rejects.toMatchObject({ code: 'OVERLOADED' });
  await pool.close();
  await waiting;
  expect((await running).threadId).toBeGreaterThan(0);
  await expect(pool.run({ do: 'wait', ms: 0 })).rejects.toMatchObject({ code: 'OVERLOADED' });
});

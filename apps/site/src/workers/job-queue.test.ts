import { expect, test } from 'vitest';
import { JobQueue, type QueuedJob, type QueueLimits } from './job-queue.ts';

interface Job extends QueuedJob {
  readonly name: string;
}

const LIMITS: QueueLimits = {
  work: 'the test',
  workersMax: 2,
  groupWorkersMax: 1,
  queueMax: 100,
  waitMsMax: 1000,
  batchRowsMax: 8,
  batchMs: 0,
};

function createQueue(limits: Partial<QueueLimits> = {}): JobQueue<Job> {
  return new JobQueue<Job>({ ...LIMITS, ...limits });
}

function jobOf(name: string, job: Partial<Job> = {}): Job {
  const group = name.replace(/\d+$/, '');
  return {
    name,
    group,
    goesAlone: job.batchKey === undefined,
    batchKey: null,
    rows: 1,
    queuedAtMs: 0,
    expectedMs: 1,
    ...job,
  };
}

const namesOf = (jobs: readonly Job[]): string[] => jobs.map(({ name }) => name);

test('a group has its share of the time, however much another sends', () => {
  const queue = createQueue({ groupWorkersMax: 2 });
  for (let at = 0; at < 40; at++) queue.push(jobOf(`slow${at}`, { expectedMs: 10 }));
  for (let at = 0; at < 4; at++) queue.push(jobOf(`quick${at}`, { expectedMs: 2 }));
  const order: string[] = [];
  for (let at = 0; at < 10; at++) {
    const jobs = queue.take(0);
    order.push(...namesOf(jobs));
    queue.finish(jobs, jobs[0]!.expectedMs!);
  }
  expect(order.slice(0, 7)).toEqual(['slow0', 'quick0', 'quick1', 'quick2', 'quick3', 'slow1', 'slow2']);
});

test('a group that was away does not make up for it', () => {
  const queue = createQueue({ groupWorkersMax: 2 });
  for (let at = 0; at < 20; at++) {
    queue.push(jobOf(`steady${at}`, { expectedMs: 10 }));
    const jobs = queue.take(0);
    queue.finish(jobs, 10);
  }
  for (let at = 0; at < 4; at++) queue.push(jobOf(`steady${at}`, { expectedMs: 10 }));
  for (let at = 0; at < 4; at++) queue.push(jobOf(`new${at}`, { expectedMs: 10 }));
  const groups = Array.from({ length: 4 }, () => {
    const jobs = queue.take(0);
    queue.finish(jobs, 10);
    return jobs[0]!.group;
  });
  expect(groups.filter((group) => group === 'new')).toHaveLength(2);
});

test('a group has at most its workers, and others go on', () => {
  const queue = createQueue();
  for (const name of ['a1', 'a2', 'b1']) queue.push(jobOf(name));
  const first = queue.take(0);
  expect(namesOf(first)).toEqual(['a1']);
  expect(namesOf(queue.take(0))).toEqual(['b1']);
  expect(queue.take(0)).toEqual([]);
  queue.finish(first, 1);
  expect(namesOf(queue.take(0))).toEqual(['a2']);
});

test('jobs are sent together up to a time, computed together by key up to a number of rows, never out of order', () => {
  const queue = createQueue();
  const batch = (name: string, batchKey: string | null, rows: number, expectedMs = 1): Job =>
    jobOf(name, { batchKey, rows, expectedMs });
  queue.push(batch('a1', 'k', 3));
  queue.push(batch('a2', 'k', 4));
  queue.push(batch('a3', 'k', 2));
  queue.push(batch('a4', null, 1));
  queue.push(batch('a5', null, 1));
  queue.push(batch('a6', 'other', 1));
  queue.push(batch('a7', 'other', 1, 8));
  queue.push(jobOf('a8'));
  queue.push(batch('a9', 'other', 1));
  const sent: string[][][] = [];
  while (queue.length > 0) {
    const jobs = queue.take(0);
    sent.push(queue.partsOf(jobs).map(namesOf));
    queue.finish(jobs, 1);
  }
  expect(sent).toEqual([[['a1', 'a2'], ['a3'], ['a4'], ['a5'], ['a6']], [['a7']], [['a8']], [['a9']]]);
});

test('jobs that follow others at their worker are of their group, where it is their turn, behind short ones', () => {
  const queue = createQueue();
  const batch = (name: string, expectedMs: number): Job => jobOf(name, { batchKey: null, expectedMs });
  queue.push(batch('a1', 6));
  queue.push(batch('a2', 6));
  queue.push(batch('a3', 20));
  queue.push(jobOf('a4'));
  const first = queue.take(0);
  expect(queue.take(0)).toEqual([]);
  queue.push(batch('b1', 1));
  const second = queue.take(0, first);
  expect(namesOf(second)).toEqual(['a2']);
  expect(queue.take(0, second)).toEqual([]);
  queue.finish(queue.take(0), 1000);
  queue.finish(first, 6, true);
  // The worker is still its group's.
  expect(queue.take(0)).toEqual([]);
  queue.giveBack(second);
  queue.finish([batch('a0', 0)], 0);
  expect(namesOf(queue.take(0))).toEqual(['a2']);
  const long = queue.take(0, second);
  expect(namesOf(long)).toEqual(['a3']);
  expect(queue.take(0, long)).toEqual([]);
  expect(queue.take(0, second)).toEqual([]);
});

test('waits for others only while its group is at work, and only so long', () => {
  const queue = createQueue({ groupWorkersMax: 2, batchMs: 5 });
  const batch = (name: string, queuedAtMs: number): Job => jobOf(name, { batchKey: 'k', queuedAtMs });
  queue.push(batch('a1', 0));
  expect(namesOf(queue.take(0))).toEqual(['a1']);
  queue.push(batch('a2', 1));
  queue.push(batch('a3', 3));
  expect(queue.take(5)).toEqual([]);
  expect(namesOf(queue.take(6))).toEqual(['a2', 'a3']);
});

test('a job that would wait too long is refused, with when to come back', () => {
  const queue = createQueue({ waitMsMax: 50 });
  const refusals: number[] = [];
  for (let at = 0; at < 10; at++) {
    try {
      queue.push(jobOf(`a${at}`, { expectedMs: 10 }));
    } catch (error) {
      expect(error).toMatchObject({ code: 'OVERLOADED', message: expect.stringContaining('the test by a') });
      refusals.push((error as { retryAfterMs: number }).retryAfterMs);
    }
  }
  expect(queue.length).toBe(6);
  expect(refusals).toEqual([60, 60, 60, 60]);
  // It is the group's own queue that counts.
  queue.push(jobOf('b1'));
  const jobs = queue.take(0);
  queue.finish(jobs, 10);
  queue.push(jobOf('a10', { expectedMs: 10 }));
});

test('time that a job waited elsewhere counts, and room may be asked for before it comes', () => {
  const queue = createQueue({ waitMsMax: 50 });
  for (const name of ['a1', 'a2', 'a3']) queue.push(jobOf(name, { expectedMs: 10 }));
  queue.requireRoom('a', 20);
  expect(() => queue.requireRoom('a', 21)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  expect(() => queue.push(jobOf('a4', { queuedAtMs: 100 }), 121)).toThrow('Too many requests');
  queue.push(jobOf('a4', { queuedAtMs: 100 }), 120);
  queue.requireRoom('b', 40);
});

test('where jobs take longer than was expected, fewer may wait', () => {
  const queue = createQueue({ waitMsMax: 50 });
  for (let at = 0; at < 40; at++) {
    queue.push(jobOf('a', { expectedMs: 10 }));
    queue.finish(queue.take(0), 20);
  }
  for (const name of ['a1', 'a2', 'a3']) queue.push(jobOf(name, { expectedMs: 10 }));
  expect(() => queue.push(jobOf('a4'))).toThrow(expect.objectContaining({ retryAfterMs: 60 }));
});

test('one may wait behind a job that is longer than any wait', () => {
  const queue = createQueue({ waitMsMax: 50 });
  queue.push(jobOf('a1', { expectedMs: 10_000 }));
  queue.take(0);
  queue.push(jobOf('a2', { expectedMs: 10_000 }));
  expect(() => queue.push(jobOf('a3'))).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
});

test('jobs that have waited too long are taken away', () => {
  const queue = createQueue({ waitMsMax: 50 });
  queue.push(jobOf('a1', { queuedAtMs: 0 }));
  queue.push(jobOf('a2', { queuedAtMs: 30 }));
  queue.push(jobOf('b1', { queuedAtMs: 10 }));
  expect(queue.removeLate(50, 0)).toEqual([]);
  // A worker that was starting is not what they wait for.
  expect(queue.removeLate(70, 40)).toEqual([]);
  expect(namesOf(queue.removeLate(70, 0))).toEqual(['a1', 'b1']);
  expect(queue.length).toBe(1);
});

test('what jobs take is learnt where nobody says it', () => {
  const queue = createQueue({ waitMsMax: 100 });
  for (let at = 0; at < 40; at++) {
    queue.push(jobOf(`a${at}`, { expectedMs: null }));
    queue.finish(queue.take(0), 200);
  }
  queue.push(jobOf('a41', { expectedMs: null }));
  expect(() => queue.push(jobOf('a42'))).toThrow('Too many requests');
});

test('what is removed is not taken, and what is put back comes first', () => {
  const queue = createQueue();
  const jobs = ['a1', 'a2', 'a3'].map((name) => jobOf(name, { batchKey: 'k' }));
  for (const job of jobs) queue.push(job);
  expect(queue.remove(jobs[1]!)).toBe(true);
  expect(queue.remove(jobs[1]!)).toBe(false);
  const taken = queue.take(0);
  expect(namesOf(taken)).toEqual(['a1', 'a3']);
  queue.push(jobOf('a4'));
  queue.finish(taken, 1);
  queue.putBack(taken.map((job) => Object.assign(job, { goesAlone: true })));
  expect(namesOf(queue.take(0))).toEqual(['a1']);
  expect(namesOf(queue.clear())).toEqual(['a3', 'a4']);
  expect(queue.length).toBe(0);
});

import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { LoopShare } from './loop-share.ts';

/** Time passes only where work takes it. */
class Clock {
  nowMs = 0;
  readonly done: string[] = [];
  readonly waitedMs: number[] = [];
  readonly share: LoopShare = new LoopShare({ waitMsMax: 100, now: () => this.nowMs });

  work(name: string, ms: number, group = ''): unknown {
    return this.share.run(
      (waitedMs) => {
        this.nowMs += ms;
        this.done.push(name);
        this.waitedMs.push(waitedMs);
        return name;
      },
      { group: () => group },
    );
  }
}

test('work is done at once while the turn has time, and in order in the turns that follow', async () => {
  const clock = new Clock();
  expect(clock.work('a', 3)).toBe('a');
  expect(clock.work('b', 3)).toBe('b');
  const waiting = ['c', 'd', 'e', 'f'].map((name) => clock.work(name, 3));
  expect(clock.done).toEqual(['a', 'b']);
  await nextTurn();
  expect(clock.done).toEqual(['a', 'b', 'c', 'd']);
  expect(await Promise.all(waiting)).toEqual(['c', 'd', 'e', 'f']);
  await nextTurn();
  expect(clock.work('g', 1)).toBe('g');
});

test('work that fails fails its own caller, at once or later', async () => {
  const clock = new Clock();
  const fail = (): never => {
    throw new Error('mine');
  };
  expect(() => clock.share.run(fail)).toThrow('mine');
  clock.work('long', 10);
  const failing = clock.share.run(fail);
  const other = clock.work('other', 1);
  await expect(failing).rejects.toThrow('mine');
  expect(await other).toBe('other');
});

/** How long a piece takes is learnt while pieces wait. */
async function learnHeavy(clock: Clock): Promise<void> {
  for (let round = 0; round < 5; round++) {
    await Promise.all(Array.from({ length: 6 }, () => clock.work('heavy', 10)));
    await nextTurn();
    await nextTurn();
  }
}

test('work that would wait too long is refused with when to come back', async () => {
  const clock = new Clock();
  await learnHeavy(clock);
  clock.work('heavy', 10);
  const waiting: unknown[] = [];
  while (waiting.length < 50) {
    try {
      waiting.push(clock.work('heavy', 10));
    } catch {
      break;
    }
  }
  expect(waiting.length).toBeGreaterThan(5);
  expect(waiting.length).toBeLessThan(20);
  const refusal = expect.objectContaining({ code: 'OVERLOADED', retryAfterMs: expect.closeTo(105, -1) });
  expect(() => clock.work('heavy', 10)).toThrow(refusal);
  const outcomes = await Promise.allSettled(waiting as Promise<unknown>[]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(5);
});

test('work that has waited too long is refused, and what waits behind it is done', async () => {
  const clock = new Clock();
  clock.work('heavy', 10);
  const late = clock.work('late', 10) as Promise<unknown>;
  clock.nowMs += 150;
  const next = clock.work('next', 10) as Promise<unknown>;
  await expect(late).rejects.toMatchObject({ code: 'OVERLOADED' });
  expect(await next).toBe('next');
});

test('groups take turns, and what one sends fills no other', async () => {
  const clock = new Clock();
  await learnHeavy(clock);
  clock.work('heavy', 10);
  const waiting: unknown[] = [];
  const isRefused = (name: string, group: string): boolean => {
    try {
      waiting.push(clock.work(name, group === 'greedy' ? 10 : 0.5, group));
      return false;
    } catch {
      return true;
    }
  };
  while (!isRefused('greedy', 'greedy')) expect(waiting.length).toBeLessThan(20);
  for (const name of ['a', 'b', 'c', 'd']) expect(isRefused(name, 'modest')).toBe(false);
  clock.done.length = 0;
  await Promise.allSettled(waiting);
  expect(clock.done.slice(0, 6)).toEqual(['greedy', 'a', 'b', 'greedy', 'c', 'd']);
});

test('work is told how long it has waited', async () => {
  const clock = new Clock();
  clock.work('first', 10);
  const second = clock.work('second', 1);
  clock.nowMs += 30;
  await second;
  expect(clock.waitedMs).toEqual([0, 30]);
});

test('the smallest pieces fill a turn too: their answers are sent in it', async () => {
  const clock = new Clock();
  const all = Array.from({ length: 1000 }, (_, at) => clock.work(`${at}`, 0));
  expect(clock.done.length).toBeLessThan(600);
  await Promise.all(all);
  expect(clock.done).toHaveLength(1000);
});

test('a turn in which much was read computes as much', async () => {
  const clock = new Clock();
  clock.work('first', 5);
  const waiting = Array.from({ length: 10 }, (_, at) => clock.work(`${at}`, 2));
  clock.nowMs += 8;
  await nextTurn();
  expect(clock.done).toHaveLength(1 + 4);
  await Promise.all(waiting);
});

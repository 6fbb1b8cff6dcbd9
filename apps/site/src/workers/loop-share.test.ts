import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { LoopShare } from './loop-share.ts';

/** Time passes only where work takes it. */
class Clock {
  nowMs = 0;
  readonly done: string[] = [];
  readonly share: LoopShare = new LoopShare({ waitMsMax: 100, now: () => this.nowMs });

  work(name: string, ms: number): unknown {
    return this.share.run(() => {
      this.nowMs += ms;
      this.done.push(name);
      return name;
    });
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

test('work that would wait too long is refused with when to come back', async () => {
  const clock = new Clock();
  for (let turn = 0; turn < 40; turn++) {
    clock.work('heavy', 10);
    await nextTurn();
  }
  clock.work('heavy', 10);
  const waiting: unknown[] = [];
  for (let at = 0; at < 11; at++) waiting.push(clock.work('heavy', 10));
  expect(() => clock.work('heavy', 10)).toThrow(
    expect.objectContaining({ code: 'OVERLOADED', retryAfterMs: expect.closeTo(108, -1) }),
  );
  await Promise.all(waiting);
});

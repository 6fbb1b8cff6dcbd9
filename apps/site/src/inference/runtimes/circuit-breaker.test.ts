import { expect, test } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';

function failing(times: number): { breaker: CircuitBreaker; pass: (ms: number) => void } {
  let nowMs = 0;
  const breaker = new CircuitBreaker(() => nowMs);
  for (let time = 0; time < times; time++) breaker.failed();
  return {
    breaker,
    pass(ms) {
      nowMs += ms;
    },
  };
}

test('opens after five failures in a row, and only in a row', () => {
  const { breaker } = failing(4);
  expect(breaker.waitMs).toBe(0);
  breaker.succeeded();
  for (let time = 0; time < 4; time++) breaker.failed();
  expect(breaker.waitMs).toBe(0);
  breaker.failed();
  expect(breaker.waitMs).toBe(1000);
});

test('lets one try, and waits longer after each that fails', () => {
  const { breaker, pass } = failing(5);
  let pauseMs = 1000;
  for (const nextMs of [2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    pass(pauseMs - 1);
    expect(breaker.waitMs).toBe(1);
    pass(1);
    expect(breaker.waitMs).toBe(0);
    breaker.started();
    expect(breaker.waitMs).toBeGreaterThan(0);
    breaker.failed();
    expect(breaker.waitMs).toBe(nextMs);
    pauseMs = nextMs;
  }
  pass(pauseMs);
  breaker.started();
  breaker.abandoned();
  expect(breaker.waitMs).toBe(0);
  breaker.started();
  breaker.succeeded();
  expect(breaker.waitMs).toBe(0);
  breaker.failed();
  expect(breaker.waitMs).toBe(0);
});

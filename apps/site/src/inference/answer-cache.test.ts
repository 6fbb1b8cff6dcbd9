import type { ModelInfo } from '@chamfer/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerCache } from './answer-cache.ts';

const INFO = { name: 'm', sha256: 'a' } as ModelInfo;
const rowsOf = (...data: number[]) => [new Float64Array(data)];
const answerOf = (body: string) => ({ body, headerBytes: null });

test('a key is of the model, its version, the words and the values, to the last bit', () => {
  const cache = new AnswerCache(1000);
  const keys = [
    cache.keyOf(INFO, 'predict', rowsOf(1, 0)),
    cache.keyOf(INFO, 'predict', rowsOf(1, -0)),
    cache.keyOf(INFO, 'predict', rowsOf(1 + Number.EPSILON, 0)),
    cache.keyOf(INFO, 'transform', rowsOf(1, 0)),
    cache.keyOf({ ...INFO, sha256: 'b' }, 'predict', rowsOf(1, 0)),
    cache.keyOf({ ...INFO, name: 'n' }, 'predict', rowsOf(1, 0)),
    cache.keyOf({ ...INFO, version: '2' }, 'predict', rowsOf(1, 0)),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(cache.keyOf(INFO, 'predict', rowsOf(1, 0))).toBe(keys[0]);
});

test('bytes that share their memory with others are kept in memory of their own', () => {
  const cache = new AnswerCache(1000);
  const bytes = new Uint8Array(100).subarray(10, 20).fill(7);
  cache.set('a', { body: bytes, headerBytes: 4 });
  bytes.fill(0);
  const kept = cache.get('a')!;
  expect(kept).toEqual({ body: new Uint8Array(10).fill(7), headerBytes: 4 });
  expect((kept.body as Uint8Array).buffer.byteLength).toBe(10);
});

test('never holds more than its size, and lets go of what was asked for longest ago', () => {
  const cache = new AnswerCache(3 * (256 + 10));
  for (const key of ['a', 'b', 'c']) cache.set(key, answerOf('0123456789'));
  expect(cache.get('a')).toEqual(answerOf('0123456789'));
  cache.set('d', answerOf('0123456789'));
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true, true]);
  expect(cache.counts).toEqual({ hits: 4, misses: 1, entries: 3, bytes: 798, bytesMax: 798 });
  cache.set('too large', answerOf('x'.repeat(1000)));
  expect(cache.get('too large')).toBeUndefined();
  expect(cache.counts.entries).toBe(3);
});

test('whatever is asked, its size is the sum of what it holds', () => {
  const operations = fc.array(fc.tuple(fc.boolean(), fc.nat(9), fc.nat(600)));
  fc.assert(
    fc.property(operations, (asked) => {
      const cache = new AnswerCache(2000);
      for (const [isSet, key, length] of asked) {
        if (isSet) cache.set(`${key}`, answerOf('x'.repeat(length)));
        else cache.get(`${key}`);
        expect(cache.counts.bytes).toBeLessThanOrEqual(2000);
      }
      const { bytes, entries } = cache.counts;
      let held = 0;
      for (let key = 0; key <= 9; key++) {
        const answer = cache.get(`${key}`);
        if (answer !== undefined) held += answer.body.length + 256;
      }
      expect(bytes).toBe(held);
      expect(entries).toBeLessThanOrEqual(10);
    }),
  );
});

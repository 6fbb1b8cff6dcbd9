import type { ModelInfo } from '@chamfer/contracts';
import { Table } from '@chamfer/sklearn';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerCache } from './answer-cache.ts';

const INFO = { name: 'm', sha256: 'a' } as ModelInfo;
const rowsOf = (...data: number[]) => ({ data: new Float64Array(data), rows: 1, columns: data.length });

test('a key is of the model, its version, the method, the rows and their number, to the last bit', () => {
  const cache = new AnswerCache<string>(1000);
  const wide = { data: new Float64Array([1, 0]), rows: 2, columns: 1 };
  const keys = [
    cache.keyOf(INFO, { method: 'predict', X: rowsOf(1, 0) }),
    cache.keyOf(INFO, { method: 'predict', X: rowsOf(1, -0) }),
    cache.keyOf(INFO, { method: 'predict', X: rowsOf(1 + Number.EPSILON, 0) }),
    cache.keyOf(INFO, { method: 'predict', X: wide }),
    cache.keyOf(INFO, { method: 'transform', X: rowsOf(1, 0) }),
    cache.keyOf({ ...INFO, sha256: 'b' }, { method: 'predict', X: rowsOf(1, 0) }),
    cache.keyOf({ ...INFO, name: 'n' }, { method: 'predict', X: rowsOf(1, 0) }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(cache.keyOf(INFO, { method: 'predict', X: rowsOf(1, 0) })).toBe(keys[0]);
});

test('nothing is kept of tables, and nothing at all where its size is 0', () => {
  const table = new Table(1, [['a']]);
  expect(new AnswerCache<string>(1000).keyOf(INFO, { method: 'predict', X: table })).toBeNull();
  expect(new AnswerCache<string>(0).keyOf(INFO, { method: 'predict', X: rowsOf(1) })).toBeNull();
});

test('never holds more than its size, and lets go of what was asked for longest ago', () => {
  const cache = new AnswerCache<string>(3 * (256 + 10));
  for (const key of ['a', 'b', 'c']) cache.set(key, '0123456789');
  expect(cache.get('a')).toBe('0123456789');
  cache.set('d', '0123456789');
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true, true]);
  expect(cache.counts).toEqual({ hits: 4, misses: 1, entries: 3, bytes: 798, bytesMax: 798 });
  cache.set('too large', 'x'.repeat(1000));
  expect(cache.get('too large')).toBeUndefined();
  expect(cache.counts.entries).toBe(3);
});

test('whatever is asked, its size is the sum of what it holds', () => {
  const operations = fc.array(fc.tuple(fc.boolean(), fc.nat(9), fc.nat(600)));
  fc.assert(
    fc.property(operations, (asked) => {
      const cache = new AnswerCache<string>(2000);
      for (const [isSet, key, length] of asked) {
        if (isSet) cache.set(`${key}`, 'x'.repeat(length));
        else cache.get(`${key}`);
        expect(cache.counts.bytes).toBeLessThanOrEqual(2000);
      }
      const { bytes, entries } = cache.counts;
      let held = 0;
      for (let key = 0; key <= 9; key++) {
        const answer = cache.get(`${key}`);
        if (answer !== undefined) held += answer.length + 256;
      }
      expect(bytes).toBe(held);
      expect(entries).toBeLessThanOrEqual(10);
    }),
  );
});

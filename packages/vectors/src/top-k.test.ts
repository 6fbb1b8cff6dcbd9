import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TopK } from './top-k.ts';

function ranked(scores: readonly number[], k: number): { row: number; score: number }[] {
  return scores
    .map((score, row) => ({ row, score }))
    .sort((a, b) => b.score - a.score || a.row - b.row)
    .slice(0, k);
}

test('keeps what a full sort would put first, whatever the order of offers', () => {
  const scores = fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 60 });
  fc.assert(
    fc.property(scores, fc.integer({ min: 1, max: 70 }), fc.boolean(), (values, k, backwards) => {
      const best = new TopK(k);
      const rows = values.map((_, row) => row);
      for (const row of backwards ? rows.reverse() : rows) best.offer(row, values[row]!);
      expect(best.take()).toEqual(ranked(values, k));
    }),
  );
});

test('is empty again after it is taken from', () => {
  const best = new TopK(2);
  best.offer(4, 1);
  expect(best.take()).toEqual([{ row: 4, score: 1 }]);
  expect(best.take()).toEqual([]);
});

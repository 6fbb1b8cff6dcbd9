/** No row that is among the nearest is left out, and many rows at once get the answers of each alone. */
import { expect, test } from 'vitest';
import { squaredDistance } from '../kernels/squared-distances.ts';
import { createBruteForceInChunks } from './brute-force.ts';
import { createCandidateFilter } from './candidate-filter.ts';
import { createEuclideanBruteForce } from './euclidean-brute-force.ts';
import { NeighborHeap } from './neighbor-heap.ts';
import type { Neighbors } from './neighbor-search.ts';
import { euclidean, manhattan } from './number-metrics.ts';

const COUNT = 5;
const COLUMNS = 7;
const noSlack = (): number => 0;

function matrix(rows: number, seed: number, make: (value: number) => number) {
  const data = Float64Array.from({ length: rows * COLUMNS }, (_, i) => make(Math.sin((i + seed) * 78.233)));
  return { data, rows, columns: COLUMNS };
}

const KINDS = [
  ['ordinary numbers', (value: number) => value],
  ['numbers far from zero', (value: number) => 1e6 + value],
  ['few whole numbers, with many ties', (value: number) => Math.round(value * 2)],
  ['huge and tiny numbers', (value: number) => value * 10 ** (12 * value)],
] as const;

test.each(KINDS)('%s: the nearest are among the candidates', (_, make) => {
  const training = matrix(1_003, 0, make);
  const X = matrix(21, 50_000, make);
  const candidates = createCandidateFilter(training, COUNT)!.find(X, noSlack)!;
  expect(candidates).toHaveLength(X.rows);
  for (const [row, among] of candidates.entries()) {
    const distances = Array.from({ length: training.rows }, (_, i) =>
      squaredDistance(X.data, row * COLUMNS, training.data, i * COLUMNS, COLUMNS),
    );
    const last = distances.toSorted((a, b) => a - b)[COUNT - 1]!;
    const nearest = [...distances.keys()].filter((i) => distances[i]! <= last);
    expect(nearest.filter((i) => !among.includes(i))).toEqual([]);
    expect(among).toEqual(among.toSorted((a, b) => a - b));
  }
});

test('ordinary numbers leave few candidates', () => {
  const training = matrix(1_003, 0, (value) => value);
  const candidates = createCandidateFilter(training, COUNT)!.find(
    matrix(21, 50_000, (value) => value),
    noSlack,
  )!;
  expect(candidates.every((among) => among.length >= COUNT && among.length < 300)).toBe(true);
});

test('what float32 does not hold is not filtered, nor are few rows', () => {
  const huge = matrix(1_003, 0, (value) => value * 1e30);
  expect(createCandidateFilter(huge, COUNT)!.find(huge, noSlack)).toBeNull();
  expect(createCandidateFilter(matrix(40, 0, Math.abs), COUNT)).toBeNull();
  const training = matrix(1_003, 0, (value) => value);
  expect(createCandidateFilter(training, COUNT)!.find({ ...huge, rows: 4 }, noSlack)).toBeNull();
});

function compare(
  { search, searchRows }: Pick<Neighbors, 'search' | 'searchRows'>,
  make: (v: number) => number,
) {
  const X = matrix(300, 50_000, make);
  const many = searchRows!(X);
  const [alone, together] = [new NeighborHeap(COUNT), new NeighborHeap(COUNT)];
  for (let row = 0; row < X.rows; row++) {
    search(X.data, row * COLUMNS, alone);
    many(X.data, row * COLUMNS, together);
    expect(together).toEqual(alone);
  }
}

test.each(KINDS)('%s: one by one and all at once are the same', (_, make) => {
  const training = matrix(1_003, 0, make);
  compare(createEuclideanBruteForce(training, COUNT), make);
  compare(createBruteForceInChunks(training, euclidean(COLUMNS), COUNT), make);
  compare(createBruteForceInChunks(training, manhattan(COLUMNS), COUNT), make);
});

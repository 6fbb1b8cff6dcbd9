import { describe, expect, test } from 'vitest';
import { NeighborHeap } from './neighbor-heap.ts';
import { sortByIntrosort, sortByQuicksort } from './sort-neighbors.ts';

function heapOf(distances: readonly number[]): NeighborHeap {
  const heap = new NeighborHeap(distances.length);
  heap.distances.set(distances);
  heap.indices.set(distances.map((_, i) => i));
  return heap;
}

const SIZES = [1, 2, 3, 4, 5, 15, 16, 17, 40, 300, 3_000];
const ORDERS: Readonly<Record<string, (i: number, size: number) => number>> = {
  ascending: (i) => i,
  descending: (i, size) => size - i,
  equal: () => 1,
  'few values': (i) => (i * 7) % 3,
  scattered: (i) => (Math.imul(i + 1, 2_654_435_761) >>> 0) % 1_000,
  organ: (i, size) => Math.min(i, size - i),
};

describe.each([
  ['quicksort', sortByQuicksort],
  ['introsort', sortByIntrosort],
])('%s', (_, sort) => {
  test.each(Object.keys(ORDERS))('%s', (name) => {
    for (const size of SIZES) {
      const distances = Array.from({ length: size }, (_, i) => ORDERS[name]!(i, size));
      const heap = heapOf(distances);
      sort(heap);
      expect([...heap.distances]).toEqual([...distances].sort((a, b) => a - b));
      expect([...heap.indices].map((index) => distances[index])).toEqual([...heap.distances]);
      expect(new Set(heap.indices).size).toBe(size);
    }
  });
});

test('the heap keeps the nearest, and of equally near rows those that came first', () => {
  const heap = new NeighborHeap(3);
  heap.clear();
  for (const [index, distance] of [5, 2, 9, 2, 2, 1, 7].entries()) heap.push(distance, index);
  sortByIntrosort(heap);
  expect([...heap.distances]).toEqual([1, 2, 2]);
  expect([...heap.indices].sort()).toEqual([1, 3, 5]);
});

/** Leaving out rows that are too far by half of their columns leaves out none of the nearest. */
import { expect, test } from 'vitest';
import { squaredDistance } from '../kernels/squared-distances.ts';
import { createEuclideanBruteForce } from './euclidean-brute-force.ts';
import { NeighborHeap } from './neighbor-heap.ts';

function matrix(rows: number, columns: number, seed: number) {
  const data = Float64Array.from({ length: rows * columns }, (_, i) => Math.sin((i + seed) * 78.233));
  return { data, rows, columns };
}

test('the nearest of any number of rows and columns are found', () => {
  for (const rows of [1, 2, 3, 4, 5, 63, 66, 500]) {
    for (const columns of [1, 2, 3, 16, 33]) {
      const training = matrix(rows, columns, 1);
      const X = matrix(5, columns, 9_999);
      for (const count of new Set([1, Math.min(7, rows), rows])) {
        const { search } = createEuclideanBruteForce(training, count);
        const heap = new NeighborHeap(count);
        for (let row = 0; row < X.rows; row++) {
          search(X.data, row * columns, heap);
          const distances = Array.from({ length: rows }, (_, i) =>
            squaredDistance(X.data, row * columns, training.data, i * columns, columns),
          );
          const nearest = [...distances.keys()].sort((a, b) => distances[a]! - distances[b]!).slice(0, count);
          expect([...heap.indices].sort((a, b) => a - b)).toEqual(nearest.sort((a, b) => a - b));
        }
      }
    }
  }
});

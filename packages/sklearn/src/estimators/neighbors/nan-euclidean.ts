/**
 * Euclidean distances over the columns that both rows have, raised by how many those are of all; NaN where there are
 * none. scikit-learn makes them of products, and what rounding leaves of those decides between equally near rows.
 */
import { einsumSquaredNorm, fusedMultiplyAdd } from './fused-products.ts';
import { type Metric, type ReducedDistance, UNREDUCED } from './metric.ts';

/** As scikit-learn rounds it. */
export function nanEuclidean(columns: number): Metric {
  return {
    ...UNREDUCED,
    toDistance: Math.sqrt,
    toReduced: (distance) => distance * distance,
    brute: 'all',
    takesMissing: true,
    reduced: (x, xStart, y, yStart) => {
      let product = 0;
      let onlyFirst = 0;
      let onlySecond = 0;
      let present = 0;
      for (let j = 0; j < columns; j++) {
        const a = x[xStart + j]!;
        const b = y[yStart + j]!;
        if (Number.isNaN(a)) onlySecond += b * b || 0;
        else if (Number.isNaN(b)) onlyFirst += a * a;
        else {
          product = fusedMultiplyAdd(a, b, product);
          present++;
        }
      }
      if (present === 0) return Number.NaN;
      const norms =
        -2 * product + einsumSquaredNorm(x, xStart, columns) + einsumSquaredNorm(y, yStart, columns);
      return (Math.max(Math.max(norms, 0) - onlyFirst - onlySecond, 0) / present) * columns;
    },
  };
}

/** The same to a few last digits of the length of the rows, and faster: from differences. */
export function plainNanEuclidean(columns: number): ReducedDistance {
  return (x, xStart, y, yStart) => {
    let sum = 0;
    let present = 0;
    for (let j = 0; j < columns; j++) {
      const difference = x[xStart + j]! - y[yStart + j]!;
      if (Number.isNaN(difference)) continue;
      sum += difference * difference;
      present++;
    }
    return present === 0 ? Number.NaN : (sum / present) * columns;
  };
}

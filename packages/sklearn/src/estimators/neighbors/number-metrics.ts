/** Distances between rows of numbers, by columns that are less or more apart. */
import type { Matrix } from '../../model.ts';
import { dot, multiplyRows } from '../linear-algebra.ts';
import { type MeasureAll, type Metric, type ReducedDistance, UNREDUCED } from './metric.ts';

const square = (value: number): number => value * value;

/** Of distances whose squares are summed. */
const ROOTED: Omit<Metric, 'reduced'> = {
  toDistance: Math.sqrt,
  toReduced: square,
  power: 2,
  brute: 'chunks',
  takesMissing: false,
};

/** What scikit-learn does under the name `euclidean`, and not under `l2`. */
export function euclideanByProducts(columns: number): Metric {
  return { ...euclidean(columns), brute: 'products' };
}

/** Squared: the root is taken at the end. */
export function euclidean(columns: number): Metric {
  return {
    ...ROOTED,
    sums: 'squaredDistances',
    reduced: (x, xStart, y, yStart) => {
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        const difference = x[xStart + j]! - y[yStart + j]!;
        sum += difference * difference;
      }
      return sum;
    },
  };
}

/** Without the root. */
export function squaredEuclidean(columns: number): Metric {
  return { ...UNREDUCED, reduced: euclidean(columns).reduced, brute: 'products' };
}

export function manhattan(columns: number): Metric {
  return {
    ...UNREDUCED,
    power: 1,
    sums: 'absoluteDistances',
    reduced: (x, xStart, y, yStart) => {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += Math.abs(x[xStart + j]! - y[yStart + j]!);
      return sum;
    },
  };
}

export function chebyshev(columns: number): Metric {
  return {
    ...UNREDUCED,
    power: Number.POSITIVE_INFINITY,
    reduced: (x, xStart, y, yStart) => {
      let largest = 0;
      for (let j = 0; j < columns; j++) {
        largest = Math.max(largest, Math.abs(x[xStart + j]! - y[yStart + j]!));
      }
      return largest;
    },
  };
}

/** The p-th power of the distance: the root is taken at the end. */
export function minkowski(columns: number, p: number, weights: Float64Array | null): Metric {
  const reduced: ReducedDistance = (x, xStart, y, yStart) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += Math.abs(x[xStart + j]! - y[yStart + j]!) ** p;
    return sum;
  };
  const weighted: ReducedDistance = (x, xStart, y, yStart) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += weights![j]! * Math.abs(x[xStart + j]! - y[yStart + j]!) ** p;
    return sum;
  };
  return {
    reduced: weights === null ? reduced : weighted,
    toDistance: (value) => value ** (1 / p),
    toReduced: (distance) => distance ** p,
    power: p,
    brute: 'chunks',
    takesMissing: false,
  };
}

/** Every column in its own unit: each squared difference is divided by the variance of its column. */
export function standardizedEuclidean(columns: number, variances: Float64Array): Metric {
  return {
    ...ROOTED,
    power: null,
    reduced: (x, xStart, y, yStart) => {
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        const difference = x[xStart + j]! - y[yStart + j]!;
        sum += (difference * difference) / variances[j]!;
      }
      return sum;
    },
  };
}

/** d' VI d of the differences d, with the inverse of a covariance in row-major order. */
export function mahalanobis(columns: number, inverseCovariance: Float64Array): Metric {
  const differences = new Float64Array(columns);
  return {
    ...ROOTED,
    power: null,
    brute: 'all',
    reduced: (x, xStart, y, yStart) => {
      for (let j = 0; j < columns; j++) differences[j] = x[xStart + j]! - y[yStart + j]!;
      let sum = 0;
      for (let i = 0; i < columns; i++) {
        let product = 0;
        for (let j = 0; j < columns; j++) product += inverseCovariance[i * columns + j]! * differences[j]!;
        sum += product * differences[i]!;
      }
      return sum;
    },
  };
}

export function canberra(columns: number): Metric {
  return {
    ...UNREDUCED,
    reduced: (x, xStart, y, yStart) => {
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        const a = x[xStart + j]!;
        const b = y[yStart + j]!;
        const size = Math.abs(a) + Math.abs(b);
        if (size > 0) sum += Math.abs(a - b) / size;
      }
      return sum;
    },
  };
}

export function brayCurtis(columns: number): Metric {
  return {
    ...UNREDUCED,
    reduced: (x, xStart, y, yStart) => {
      let difference = 0;
      let size = 0;
      for (let j = 0; j < columns; j++) {
        const a = x[xStart + j]!;
        const b = y[yStart + j]!;
        difference += Math.abs(a - b);
        size += Math.abs(a) + Math.abs(b);
      }
      return size > 0 ? difference / size : 0;
    },
  };
}

export function cosine(columns: number): Metric {
  return {
    ...UNREDUCED,
    brute: 'all',
    toAll: cosinesOfUnits,
    reduced: (x, xStart, y, yStart) => {
      let product = 0;
      let xx = 0;
      let yy = 0;
      for (let j = 0; j < columns; j++) {
        const a = x[xStart + j]!;
        const b = y[yStart + j]!;
        product += a * b;
        xx += a * a;
        yy += b * b;
      }
      // A row of zeros is left as it is, not divided.
      const cosine = product / ((Math.sqrt(xx) || 1) * (Math.sqrt(yy) || 1));
      return Math.min(Math.max(1 - cosine, 0), 2);
    },
  };
}

/** With rows of length 1 the cosine is the product alone. */
function cosinesOfUnits({ data, rows, columns }: Matrix): MeasureAll {
  const units = new Float64Array(data.length);
  const unit = new Float64Array(columns);
  for (let i = 0; i < rows; i++) scaleToUnit(data, i * columns, columns, units, i * columns);
  return (x, start, out) => {
    scaleToUnit(x, start, columns, unit, 0);
    multiplyRows({ data: unit, rows: 1, columns }, units, rows, null, out);
    for (let i = 0; i < rows; i++) out[i] = Math.min(Math.max(1 - out[i]!, 0), 2);
  };
}

function scaleToUnit(x: Float64Array, start: number, columns: number, out: Float64Array, to: number): void {
  const length = Math.sqrt(dot(x, start, x, start, columns)) || 1;
  for (let j = 0; j < columns; j++) out[to + j] = x[start + j]! / length;
}

/** The cosine distance of what is left when each row's mean is taken away; NaN where nothing is. */
export function correlation(columns: number): Metric {
  return {
    ...UNREDUCED,
    brute: 'all',
    reduced: (x, xStart, y, yStart) => {
      let xSum = 0;
      let ySum = 0;
      for (let j = 0; j < columns; j++) {
        xSum += x[xStart + j]!;
        ySum += y[yStart + j]!;
      }
      let product = 0;
      let xx = 0;
      let yy = 0;
      for (let j = 0; j < columns; j++) {
        const a = x[xStart + j]! - xSum / columns;
        const b = y[yStart + j]! - ySum / columns;
        product += a * b;
        xx += a * a;
        yy += b * b;
      }
      return 1 - Math.min(Math.max(product / (Math.sqrt(xx) * Math.sqrt(yy)), -1), 1);
    },
  };
}

/** The share of columns that differ, each by its weight. */
export function hamming(columns: number, weights: Float64Array | null): Metric {
  const plain: ReducedDistance = (x, xStart, y, yStart) => {
    let differing = 0;
    for (let j = 0; j < columns; j++) if (x[xStart + j] !== y[yStart + j]) differing++;
    return differing / columns;
  };
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? columns;
  const weighted: ReducedDistance = (x, xStart, y, yStart) => {
    let differing = 0;
    for (let j = 0; j < columns; j++) if (x[xStart + j] !== y[yStart + j]) differing += weights![j]!;
    return differing / total;
  };
  return { ...UNREDUCED, brute: 'all', reduced: weights === null ? plain : weighted };
}

/** Between two places on a sphere, latitude and longitude in radians. */
export function haversine(): Metric {
  return {
    reduced: (x, xStart, y, yStart) => {
      const latitude = Math.sin(0.5 * (x[xStart]! - y[yStart]!));
      const longitude = Math.sin(0.5 * (x[xStart + 1]! - y[yStart + 1]!));
      return latitude * latitude + Math.cos(x[xStart]!) * Math.cos(y[yStart]!) * longitude * longitude;
    },
    toDistance: (reduced) => 2 * Math.asin(Math.sqrt(reduced)),
    toReduced: (distance) => square(Math.sin(0.5 * distance)),
    power: null,
    brute: 'chunks',
    takesMissing: false,
  };
}

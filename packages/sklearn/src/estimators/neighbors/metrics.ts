/**
 * Distances between two rows. Search compares reduced distances, which need no root: their order is the same.
 * The sums run in scikit-learn's order, so that what is a tie there is a tie here.
 */
import { SklearnError } from '../../errors.ts';
import type { ObjectState } from '../object-state.ts';

/** Between the row of `x` that starts at `xStart` and the row of `y` at `yStart`. */
type ReducedDistance = (x: Float64Array, xStart: number, y: Float64Array, yStart: number) => number;

export interface Metric {
  readonly reduced: ReducedDistance;
  readonly toDistance: (reduced: number) => number;
  readonly toReduced: (distance: number) => number;
  /** The power whose sum over columns the reduced distance is, `Infinity` for the largest; of Minkowski's kind only. */
  readonly power: number | null;
  /** Whether brute force computes it from products, as |x|^2 - 2xy + |y|^2. */
  readonly byProducts: boolean;
}

type MetricName = keyof typeof METRICS;
/** `effective_metric_params_`: `p`, `w`, `V`. */
interface Parameters {
  readonly p: number;
  readonly weights: Float64Array | null;
  readonly variances: () => Float64Array;
}

const same = (value: number): number => value;
const square = (value: number): number => value * value;

/** By scikit-learn's names, of which several mean the same. */
const METRICS = {
  euclidean: euclideanByProducts,
  l2: euclidean,
  sqeuclidean: (columns: number): Metric => ({
    ...euclidean(columns),
    toDistance: same,
    toReduced: same,
    power: null,
    byProducts: true,
  }),
  manhattan,
  cityblock: manhattan,
  l1: manhattan,
  chebyshev,
  infinity: chebyshev,
  minkowski,
  p: minkowski,
  seuclidean: (columns: number, { variances }: Parameters): Metric => {
    const V = variances();
    return {
      ...euclidean(columns),
      power: null,
      reduced: (x, xStart, y, yStart) => {
        let sum = 0;
        for (let j = 0; j < columns; j++) {
          const difference = x[xStart + j]! - y[yStart + j]!;
          sum += (difference * difference) / V[j]!;
        }
        return sum;
      },
    };
  },
  canberra: (columns: number): Metric => ({
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
  }),
  braycurtis: (columns: number): Metric => ({
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
  }),
  cosine: (columns: number): Metric => ({
    ...UNREDUCED,
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
  }),
} as const satisfies Record<string, (columns: number, parameters: Parameters) => Metric>;

const UNREDUCED = { toDistance: same, toReduced: same, power: null, byProducts: false } as const;

/** The names that a neighbours estimator may have as `effective_metric_`. */
const METRIC_NAMES: readonly MetricName[] = Object.keys(METRICS) as MetricName[];

/** The metric that `effective_metric_` and `effective_metric_params_` name. Another one is noted as not supported. */
export function readMetric(state: ObjectState, columns: number): Metric {
  const name = state.choice('effective_metric_', METRIC_NAMES);
  const parameters = state.attribute('effective_metric_params_').dict();
  for (const key of parameters.keys()) {
    if (!['p', 'w', 'V'].includes(key)) state.refuse('effective_metric_params_', `the parameter ${key}`);
  }
  const p = parameters.get('p')?.number() ?? 2;
  if (!(p > 0)) throw parameters.get('p')!.malformed('a number above 0');
  return METRICS[name](columns, {
    p,
    weights: parameters.get('w')?.vector(columns) ?? null,
    variances: () => {
      const V = parameters.get('V');
      if (V !== undefined) return V.vector(columns);
      throw new SklearnError('ESTIMATOR_MALFORMED', `${state.path} has no V for its metric seuclidean.`, {
        path: state.path,
      });
    },
  });
}

/** What scikit-learn does under the name `euclidean`, and not under `l2`. */
function euclideanByProducts(columns: number): Metric {
  return { ...euclidean(columns), byProducts: true };
}

/** Squared: the root is taken at the end. */
function euclidean(columns: number): Metric {
  return {
    reduced: (x, xStart, y, yStart) => {
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        const difference = x[xStart + j]! - y[yStart + j]!;
        sum += difference * difference;
      }
      return sum;
    },
    toDistance: Math.sqrt,
    toReduced: square,
    power: 2,
    byProducts: false,
  };
}

function manhattan(columns: number): Metric {
  return {
    ...UNREDUCED,
    power: 1,
    reduced: (x, xStart, y, yStart) => {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += Math.abs(x[xStart + j]! - y[yStart + j]!);
      return sum;
    },
  };
}

function chebyshev(columns: number): Metric {
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
function minkowski(columns: number, { p, weights }: Parameters): Metric {
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
    byProducts: false,
  };
}

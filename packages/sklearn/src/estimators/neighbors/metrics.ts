/** The metrics of neighbours by scikit-learn's names, read with their parameters. Refuses functions and `precomputed`. */
import type { Attribute } from '../attribute.ts';
import type { ObjectState } from '../object-state.ts';
import { BOOLEAN_METRICS } from './boolean-metrics.ts';
import type { Metric } from './metric.ts';
import { nanEuclidean } from './nan-euclidean.ts';
import {
  brayCurtis,
  canberra,
  chebyshev,
  correlation,
  cosine,
  euclidean,
  euclideanByProducts,
  hamming,
  haversine,
  mahalanobis,
  manhattan,
  minkowski,
  squaredEuclidean,
  standardizedEuclidean,
} from './number-metrics.ts';

/** Of a metric, each read when a metric asks for it. */
interface Parameters {
  readonly p: () => number;
  readonly weights: () => Float64Array | null;
  readonly variances: () => Float64Array;
  /** Row-major. */
  readonly inverseCovariance: () => Float64Array;
}

/** Several names mean the same. */
const METRICS = {
  euclidean: euclideanByProducts,
  l2: euclidean,
  sqeuclidean: squaredEuclidean,
  manhattan,
  cityblock: manhattan,
  l1: manhattan,
  chebyshev,
  infinity: chebyshev,
  minkowski: (columns, { p, weights }) => minkowski(columns, p(), weights()),
  p: (columns, { p, weights }) => minkowski(columns, p(), weights()),
  // Up to 1.2: here the weights are raised to the power, too.
  wminkowski: (columns, { p, weights }) =>
    minkowski(columns, p(), weights()?.map((weight) => weight ** p()) ?? null),
  seuclidean: (columns, { variances }) => standardizedEuclidean(columns, variances()),
  mahalanobis: (columns, { inverseCovariance }) => mahalanobis(columns, inverseCovariance()),
  canberra,
  braycurtis: brayCurtis,
  cosine,
  correlation,
  hamming: (columns, { weights }) => hamming(columns, weights()),
  haversine,
  nan_euclidean: nanEuclidean,
  ...BOOLEAN_METRICS,
} as const satisfies Record<string, (columns: number, parameters: Parameters) => Metric>;

type MetricName = keyof typeof METRICS;

const METRIC_NAMES: readonly MetricName[] = Object.keys(METRICS) as MetricName[];
const PARAMETER_NAMES = ['p', 'w', 'V', 'VI'];
/** Latitude and longitude. */
const HAVERSINE_COLUMNS = 2;
/** Places in the tuples that are the states of a tree and of its metric. */
const METRIC_OF_TREE = 11;
const MATRIX_OF_METRIC = 2;

/**
 * The metric that an attribute names, with the parameters in another. One that is not known is noted as not
 * supported. `tree` is the fitted tree, where there is one.
 */
export function readMetric(
  state: ObjectState,
  names: { readonly metric: string; readonly parameters: string },
  columns: number,
  tree: Attribute | null,
): Metric {
  const name = state.choice(names.metric, METRIC_NAMES);
  const at = state.attribute(names.metric);
  if (name === 'haversine' && columns !== HAVERSINE_COLUMNS) throw at.malformed('a metric of any columns');
  const parameters = state.optional(names.parameters)?.dict() ?? new Map<string, Attribute>();
  for (const key of parameters.keys()) {
    if (!PARAMETER_NAMES.includes(key)) state.refuse(names.parameters, `the parameter ${key}`);
  }
  const get = (key: string): Attribute | null => parameters.get(key) ?? null;
  return METRICS[name](columns, {
    p: () => readPower(get('p')),
    weights: () => get('w')?.vector(columns) ?? null,
    variances: () => {
      const V = get('V');
      if (V === null) throw at.malformed('a metric with its V');
      return V.vector(columns);
    },
    inverseCovariance: () => {
      const VI =
        get('VI') ??
        tree?.object().whole().items()[METRIC_OF_TREE]?.object().whole().items()[MATRIX_OF_METRIC];
      if (VI === undefined) throw at.malformed('a metric with its VI');
      return VI.matrix({ rows: columns, columns }).data;
    },
  });
}

function readPower(attribute: Attribute | null): number {
  const p = attribute?.number() ?? 2;
  if (!(p > 0)) throw attribute!.malformed('a number above 0');
  return p;
}

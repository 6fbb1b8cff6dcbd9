/** NearestCentroid: the class whose centroid is nearest; from 1.6 on also how likely each class is. */
import type { Matrix } from '../../model.ts';
import type { Classes } from '../attribute.ts';
import { difference, jointMethods } from '../bayes/joint-methods.ts';
import type { EstimatorDefinition, FittedMethods } from '../definition.ts';
import { squaredDistances } from '../kernels/squared-distances.ts';
import { type Fill, labelOfHighest, labelPerRow, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import type { Metric } from './metric.ts';
import { readMetric } from './metrics.ts';
import { nearestRow } from './neighbor-search.ts';

/** How near to equal NumPy takes numbers to be the same. */
const CLOSE_RELATIVE = 1e-5;
const CLOSE_ABSOLUTE = 1e-8;

export const NEAREST_CENTROID: EstimatorDefinition = {
  className: 'NearestCentroid',
  module: 'sklearn.neighbors._nearest_centroid',
  load: (state) => {
    const classes = state.classes();
    const count = classes.labels.length;
    if (count < 2) throw state.attribute('classes_').malformed('two classes or more');
    const centroids = state.attribute('centroids_').matrix({ rows: count });
    const columns = state.columns(centroids.columns);
    const metric = readMetric(state, { metric: 'metric', parameters: 'metric_params' }, columns, null);
    const predict = labelPerRow(classes, nearestRow(centroids, metric));
    return state.fitted({
      columns,
      accepts: 'finite',
      classes,
      methods: { predict, ...(state.since(1, 6) && scores(state, classes, centroids, metric)) },
    });
  },
};

/** By the logarithms of the priors and the distances with each column in units of its deviation within classes. */
function scores(state: ObjectState, classes: Classes, centroids: Matrix, metric: Metric): FittedMethods {
  const { rows: count, columns } = centroids;
  const priors = state.attribute('class_prior_').vector(count);
  const deviations = state.attribute('within_class_std_dev_').vector(columns);
  const units = deviations.map((deviation) => (deviation === 0 ? 1 : deviation));
  const inUnits = ({ data, rows }: Matrix): Matrix => ({
    data: data.map((value, i) => value / units[i % columns]!),
    rows,
    columns,
  });
  const scaled = inUnits(centroids);
  const isEuclidean = state.attribute('metric').value === 'euclidean';
  const fill: Fill = (X, out) => {
    const rows = inUnits(X);
    if (isEuclidean) squaredDistances(rows, scaled, out);
    for (let i = 0; i < out.length; i++) {
      const c = i % count;
      const squared = isEuclidean ? out[i]! : between(metric, rows, Math.floor(i / count), scaled, c) ** 2;
      out[i] = 2 * Math.log(priors[c]!) - squared;
    }
  };
  const isEven = priors.every(
    (prior) => Math.abs(prior - 1 / count) <= CLOSE_ABSOLUTE + CLOSE_RELATIVE / count,
  );
  const uneven = isEven ? {} : { predict: labelOfHighest(classes, fill) };
  if (!isEuclidean) return uneven;
  const { predict_proba, predict_log_proba } = jointMethods(classes, fill);
  return {
    ...uneven,
    decision_function: count === 2 ? difference(fill) : numbersPerRow(count, fill),
    predict_proba: predict_proba!,
    predict_log_proba: predict_log_proba!,
  };
}

function between(metric: Metric, X: Matrix, i: number, Y: Matrix, j: number): number {
  return metric.toDistance(metric.reduced(X.data, i * X.columns, Y.data, j * Y.columns));
}

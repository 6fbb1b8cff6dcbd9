/** QuadraticDiscriminantAnalysis: each class has a normal distribution with a covariance of its own. */
import type { EstimatorDefinition, FittedMethods } from '../definition.ts';
import { multiplyCentred } from '../linear-algebra.ts';
import { type Fill, labelOfHighest, numbersPerRow, probabilityMethods } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { softmaxRows } from '../probability.ts';
import { difference, jointMethods } from './joint-methods.ts';

export const QUADRATIC_DISCRIMINANT_ANALYSIS: EstimatorDefinition = {
  className: 'QuadraticDiscriminantAnalysis',
  module: 'sklearn.discriminant_analysis',
  load: (state) => {
    const classes = state.classes();
    const count = classes.labels.length;
    if (count < 2) throw state.attribute('classes_').malformed('two classes or more');
    const means = state.attribute('means_').matrix({ rows: count });
    const columns = state.columns(means.columns);
    const scores = logPosteriors(readAxes(state, count, columns), means.data, state, columns);
    return state.fitted({
      columns,
      accepts: 'finite',
      classes,
      methods: {
        predict: labelOfHighest(classes, scores),
        decision_function: count === 2 ? difference(scores) : numbersPerRow(count, scores),
        ...probabilities(state, count, scores, () => jointMethods(classes, scores)),
      },
    });
  },
};

/** The axes of one class, each divided by its standard deviation, and minus half the log of their variances. */
interface Axes {
  readonly data: Float64Array;
  readonly count: number;
  readonly constant: number;
}

function readAxes(state: ObjectState, count: number, columns: number): Axes[] {
  const attribute = state.attribute('rotations_');
  const rotations = attribute.items();
  const scalings = state.attribute('scalings_').items();
  if (rotations.length !== count || scalings.length !== count) {
    throw attribute.malformed(`a list of ${count} matrices, as many as scalings_`);
  }
  return rotations.map((item, c) => {
    const rotation = item.matrix({ rows: columns });
    const variances = scalings[c]!.vector(rotation.columns);
    const data = new Float64Array(rotation.data.length);
    let constant = 0;
    for (let j = 0; j < rotation.columns; j++) {
      constant -= 0.5 * Math.log(variances[j]!);
      for (let k = 0; k < columns; k++) {
        data[j * columns + k] = rotation.data[k * rotation.columns + j]! / Math.sqrt(variances[j]!);
      }
    }
    return { data, count: rotation.columns, constant };
  });
}

function logPosteriors(
  axes: readonly Axes[],
  means: Float64Array,
  state: ObjectState,
  columns: number,
): Fill {
  const count = axes.length;
  const logPriors = Float64Array.from(state.attribute('priors_').vector(count), Math.log);
  const widest = axes.reduce((most, item) => Math.max(most, item.count), 0);
  return (X, out) => {
    const { rows } = X;
    const projected = new Float64Array(rows * widest);
    for (const [c, { data: weights, count: kept, constant }] of axes.entries()) {
      const mean = means.subarray(c * columns, (c + 1) * columns);
      multiplyCentred(X, mean, weights, kept, null, projected.subarray(0, rows * kept));
      for (let i = 0; i < rows; i++) {
        let sum = 0;
        for (let j = i * kept; j < (i + 1) * kept; j++) sum += projected[j]! * projected[j]!;
        out[i * count + c] = constant - 0.5 * sum + logPriors[c]!;
      }
    }
  };
}

/** Before 1.6 logarithms were taken of the probabilities, so that those of tiny ones are -infinity. */
function probabilities(
  state: ObjectState,
  count: number,
  scores: Fill,
  joint: () => FittedMethods,
): FittedMethods {
  if (!state.since(1, 6)) {
    return probabilityMethods(count, (X, out) => {
      scores(X, out);
      softmaxRows(out, count);
    });
  }
  const { predict_proba, predict_log_proba } = joint();
  return { predict_proba: predict_proba!, predict_log_proba: predict_log_proba! };
}

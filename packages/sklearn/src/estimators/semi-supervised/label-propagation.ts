/**
 * LabelPropagation and LabelSpreading: the label distributions that the training rows came to, by the kernel or
 * over the nearest ones. Refuses kernels that are functions.
 */
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { kernelSums } from '../kernels/kernel-sums.ts';
import { radial } from '../kernels/pairwise-kernels.ts';
import { transpose } from '../linear-algebra.ts';
import { type Fill, labelOfHighest, numbersPerRow } from '../methods.ts';
import { readNeighborIndex, readNeighbors, visitNearest } from '../neighbors/neighbor-search.ts';
import type { ObjectState } from '../object-state.ts';
import { divideBySums } from '../probability.ts';

const MODULE = 'sklearn.semi_supervised._label_propagation';

export const LABEL_PROPAGATIONS: readonly EstimatorDefinition[] = [
  { className: 'LabelPropagation', module: MODULE, load },
  { className: 'LabelSpreading', module: MODULE, load },
];

function load(state: ObjectState): FittedEstimator {
  const classes = state.classes();
  const count = classes.labels.length;
  if (count === 0) throw state.attribute('classes_').malformed('one class or more');
  const training = state.attribute('X_').matrix();
  const columns = state.columns(training.columns);
  const { data } = state.attribute('label_distributions_').matrix({ rows: training.rows, columns: count });
  const isRadial = state.choice('kernel', ['rbf', 'knn']) === 'rbf';
  const shares = isRadial
    ? kernelSums(
        radial(state.attribute('gamma').number()),
        training,
        transpose(data, training.rows, count),
        count,
      )
    : neighborSums(state, data, count, training.rows, columns);
  const probabilities: Fill = (X, out) => {
    shares(X, out);
    divideBySums(out, count, Number.NaN);
  };
  return state.fitted({
    columns,
    accepts: 'finite',
    classes,
    methods: {
      predict: labelOfHighest(classes, probabilities),
      predict_proba: numbersPerRow(count, probabilities),
    },
  });
}

/** Sums of the distributions of the nearest rows. */
function neighborSums(
  state: ObjectState,
  distributions: Float64Array,
  count: number,
  rows: number,
  columns: number,
): Fill {
  const attribute = state.attribute('nn_fit');
  const fitted = attribute.object();
  const index = readNeighborIndex(fitted);
  if (index.training.rows !== rows || index.training.columns !== columns) {
    throw attribute.malformed(`neighbours among ${rows} rows of ${columns} columns`);
  }
  const neighbors = readNeighbors(fitted, index);
  return (X, out) =>
    visitNearest(neighbors, X, (row, indices) => {
      for (let n = 0; n < indices.length; n++) {
        const from = indices[n]! * count;
        for (let c = 0; c < count; c++) out[row * count + c]! += distributions[from + c]!;
      }
    });
}

/**
 * KNNImputer: a missing number becomes the mean of its column over the nearest training rows that have one. Refuses
 * a metric or weights that are a function.
 */
import type { Matrix } from '../../model.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { readIndicator, readMissing } from '../preprocessing/simple-imputer.ts';
import { NeighborHeap } from './neighbor-heap.ts';
import { nanEuclidean } from './number-metrics.ts';
import { readWeighs, weigh } from './targets.ts';

export const KNN_IMPUTER: EstimatorDefinition = {
  className: 'KNNImputer',
  module: 'sklearn.impute._knn',
  load: loadImputer,
};

function loadImputer(state: ObjectState): FittedEstimator {
  const missing = readMissing(state);
  const fitted = state.attribute('_fit_X').matrix();
  const columns = state.columns(fitted.columns);
  const known = readKnown(state, fitted);
  const keepsEmpty = state.optional('keep_empty_features')?.boolean() ?? false;
  const isKnownColumn = state.attribute('_valid_mask').indices([columns], 0, 1);
  state.choice('metric', ['nan_euclidean']);
  const impute = createImpute(state, known);
  const kept = Int32Array.from(isKnownColumn.keys()).filter((j) => keepsEmpty || isKnownColumn[j] === 1);
  const inner = state.attribute('add_indicator').boolean() ? state.attribute('indicator_').object() : null;
  const indicator = inner === null ? null : readIndicator(inner, columns);
  const flags = indicator?.features ?? new Int32Array(0);
  return state.fitted({
    columns,
    accepts: missing.isNan ? 'missing' : 'finite',
    methods: {
      transform: numbersPerRow(kept.length + flags.length, (X, out) => {
        indicator?.check(X);
        const data = X.data.map((value) => (missing.is(value) ? Number.NaN : value));
        for (let row = 0, to = 0; row < data.length; row += columns) {
          impute.startRow(data, row);
          for (let k = 0; k < kept.length; k++, to++) {
            const j = kept[k]!;
            const value = data[row + j]!;
            if (isKnownColumn[j] === 0) out[to] = 0;
            else out[to] = Number.isNaN(value) ? impute.column(j) : value;
          }
          for (let k = 0; k < flags.length; k++, to++) out[to] = Number.isNaN(data[row + flags[k]!]!) ? 1 : 0;
        }
      }),
    },
  });
}

/** The training rows with NaN where something was missing. */
function readKnown(state: ObjectState, { data, rows, columns }: Matrix): Matrix {
  const mask = state.attribute('_mask_fit_X').indices([rows, columns], 0, 1);
  return { data: data.map((value, i) => (mask[i] === 1 ? Number.NaN : value)), rows, columns };
}

/** Fills in one row at a time; `column` is asked for what the row that was started has no number of. */
interface Impute {
  readonly startRow: (data: Float64Array, start: number) => void;
  readonly column: (j: number) => number;
}

function createImpute(state: ObjectState, { data, rows, columns }: Matrix): Impute {
  const count = Math.min(state.attribute('n_neighbors').integer(1), rows);
  const weighs = readWeighs(state);
  // Up to 1.5 rows of which no distance is known count, too, where all weigh the same.
  const countsUnknown = !weighs && !state.since(1, 6);
  const { reduced, toDistance } = nanEuclidean(columns);
  const means = Float64Array.from({ length: columns }, (_, j) => meanOfColumn(data, j, columns));
  const heap = new NeighborHeap(count);
  const nearest = new Int32Array(count);
  const unknown = new Int32Array(rows);
  const distances = new Float64Array(count);
  const weights = new Float64Array(count);
  let x = data;
  let start = 0;

  return {
    startRow: (row, at) => {
      x = row;
      start = at;
    },
    column: (j) => {
      heap.clear();
      let hasKnown = false;
      let others = 0;
      for (let i = 0; i < rows; i++) {
        if (Number.isNaN(data[i * columns + j]!)) continue;
        const distance = reduced(x, start, data, i * columns);
        if (Number.isNaN(distance)) unknown[others++] = i;
        else heap.push(distance, i);
        hasKnown ||= !Number.isNaN(distance);
      }
      if (!hasKnown) return means[j]!;
      let found = 0;
      for (let n = 0; n < count; n++) {
        const distance = heap.distances[n]!;
        // Slots that nothing was put into keep an infinite one.
        if (distance === Number.POSITIVE_INFINITY) continue;
        distances[found] = toDistance(distance);
        nearest[found++] = heap.indices[n]!;
      }
      weights.fill(1, 0, count);
      if (weighs) weigh(distances, found, weights);
      for (let n = 0; countsUnknown && n < others && found < count; n++) nearest[found++] = unknown[n]!;
      let total = 0;
      let sum = 0;
      for (let n = 0; n < found; n++) {
        total += weights[n]!;
        sum += weights[n]! * data[nearest[n]! * columns + j]!;
      }
      return sum / total;
    },
  };
}

function meanOfColumn(data: Float64Array, j: number, columns: number): number {
  let sum = 0;
  let count = 0;
  for (let at = j; at < data.length; at += columns) {
    if (Number.isNaN(data[at]!)) continue;
    sum += data[at]!;
    count++;
  }
  return sum / count;
}

/**
 * KNNImputer: a missing number becomes the mean of its column over the nearest training rows that have one. Refuses
 * a metric or weights that are a function.
 */
import type { Matrix } from '../../model.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { readIndicator, readMissing } from '../preprocessing/simple-imputer.ts';
import { einsumSquaredNorm } from './fused-products.ts';
import { nanEuclidean, plainNanEuclidean } from './nan-euclidean.ts';
import { partition } from './numpy-selection.ts';
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

function createImpute(state: ObjectState, training: Matrix): Impute {
  const { data, rows, columns } = training;
  const asked = state.attribute('n_neighbors').integer(1);
  const weighs = readWeighs(state);
  // Up to 1.5 rows of which no distance is known count, too, where all weigh the same.
  const countsUnknown = !weighs && !state.since(1, 6);
  const means = Float64Array.from({ length: columns }, (_, j) => meanOfColumn(data, j, columns));
  const measure = createMeasure(training);
  const donors = new Int32Array(rows);
  const weights = new Float64Array(Math.min(asked, rows));

  return {
    startRow: measure.startRow,
    column: (j) => {
      let count = 0;
      for (let i = 0; i < rows; i++) if (!Number.isNaN(data[i * columns + j]!)) donors[count++] = i;
      const kept = Math.min(asked, count);
      const distances = measure.nearest(donors, count, kept);
      if (distances === null) return means[j]!;
      weights.fill(1, 0, kept);
      if (weighs) weigh(distances, kept, weights);
      let total = 0;
      let sum = 0;
      for (let n = 0; n < kept; n++) {
        if (Number.isNaN(distances[n]!) && !countsUnknown) continue;
        total += weights[n]!;
        sum += weights[n]! * data[donors[n]! * columns + j]!;
      }
      return sum / total;
    },
  };
}

/** The distances of one row, that of `startRow`, to all training rows. */
interface Measure {
  readonly startRow: (data: Float64Array, start: number) => void;
  /**
   * Puts the `kept` nearest of the `count` donors first and returns their distances; `null` where none is known.
   * Which of those that are almost equally near they are is up to rounding, and then to NumPy.
   */
  readonly nearest: (donors: Int32Array, count: number, kept: number) => Float64Array | null;
}

function createMeasure({ data, rows, columns }: Matrix): Measure {
  const { reduced, toDistance } = nanEuclidean(columns);
  const plain = plainNanEuclidean(columns);
  const estimates = new Float64Array(rows);
  const distances = new Float64Array(rows);
  const places = new Int32Array(rows);
  const order = new Int32Array(rows);
  const largestNorm = largestSquaredNorm(data, columns);
  let x = data;
  let start = 0;
  let isEstimated = false;

  const estimate = (): void => {
    for (let i = 0; i < rows; i++) estimates[i] = plain(x, start, data, i * columns);
    isEstimated = true;
  };
  const exact = (i: number): number => toDistance(reduced(x, start, data, i * columns));
  return {
    startRow: (row, at) => {
      x = row;
      start = at;
      isEstimated = false;
    },
    nearest: (donors, count, kept) => {
      if (!isEstimated) estimate();
      for (let n = 0; n < count; n++) {
        distances[n] = estimates[donors[n]!]!;
        places[n] = n;
      }
      partition(distances, places, count, kept - 1);
      let bound = Number.NEGATIVE_INFINITY;
      let known = 0;
      for (let n = 0; n < kept; n++) {
        const distance = distances[places[n]!]!;
        if (Number.isNaN(distance)) continue;
        bound = Math.max(bound, distance);
        known++;
      }
      if (known === 0) return null;
      // More than the two ways of computing can differ by.
      const norm = einsumSquaredNorm(x, start, columns) + largestNorm;
      bound += 4 * columns * (columns + 4) * Number.EPSILON * norm;
      let candidates = 0;
      for (let n = 0; n < count; n++) if (distances[n]! <= bound) candidates++;
      if (candidates > known || known < kept) {
        for (let n = 0; n < count; n++) {
          distances[n] = exact(donors[n]!);
          places[n] = n;
        }
        partition(distances, places, count, kept - 1);
      }
      for (let n = 0; n < kept; n++) order[n] = donors[places[n]!]!;
      donors.set(order.subarray(0, kept));
      for (let n = 0; n < kept; n++) distances[n] = exact(donors[n]!);
      return distances;
    },
  };
}

function largestSquaredNorm(data: Float64Array, columns: number): number {
  let largest = 0;
  for (let start = 0; start < data.length; start += columns) {
    largest = Math.max(largest, einsumSquaredNorm(data, start, columns));
  }
  return largest;
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

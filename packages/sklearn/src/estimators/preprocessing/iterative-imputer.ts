/**
 * IterativeImputer: missing numbers first filled with a statistic of their column, then predicted from the other
 * columns, by the fitted estimators in the order in which they were fitted. Refuses imputations that are drawn.
 */
import type { Matrix } from '../../model.ts';
import type { Attribute } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod } from '../definition.ts';
import { innerMethod, numbersOf, readInner, strictest } from '../inner-estimator.ts';
import { asMatrix, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { keptColumns, readIndicator, readMissing } from './simple-imputer.ts';

/** One entry of `imputation_sequence_`: which column is predicted from which others. */
interface Imputation {
  readonly column: number;
  readonly neighbors: Int32Array;
  readonly estimator: FittedEstimator;
  readonly predict: FittedMethod;
  readonly lowest: number;
  readonly highest: number;
}

export const ITERATIVE_IMPUTER: EstimatorDefinition = {
  className: 'IterativeImputer',
  module: 'sklearn.impute._iterative',
  parts: ['sklearn.impute._iterative _ImputerTriplet'],
  load: (state) => {
    state.choice('sample_posterior', [false]);
    // Where nothing is known of any row nothing is predicted.
    state.joinsRows();
    const at = state.attribute('initial_imputer_');
    const columns = state.columns(at.object().attribute('statistics_').shape()[0]);
    const initial = readInner(at, columns);
    const initialState = at.object();
    const filledColumns = keptColumns(initialState, initialState.attribute('statistics_').values());
    const fill = innerMethod(state, initial, at, 'transform', [-1, filledColumns.length]);
    // Known from 1.6 on.
    const isEmpty = state.optional('_is_empty_feature')?.indices([columns], 0, 1);
    const keepsEmpty = state.optional('keep_empty_features')?.boolean() ?? false;
    const kept = filledColumns.filter((j) => keepsEmpty || isEmpty?.[j] !== 1);
    const { is: isMissing, isNan } = readMissing(state);
    const sequence = readSequence(state, kept.length);
    // A column that was empty when fitted keeps what it was filled with.
    const isImputed = Uint8Array.from(kept, (j) => (isEmpty?.[j] === 1 ? 0 : 1));
    const inner = state.attribute('add_indicator').boolean() ? state.attribute('indicator_').object() : null;
    const indicator = inner === null ? null : readIndicator(inner, columns);
    const flags = indicator?.features ?? new Int32Array(0);
    const takesFloat32 = strictest(sequence.map(({ estimator }) => estimator)).endsWith('float32');
    const transform = numbersPerRow(kept.length + flags.length, (X, out) => {
      indicator?.check(X);
      const missing = maskOf(X, kept, (value, k) => isImputed[k] === 1 && isMissing(value));
      const filled = withoutEmpty(asMatrix(fill.run(X)), filledColumns, kept);
      if (missing.includes(0)) for (const imputation of sequence) impute(filled, missing, imputation);
      for (let i = 0, to = 0; i < X.rows; i++) {
        for (let k = 0; k < kept.length; k++) out[to++] = filled.data[i * kept.length + k]!;
        for (let k = 0; k < flags.length; k++)
          out[to++] = isMissing(X.data[i * columns + flags[k]!]!) ? 1 : 0;
      }
    });
    const accepts = isNan ? 'missing' : 'finite';
    return state.fitted({
      columns,
      accepts: takesFloat32 ? `${accepts}-float32` : accepts,
      methods: { transform },
    });
  },
};

function readSequence(state: ObjectState, kept: number): Imputation[] {
  // Then nothing was missing that could be predicted, and there are no limits either.
  if (state.attribute('n_iter_').integer(0) === 0) return [];
  const lowest = readLimits(state, '_min_value', kept);
  const highest = readLimits(state, '_max_value', kept);
  return state
    .attribute('imputation_sequence_')
    .items()
    .map((at) => {
      const triplet = at.object();
      const column = triplet.argument(0).integer(0, kept - 1);
      const neighbors = readNeighbors(triplet.argument(1), kept);
      const estimatorAt = triplet.argument(2);
      const estimator = readInner(estimatorAt, neighbors.length);
      const predict = innerMethod(state, estimator, estimatorAt, 'predict', [-1]);
      return { column, neighbors, estimator, predict, lowest: lowest[column]!, highest: highest[column]! };
    });
}

/** One of each column; up to 0.22 one of all. */
function readLimits(state: ObjectState, name: string, kept: number): Float64Array {
  const limits = state.attribute(name);
  return typeof limits.value === 'number' ? new Float64Array(kept).fill(limits.value) : limits.vector(kept);
}

function readNeighbors(attribute: Attribute, kept: number): Int32Array {
  return attribute.indices([attribute.shape()[0] ?? 0], 0, kept - 1);
}

/** Up to 1.7 a constant fills also those empty columns that are not kept here. */
function withoutEmpty(filled: Matrix, columns: Int32Array, kept: Int32Array): Matrix {
  if (kept.length === columns.length) return filled;
  const { rows } = filled;
  const places = Int32Array.from(kept, (j) => columns.indexOf(j));
  const data = new Float64Array(rows * kept.length);
  for (let i = 0; i < data.length; i++) {
    const row = Math.floor(i / kept.length) * columns.length;
    data[i] = filled.data[row + places[i % kept.length]!]!;
  }
  return { data, rows, columns: kept.length };
}

/** (rows, kept), 1 where a number is missing. */
function maskOf(X: Matrix, kept: Int32Array, isMissing: (value: number, k: number) => boolean): Uint8Array {
  const mask = new Uint8Array(X.rows * kept.length);
  for (let i = 0; i < mask.length; i++) {
    const k = i % kept.length;
    const row = Math.floor(i / kept.length) * X.columns;
    mask[i] = isMissing(X.data[row + kept[k]!]!, k) ? 1 : 0;
  }
  return mask;
}

/** Predicts what is missing in one column, in place. */
function impute({ data, rows, columns }: Matrix, missing: Uint8Array, imputation: Imputation): void {
  const { column, neighbors, predict, lowest, highest } = imputation;
  const starts: number[] = [];
  for (let i = 0; i < rows; i++) if (missing[i * columns + column] === 1) starts.push(i * columns);
  if (starts.length === 0) return;
  const width = neighbors.length;
  const given = new Float64Array(starts.length * width);
  for (let i = 0, to = 0; i < starts.length; i++) {
    for (let k = 0; k < width; k++) given[to++] = data[starts[i]! + neighbors[k]!]!;
  }
  const predicted = numbersOf(predict.run({ data: given, rows: starts.length, columns: width }));
  for (let i = 0; i < starts.length; i++) {
    data[starts[i]! + column] = Math.min(Math.max(predicted[i]!, lowest), highest);
  }
}

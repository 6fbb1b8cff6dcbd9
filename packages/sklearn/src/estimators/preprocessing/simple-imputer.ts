/**
 * SimpleImputer: missing numbers replaced by a statistic of their column; MissingIndicator: which ones were
 * missing. Refuses statistics and missing values that are no numbers.
 */
import { SklearnError } from '../../errors.ts';
import type { Matrix } from '../../model.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

const MODULE = 'sklearn.impute._base';

export const SIMPLE_IMPUTERS: readonly EstimatorDefinition[] = [
  { className: 'SimpleImputer', module: MODULE, load: loadImputer },
  { className: 'MissingIndicator', module: MODULE, load: loadIndicator },
];

/** Which columns an indicator reports, and what it must not see. */
export interface Indicator {
  readonly features: Int32Array;
  readonly isMissing: (value: number) => boolean;
  /** Refuses missing values in columns that had none when fitted. */
  readonly check: (X: Matrix) => void;
}

function loadImputer(state: ObjectState): FittedEstimator {
  const isMissing = readMissingValue(state);
  const statistics = readStatistics(state);
  const columns = state.columns(statistics.length);
  const kept = keptColumns(state, statistics);
  const inner = state.attribute('add_indicator').boolean() ? state.attribute('indicator_').object() : null;
  const indicator = inner === null ? null : readIndicator(inner, columns);
  const flags = indicator?.features ?? new Int32Array(0);
  const width = kept.length + flags.length;
  return state.fitted({
    columns,
    accepts: acceptsNan(state) ? 'missing' : 'finite',
    methods: {
      transform: numbersPerRow(width, (X, out) => {
        indicator?.check(X);
        for (let row = 0, to = 0; row < X.data.length; row += columns) {
          for (let k = 0; k < kept.length; k++, to++) {
            const j = kept[k]!;
            const value = X.data[row + j]!;
            out[to] = isMissing(value) ? statistics[j]! : value;
          }
          for (let k = 0; k < flags.length; k++, to++) out[to] = isMissing(X.data[row + flags[k]!]!) ? 1 : 0;
        }
      }),
    },
  });
}

/** Columns of which nothing was known were dropped, but up to 1.7 not with a constant. */
export function keptColumns(state: ObjectState, statistics: Float64Array): Int32Array {
  const keepsEmpty =
    (state.optional('keep_empty_features')?.boolean() ?? false) ||
    (state.attribute('strategy').value === 'constant' && !state.since(1, 8));
  return Int32Array.from(statistics.keys()).filter((j) => keepsEmpty || !Number.isNaN(statistics[j]!));
}

function loadIndicator(state: ObjectState): FittedEstimator {
  const columns = state.columns(state.attribute('_n_features').integer(1));
  const { features, isMissing, check } = readIndicator(state, columns);
  return state.fitted({
    columns,
    accepts: acceptsNan(state) ? 'missing' : 'finite',
    methods: {
      transform: numbersPerRow(features.length, (X, out) => {
        check(X);
        for (let row = 0, to = 0; row < X.data.length; row += columns) {
          for (let k = 0; k < features.length; k++, to++)
            out[to] = isMissing(X.data[row + features[k]!]!) ? 1 : 0;
        }
      }),
    },
  });
}

/** The `indicator_` of an imputer, or a MissingIndicator itself. */
export function readIndicator(state: ObjectState, columns: number): Indicator {
  const isMissing = readMissingValue(state);
  const attribute = state.attribute('features_');
  const features = attribute.indices(attribute.shape(), 0, columns - 1);
  const isSubset = state.choice('features', ['missing-only', 'all']) === 'missing-only';
  const refusesNew = isSubset && state.attribute('error_on_new').boolean();
  const known = new Uint8Array(columns);
  for (const j of features) known[j] = 1;
  const check = (X: Matrix): void => {
    if (!refusesNew) return;
    for (let i = 0; i < X.data.length; i++) {
      if (known[i % columns] === 1 || !isMissing(X.data[i]!)) continue;
      const path = `inputs[${Math.floor(i / columns)}]`;
      throw new SklearnError(
        'INPUT_INVALID',
        `${path} has a missing value in column ${i % columns} of the ${state.className}, which had none when it was fitted.`,
        { path },
      );
    }
  };
  return { features: isSubset ? features : Int32Array.from(known.keys()), isMissing, check };
}

/** `missing_values`: NaN, None (which is NaN among numbers) or a number. */
export function readMissingValue(state: ObjectState): (value: number) => boolean {
  if (acceptsNan(state)) return Number.isNaN;
  const attribute = state.attribute('missing_values');
  if (typeof attribute.value === 'string') {
    state.refuse('missing_values', 'text that stands for what is missing');
    return Number.isNaN;
  }
  const missing = attribute.number();
  return (value) => value === missing;
}

/** NaN is accepted only where it means that something is missing. */
export function acceptsNan(state: ObjectState): boolean {
  const attribute = state.optional('missing_values');
  if (attribute === null) return true;
  return typeof attribute.value !== 'string' && Number.isNaN(attribute.number());
}

/** What stands for what is missing in each column: numbers, also where they are held as objects. */
export function readStatistics(state: ObjectState): Float64Array {
  const attribute = state.attribute('statistics_');
  const { value } = attribute;
  const isObjects = typeof value === 'object' && value !== null && 'dtype' in value && value.dtype === 'O';
  if (!isObjects) return attribute.vector();
  const items = attribute.items();
  if (items.some((item) => typeof item.value === 'string')) {
    state.refuse('statistics_', 'text for what is missing');
    return new Float64Array(items.length);
  }
  return Float64Array.from(items, (item) => item.number());
}

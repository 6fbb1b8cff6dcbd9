/**
 * SimpleImputer: missing values replaced by a statistic of their column; MissingIndicator: which ones were missing.
 * Refuses what stands for missing values and is neither a number, text, None nor pandas' NA.
 */
import { SklearnError } from '../../errors.ts';
import type { Label, Matrix } from '../../model.ts';
import { isKind } from '../../pickle/value.ts';
import { type Column, columnOf, isMissing, Table } from '../../table.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod } from '../definition.ts';
import { anythingIn } from '../inner-estimator.ts';
import { columnsOutput, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

const MODULE = 'sklearn.impute._base';
/** pandas' NA: what is missing in columns of its own types. */
const PARTS = ['pandas._libs.missing NAType', 'pandas._libs.missing NA', 'pandas NA'];

export const SIMPLE_IMPUTERS: readonly EstimatorDefinition[] = [
  { className: 'SimpleImputer', module: MODULE, parts: PARTS, load: loadImputer },
  { className: 'MissingIndicator', module: MODULE, parts: PARTS, load: loadIndicator },
];

/** Which columns an indicator reports, and what it must not see. */
export interface Indicator {
  readonly features: Int32Array;
  readonly missing: Missing;
  /** Refuses missing values in columns that had none when fitted. */
  readonly check: (X: Matrix) => void;
}

/** `missing_values`. */
interface Missing {
  readonly is: (value: Column[number]) => boolean;
  /** Whether it is NaN, or None, or pandas' NA: then NaN is accepted. */
  readonly isNan: boolean;
}

interface Imputer {
  readonly missing: Missing;
  readonly statistics: readonly (Label | null)[];
  /** The columns that are answered. */
  readonly kept: Int32Array;
  readonly indicator: Indicator | null;
}

function loadImputer(state: ObjectState): FittedEstimator {
  const missing = readMissing(state);
  const statistics = state.attribute('statistics_').values();
  const columns = state.columns(statistics.length);
  const kept = keptColumns(state, statistics);
  const addsIndicator = state.optional('add_indicator')?.boolean() ?? false;
  const inner = addsIndicator ? state.attribute('indicator_').object() : null;
  const indicator = inner === null ? null : readIndicator(inner, columns);
  const imputer = { missing, statistics, kept, indicator };
  const isNumbers = statistics.every((statistic) => typeof statistic === 'number');
  const numbers = isNumbers ? imputeNumbers(imputer) : null;
  const width = kept.length + (indicator?.features.length ?? 0);
  const run: FittedMethod['run'] = (X) =>
    numbers === null || X instanceof Table ? imputeTable(imputer, X) : numbers.run(X);
  return state.fitted({
    columns,
    accepts: missing.isNan ? 'missing' : 'finite',
    ...(!isNumbers && anythingIn(columns)),
    keepsColumns: width === columns && indicator === null,
    methods: { transform: { shape: [-1, width], datatype: isNumbers ? 'FP64' : 'BYTES', run } },
  });
}

function imputeNumbers({ missing, statistics, kept, indicator }: Imputer): FittedMethod {
  const flags = indicator?.features ?? new Int32Array(0);
  const values = Float64Array.from(statistics as readonly number[]);
  return numbersPerRow(kept.length + flags.length, (X, out) => {
    indicator?.check(X);
    const { data, columns } = X;
    for (let row = 0, to = 0; row < data.length; row += columns) {
      for (let k = 0; k < kept.length; k++, to++) {
        const j = kept[k]!;
        const value = data[row + j]!;
        out[to] = missing.is(value) ? values[j]! : value;
      }
      for (let k = 0; k < flags.length; k++, to++) out[to] = missing.is(data[row + flags[k]!]!) ? 1 : 0;
    }
  });
}

function imputeTable(
  { missing, statistics, kept, indicator }: Imputer,
  X: Matrix,
): ReturnType<typeof columnsOutput> {
  indicator?.check(X);
  const filled = Array.from(kept, (j): Column => {
    const statistic = statistics[j]!;
    const values = columnOf(X, j);
    if (values instanceof Float64Array && typeof statistic === 'number') {
      return values.map((value) => (missing.is(value) ? statistic : value));
    }
    return Array.from(values as readonly (Label | null)[], (value) =>
      missing.is(value) ? statistic : value,
    );
  });
  const flags = Array.from(indicator?.features ?? [], (j) => flagsOf(indicator!.missing, X, j));
  return columnsOutput(X.rows, [...filled, ...flags]);
}

function flagsOf(missing: Missing, X: Matrix, column: number): Float64Array {
  return Float64Array.from(columnOf(X, column) as ArrayLike<Column[number]>, (value) =>
    missing.is(value) ? 1 : 0,
  );
}

/** Columns of which nothing was known were dropped, but up to 1.7 not with a constant. */
export function keptColumns(state: ObjectState, statistics: readonly (Label | null)[]): Int32Array {
  const keepsEmpty =
    (state.optional('keep_empty_features')?.boolean() ?? false) ||
    (state.attribute('strategy').value === 'constant' && !state.since(1, 8));
  return Int32Array.from(statistics.keys()).filter((j) => keepsEmpty || !isMissing(statistics[j]!));
}

function loadIndicator(state: ObjectState): FittedEstimator {
  const columns = state.columns(state.attribute('_n_features').integer(1));
  const { features, missing, check } = readIndicator(state, columns);
  const width = features.length;
  return state.fitted({
    columns,
    accepts: missing.isNan ? 'missing' : 'finite',
    // Whatever is not missing may be anything.
    ...anythingIn(columns),
    methods: {
      transform: numbersPerRow(width, (X, out) => {
        check(X);
        for (let k = 0; k < width; k++) {
          const flags = flagsOf(missing, X, features[k]!);
          for (let i = 0; i < X.rows; i++) out[i * width + k] = flags[i]!;
        }
      }),
    },
  });
}

/** The `indicator_` of an imputer, or a MissingIndicator itself. */
export function readIndicator(state: ObjectState, columns: number): Indicator {
  const missing = readMissing(state);
  const attribute = state.attribute('features_');
  const features = attribute.indices(attribute.shape(), 0, columns - 1);
  const isSubset = state.choice('features', ['missing-only', 'all']) === 'missing-only';
  const refusesNew = isSubset && state.attribute('error_on_new').boolean();
  const known = new Set(features);
  const check = (X: Matrix): void => {
    if (!refusesNew) return;
    for (let j = 0; j < columns; j++) {
      if (known.has(j)) continue;
      const row = flagsOf(missing, X, j).indexOf(1);
      if (row === -1) continue;
      const path = `inputs[${row}]`;
      throw new SklearnError(
        'INPUT_INVALID',
        `${path} has a missing value in column ${j} of the ${state.className}, which had none when it was fitted.`,
        { path },
      );
    }
  };
  return {
    features: isSubset ? features : Int32Array.from({ length: columns }, (_, j) => j),
    missing,
    check,
  };
}

/** `missing_values`: NaN, None or pandas' NA, which all mean that nothing is there, or a value that stands for it. */
export function readMissing(state: ObjectState): Missing {
  const attribute = state.optional('missing_values');
  const value = attribute?.value ?? null;
  const isNothing = value === null || isKind(value, 'global') || isKind(value, 'object');
  if (isNothing || (typeof value !== 'string' && Number.isNaN(attribute!.number()))) {
    return { is: isMissing, isNan: true };
  }
  const stands = typeof value === 'string' ? value : attribute!.number();
  return { is: (cell) => cell === stands, isNan: false };
}

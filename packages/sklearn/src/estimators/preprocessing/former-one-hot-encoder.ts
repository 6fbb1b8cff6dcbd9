/**
 * OneHotEncoder as it was up to 0.19, and in 0.20 and 0.21 where it was told to be: of integers from 0 on, in some of
 * the columns, before the others. Refuses a row with an integer past those it was fitted with, where it was told to.
 */
import { SklearnError } from '../../errors.ts';
import type { Matrix } from '../../model.ts';
import { isKind } from '../../pickle/value.ts';
import { readColumns } from '../compose/column-selection.ts';
import type { FittedEstimator } from '../definition.ts';
import type { ObjectState } from '../object-state.ts';

/** Far more than any data set has categories, or columns. */
const CATEGORIES_MAX = 2 ** 22;
const COLUMNS_MAX = CATEGORIES_MAX;

interface Coded {
  /** How many integers each column has. */
  readonly sizes: Int32Array;
  /** For every integer of every column, one column after the other, its column in the answer; -1 for none. */
  readonly targets: Int32Array;
  readonly width: number;
  readonly isRefused: boolean;
}

export function isFormer(state: ObjectState): boolean {
  return state.has('feature_indices_') || (state.optional('_legacy_mode')?.boolean() ?? false);
}

export function loadFormerOneHotEncoder(state: ObjectState): FittedEstimator {
  const prefix = state.has('feature_indices_') ? '' : '_';
  const coded = readCodes(state, prefix);
  const { selected, columns } = readSelected(state, coded.sizes.length);
  return state.fitted({
    columns,
    accepts: 'finite',
    methods: {
      transform: {
        shape: [-1, columns === null ? -1 : coded.width + columns - selected.length],
        datatype: 'FP64',
        run: (X) => encode(X, coded, selected, state.className),
      },
    },
  });
}

/** Which columns are encoded. How many there are is not written down where they are chosen by their number. */
function readSelected(
  state: ObjectState,
  count: number,
): { readonly selected: Int32Array; readonly columns: number | null } {
  const chosen = state.optional('categorical_features');
  if (chosen === null || chosen.value === 'all') {
    return { selected: Int32Array.from({ length: count }, (_, j) => j), columns: count };
  }
  const items = isKind(chosen.value, 'ndarray') && chosen.value.dtype === 'b1' ? null : chosen.items();
  const columns = items === null || typeof items[0]?.value === 'boolean' ? (chosen.shape()[0] ?? null) : null;
  const selected = readColumns(chosen, columns ?? COLUMNS_MAX, null).sort();
  if (selected.length !== count) throw chosen.malformed(`${count} columns`);
  return { selected, columns };
}

function readCodes(state: ObjectState, prefix: string): Coded {
  const sizesAt = state.attribute(`${prefix}n_values_`);
  const sizes = sizesAt.indices([sizesAt.shape()[0] ?? 0], 1, CATEGORIES_MAX);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.length === 0 || total > CATEGORIES_MAX) throw sizesAt.malformed('the sizes of columns');
  const isRefused = state.choice('handle_unknown', ['error', 'ignore']) === 'error';
  const targets = new Int32Array(total);
  if (state.optional('n_values')?.value !== 'auto' && !state.has(`${prefix}active_features_`)) {
    for (let k = 0; k < total; k++) targets[k] = k;
    return { sizes, targets, width: total, isRefused };
  }
  const activeAt = state.attribute(`${prefix}active_features_`);
  const active = activeAt.indices([activeAt.shape()[0] ?? 0], 0, total - 1);
  targets.fill(-1);
  for (const [target, k] of active.entries()) targets[k] = target;
  return { sizes, targets, width: active.length, isRefused };
}

function encode(X: Matrix, { sizes, targets, width, isRefused }: Coded, selected: Int32Array, name: string) {
  if (selected.at(-1)! >= X.columns) {
    const message = `inputs[0] has ${X.columns} columns, and the ${name} takes its column ${selected.at(-1)}.`;
    throw new SklearnError('INPUT_INVALID', message, { path: 'inputs[0]' });
  }
  const others = Array.from({ length: X.columns }, (_, j) => j).filter((j) => !selected.includes(j));
  const all = width + others.length;
  const data = new Float64Array(X.rows * all);
  for (let i = 0; i < X.rows; i++) {
    let first = 0;
    for (const [k, j] of selected.entries()) {
      const value = Math.trunc(X.data[i * X.columns + j]!);
      if (value < 0 || (isRefused && value >= sizes[k]!)) throw unknownInteger(name, i, j, value);
      const target = value < sizes[k]! ? targets[first + value]! : -1;
      if (target !== -1) data[i * all + target] = 1;
      first += sizes[k]!;
    }
    for (const [k, j] of others.entries()) data[i * all + width + k] = X.data[i * X.columns + j]!;
  }
  return { kind: 'numbers', data, shape: [X.rows, all], integer: false } as const;
}

function unknownInteger(name: string, row: number, column: number, value: number): SklearnError {
  const path = `inputs[${row}][${column}]`;
  const message = `${path} is ${value}, an integer that the ${name} does not know.`;
  return new SklearnError('INPUT_INVALID', message, { path });
}

/**
 * ColumnTransformer: each transformer gets some of the columns, and their answers stand side by side. FeatureUnion:
 * the same with all columns for each.
 */
import type { ColumnKind, Matrix, Output } from '../../model.ts';
import { SparseOutput, SparseRows } from '../../sparse-rows.ts';
import { columnOf, selectColumns, Table } from '../../table.ts';
import type { Attribute } from '../attribute.ts';
import { checkBetween } from '../check-input.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod } from '../definition.ts';
import { innerMethod, readInner, rowsOf, sideBySide, strictest } from '../inner-estimator.ts';
import { asMatrix, columnsOutput } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { readColumns } from './column-selection.ts';

/** One of the parts whose answers stand side by side. */
interface Part {
  readonly at: Attribute;
  /** `null` for all. */
  readonly columns: Int32Array | null;
  /** `null` where the columns are passed on as they are. */
  readonly estimator: FittedEstimator | null;
  readonly transform: FittedMethod | null;
  readonly weight: number;
}

/** What a selector of columns by their type was told; which columns that were is written beside it. */
const SELECTED_TYPES = ['number', 'object_', 'integer', 'floating', 'bool_', 'generic'].map(
  (name) => `numpy ${name}`,
);

export const COLUMN_TRANSFORMER: EstimatorDefinition = {
  className: 'ColumnTransformer',
  module: 'sklearn.compose._column_transformer',
  parts: [
    'sklearn.compose._column_transformer make_column_selector',
    'sklearn.compose._column_transformer _RemainderColsList',
    ...SELECTED_TYPES,
    'sklearn.utils._bunch Bunch',
    'sklearn.utils Bunch',
    'pandas.core.indexes.base _new_Index',
    'pandas.core.indexes.base Index',
  ],
  load: (state) => {
    const columns = state.columns(undefined, '_n_features');
    const names = readNames(state, columns);
    const resolved = state.optional('_transformer_to_input_indices')?.dict();
    const weights = readWeights(state);
    const parts: Part[] = [];
    for (const at of state.attribute('transformers_').items()) {
      const [name, estimator, selection] = at.items();
      if (name === undefined || estimator === undefined || selection === undefined) {
        throw at.malformed('a name, a transformer and columns');
      }
      if (estimator.value === 'drop') continue;
      const indices = readColumns(resolved?.get(name.text()) ?? selection, columns, names);
      if (indices.length === 0) continue;
      parts.push(readPart(state, estimator, indices, columns, weights.get(name.text()) ?? 1));
    }
    const columnKinds = kindsOf(parts, columns);
    const isTable = columnKinds.some(({ kind }) => kind !== 'number');
    return {
      ...state.fitted({
        columns,
        accepts: 'anything',
        ...(isTable && { rows: 'table', columnKinds }),
        methods: { transform: transformOf(parts, columns) },
      }),
      columnNames: names,
    };
  },
};

/** `feature_names_in_`; in 0.24 with another name, and from 0.21 to 0.23 as pandas keeps the columns of a frame. */
function readNames(state: ObjectState, columns: number): readonly string[] | null {
  const names = state.optional('feature_names_in_') ?? state.optional('_feature_names_in');
  if (names !== null) return names.texts(columns);
  const frame = state.optional('_df_columns')?.object();
  if (frame?.className !== '_new_Index') return null;
  return frame.argument(1).dict().get('data')?.texts(columns) ?? null;
}

export const FEATURE_UNION: EstimatorDefinition = {
  className: 'FeatureUnion',
  module: 'sklearn.pipeline',
  load: (state) => {
    const weights = readWeights(state);
    const parts: Part[] = [];
    let columns: number | null = state.has('n_features_in_') ? state.columns() : null;
    for (const at of state.attribute('transformer_list').items()) {
      const [name, estimator] = at.items();
      if (name === undefined || estimator === undefined) throw at.malformed('a name and a transformer');
      if (estimator.value === 'drop' || estimator.isNone) continue;
      const part = readPart(state, estimator, null, columns, weights.get(name.text()) ?? 1);
      columns ??= part.estimator?.columns ?? null;
      parts.push(part);
    }
    const estimators = parts.flatMap(({ estimator }) => (estimator === null ? [] : [estimator]));
    const named = estimators.find(({ columnNames }) => columnNames !== null);
    return {
      ...state.fitted({
        columns,
        accepts: strictest(estimators),
        ...rowsOf(estimators),
        methods: { transform: transformOf(parts, columns) },
      }),
      columnNames: named?.columnNames ?? null,
    };
  },
};

function readWeights(state: ObjectState): ReadonlyMap<string, number> {
  const weights = state.optional('transformer_weights')?.dict() ?? new Map<string, Attribute>();
  return new Map([...weights].map(([name, weight]) => [name, weight.number()]));
}

function readPart(
  state: ObjectState,
  at: Attribute,
  indices: Int32Array | null,
  columns: number | null,
  weight: number,
): Part {
  if (at.value === 'passthrough') return { at, columns: indices, estimator: null, transform: null, weight };
  const estimator = readInner(at, indices?.length ?? columns);
  const transform = innerMethod(state, estimator, at, 'transform', [-1, -1]);
  return { at, columns: indices, estimator, transform, weight };
}

/** What the parts that read a column say it holds; where they do not agree, anything. */
function kindsOf(parts: readonly Part[], columns: number): ColumnKind[] {
  // One for all: a file may say that it has millions.
  const unused: ColumnKind = { kind: 'unused' };
  const kinds = new Array<ColumnKind>(columns).fill(unused);
  for (const { estimator, columns: indices } of parts) {
    indices!.forEach((column, k) => {
      const own = kindWithin(estimator, k);
      const known = kinds[column]!;
      if (known.kind === 'unused') kinds[column] = own;
      else if (known.kind !== own.kind) kinds[column] = { kind: 'any' };
    });
  }
  return kinds;
}

function kindWithin(estimator: FittedEstimator | null, column: number): ColumnKind {
  if (estimator === null) return { kind: 'any' };
  if (estimator.rows === undefined) return { kind: 'number' };
  return estimator.rows === 'text' ? { kind: 'text' } : (estimator.columnKinds?.[column] ?? { kind: 'any' });
}

function transformOf(parts: readonly Part[], columns: number | null): FittedMethod {
  const widths = parts.map((part) => part.transform?.shape[1] ?? part.columns?.length ?? columns ?? -1);
  const width = widths.includes(-1) ? -1 : widths.reduce((sum, part) => sum + part, 0);
  return {
    shape: [-1, width],
    datatype: 'FP64',
    run: (X) =>
      beside(
        X.rows,
        parts.map((part) => answerOf(part, X)),
      ),
  };
}

/** Numbers where all parts gave some; else column by column. */
function beside(rows: number, answers: readonly Matrix[]): Output {
  const isTable = answers.some((answer) => answer instanceof Table);
  if (!isTable && answers.some((answer) => answer instanceof SparseRows)) {
    return new SparseOutput(SparseRows.beside(rows, answers), false);
  }
  if (!isTable) {
    const { data, columns } = sideBySide(rows, answers);
    return { kind: 'numbers', data, shape: [rows, columns], integer: false };
  }
  const columns = answers.flatMap((answer) =>
    Array.from({ length: answer.columns }, (_, j) => columnOf(answer, j)),
  );
  return columnsOutput(rows, columns);
}

function answerOf({ at, columns, estimator, transform, weight }: Part, X: Matrix): Matrix {
  const rows = columns === null ? X : selectColumns(X, columns);
  if (estimator === null || transform === null) return scaled(rows, weight);
  if (columns !== null) checkBetween(rows, estimator, at.path);
  return scaled(asMatrix(transform.run(rows)), weight);
}

function scaled(rows: Matrix, weight: number): Matrix {
  if (weight !== 1 && rows instanceof SparseRows) {
    return rows.withValues(rows.values.map((value) => value * weight));
  }
  return weight === 1
    ? rows
    : { rows: rows.rows, columns: rows.columns, data: rows.data.map((value) => value * weight) };
}

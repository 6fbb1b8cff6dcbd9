/** The categories of the encoders: which value is which category. Refuses values that no row can hold. */
import { SklearnError } from '../../errors.ts';
import type { Cell, ColumnKind, Label, Matrix } from '../../model.ts';
import { columnOf, describeCell } from '../../table.ts';
import type { FittedMethod } from '../definition.ts';
import { columnsOutput } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

/** One column: its categories in their order, and the group each belongs to (itself, or the infrequent ones). */
export interface CategoryColumn {
  readonly values: readonly (Label | null)[];
  /** NaN finds NaN, 0 finds -0; None and NaN find each other where just one of them is a category. */
  readonly places: ReadonlyMap<Cell, number>;
  /** The code of each category after those that are infrequent have become one. */
  readonly groups: Int32Array;
  readonly groupCount: number;
  /** The group of infrequent categories; -1 where there are none. */
  readonly infrequent: number;
}

export function readCategories(state: ObjectState): CategoryColumn[] {
  const columns = state.attribute('categories_').items();
  const mappings = isInfrequentEnabled(state) ? state.attribute('_default_to_infrequent_mappings') : null;
  const infrequent = mappings === null ? null : state.attribute('_infrequent_indices').items();
  const each = mappings?.items();
  if ((each ?? columns).length !== columns.length || (infrequent ?? columns).length !== columns.length) {
    throw mappings!.malformed(`a list of ${columns.length}`);
  }
  return columns.map((attribute, j) => {
    const values = attribute.values();
    const places = placesOf(values);
    const mapping = each?.[j];
    if (mapping === undefined || mapping.isNone) {
      const groups = Int32Array.from(values.keys());
      return { values, places, groups, groupCount: values.length, infrequent: -1 };
    }
    const groups = mapping.indices([values.length], 0, Math.max(values.length - 1, 0));
    const at = infrequent![j]!;
    const first = at.indices(at.shape(), 0, values.length - 1)[0];
    if (first === undefined) throw at.malformed('one category or more');
    const groupCount = groups.reduce((most, group) => Math.max(most, group + 1), 0);
    return { values, places, groups, groupCount, infrequent: groups[first]! };
  });
}

/** What each column holds, for the signature. */
export function kindsOf(categories: readonly CategoryColumn[]): ColumnKind[] {
  return categories.map(({ values }) => ({ kind: 'category', categories: values }));
}

function areNumbers(categories: readonly CategoryColumn[]): boolean {
  return categories.every(({ values }) => values.every((value) => typeof value === 'number'));
}

/** A method that answers a category for each column: numbers where all categories are. */
export function categoriesPerRow(
  categories: readonly CategoryColumn[],
  valuesOf: (X: Matrix, column: number) => (Label | null)[],
): FittedMethod {
  const isNumbers = areNumbers(categories);
  return {
    shape: [-1, categories.length],
    datatype: isNumbers ? 'FP64' : 'BYTES',
    run: (X) => {
      const columns = categories.map((_, j) => valuesOf(X, j));
      return columnsOutput(
        X.rows,
        isNumbers ? columns.map((values) => Float64Array.from(values as number[])) : columns,
      );
    },
  };
}

/** The place of the category of each value of one column, -1 where it is unknown. */
export function placesIn({ places }: CategoryColumn, X: Matrix, column: number): Int32Array {
  const values = columnOf(X, column);
  const found = new Int32Array(X.rows);
  for (let i = 0; i < found.length; i++) found[i] = places.get(keyOf(values[i]!)) ?? -1;
  return found;
}

export function unknownCategory(className: string, X: Matrix, row: number, column: number): SklearnError {
  const path = `inputs[${row}]`;
  const value = describeCell(columnOf(X, column)[row]!);
  return new SklearnError(
    'INPUT_INVALID',
    `${path} holds ${value} in column ${column} of the ${className}, a category that it does not know.`,
    { path },
  );
}

export function placesOf(values: readonly (Label | null)[]): Map<Cell, number> {
  const places = new Map<Cell, number>();
  for (const [index, value] of values.entries()) {
    const key = keyOf(value);
    if (!places.has(key)) places.set(key, index);
  }
  const missing = places.get(null) ?? places.get(Number.NaN);
  if (missing !== undefined) {
    if (!places.has(null)) places.set(null, missing);
    if (!places.has(Number.NaN)) places.set(Number.NaN, missing);
  }
  return places;
}

/** Python's True is 1. */
export function keyOf(value: Cell): Cell {
  return typeof value === 'boolean' || typeof value === 'bigint' ? Number(value) : value;
}

/** From 1.1 on, where one of the two limits is set. */
function isInfrequentEnabled(state: ObjectState): boolean {
  return state.optional('_infrequent_enabled')?.boolean() ?? false;
}

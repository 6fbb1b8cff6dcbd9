/**
 * Rows as callers write them, in JSON or as cells of CSV: lists of values, objects by column name, single values.
 * Refuses columns that the model does not have or that are missing, and values that a column cannot hold, by place.
 */
import { SklearnError } from './errors.ts';
import type { Cell, ColumnKind, Matrix, MethodName, RowKind, Signature } from './model.ts';
import { type Column, describeCell, Table } from './table.ts';

/** Values nested deeper than vectorizers take are refused. */
const DEPTH_MAX = 3;
/** How many of the columns a message lists. */
const LISTED_MAX = 10;

/** Numbers that JSON cannot hold, as NumPy and JavaScript print them. */
const NUMBER_WORDS: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/** Which rows a method takes. */
export interface RowShape {
  readonly rows: RowKind;
  /** `null` where any width will do: then the first row decides. */
  readonly columns: number | null;
  readonly columnNames: readonly string[] | null;
  readonly columnKinds: readonly ColumnKind[] | null;
}

/** `inverse_transform` reads other rows than all the other methods: numbers without names. */
export function rowShapeOf(signature: Signature, method: MethodName): RowShape {
  const columns = Object.hasOwn(signature.methods, method) ? signature.methods[method]?.columns : undefined;
  if (columns !== undefined || method === 'inverse_transform') {
    return { rows: 'numbers', columns: columns ?? signature.columns, columnNames: null, columnKinds: null };
  }
  return signature;
}

/**
 * One row or more. Throws `INPUT_INVALID` with the path `inputs[row]`, `inputs[row][column]` or, in an object,
 * `inputs[row].name`.
 */
export function readRows(inputs: readonly unknown[], shape: RowShape): Matrix {
  if (inputs.length === 0) throw invalid('inputs', 'holds no rows; send at least one');
  switch (shape.rows) {
    case 'numbers':
      return copyNumbers(inputs, shape.columns) ?? readTable(inputs, shape);
    case 'table':
      return readTable(inputs, shape);
    case 'text':
      return new Table(inputs.length, [inputs.map(readText)]);
    case 'label':
      return new Table(inputs.length, [inputs.map(readLabel)]);
    case 'record':
    case 'label list':
      return new Table(inputs.length, [inputs.map((row, i) => readNested(row, `inputs[${i}]`, 0))]);
  }
}

/** `null` where the rows are not what nearly all rows are: lists of as many numbers as the model takes. */
function copyNumbers(inputs: readonly unknown[], columns: number | null): Matrix | null {
  const width = columns ?? widthOf(inputs[0]);
  const rows = inputs.length;
  if (width === 0) return null;
  const data = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const values: unknown = inputs[row];
    if (!Array.isArray(values) || values.length !== width) return null;
    const start = row * width;
    for (let column = 0; column < width; column++) {
      const value: unknown = values[column];
      if (typeof value !== 'number') return null;
      data[start + column] = value;
    }
  }
  return { data, rows, columns: width };
}

function readText(row: unknown, index: number): string {
  if (typeof row === 'string') return row;
  // A row of a table with one column.
  if (Array.isArray(row) && row.length === 1 && typeof row[0] === 'string') return row[0];
  throw invalid(
    `inputs[${index}]`,
    `is ${describe(row)}; this model takes one text a row: ["first text", "second text"]`,
  );
}

function readLabel(row: unknown, index: number): Cell {
  const value: unknown = Array.isArray(row) && row.length === 1 ? row[0] : row;
  if (isScalar(value)) return value;
  throw invalid(`inputs[${index}]`, `is ${describe(row)}; this model takes one label a row: ["red", "blue"]`);
}

/** What a cell of JSON or CSV can be by itself. */
function isScalar(value: unknown): value is string | number | boolean | null {
  const kind = typeof value;
  return value === null || kind === 'string' || kind === 'number' || kind === 'boolean';
}

function readNested(value: unknown, path: string, depth: number): Cell {
  if (isScalar(value)) return value;
  if (depth >= DEPTH_MAX || typeof value !== 'object')
    throw invalid(path, `is ${describe(value)}, which no row can hold`);
  if (Array.isArray(value)) return value.map((item, i) => readNested(item, `${path}[${i}]`, depth + 1));
  return new Map(
    Object.entries(value).map(([name, item]) => [name, readNested(item, `${path}.${name}`, depth + 1)]),
  );
}

/** Numbers become a matrix, everything else a table. */
function readTable(inputs: readonly unknown[], shape: RowShape): Matrix {
  const { columnKinds, columnNames } = shape;
  const placeOf: PlaceOf = (i, j) =>
    isRecord(inputs[i]) ? `inputs[${i}].${columnNames?.[j]}` : `inputs[${i}][${j}]`;
  const width = shape.columns ?? widthOf(inputs[0]);
  const rows = inputs.length;
  const places = new Map(columnNames?.map((name, index) => [name, index]));
  const values: unknown[][] = Array.from({ length: width }, () => new Array<unknown>(rows));
  for (let i = 0; i < rows; i++) {
    const row = inputs[i];
    if (isRecord(row)) spreadRecord(row, i, values, shape, places);
    else spreadList(row, i, values, shape);
  }
  if (columnKinds === null && shape.rows === 'numbers') return toMatrix(values, rows, placeOf);
  const kindOf = (j: number) => columnKinds?.[j]?.kind ?? 'any';
  return new Table(
    rows,
    values.map((column, j) => readColumn(column, kindOf(j), columnKinds?.[j], (i) => placeOf(i, j))),
  );
}

/** A value by the place that its caller wrote it at: by name in an object, by number in a list. */
type PlaceOf = (row: number, column: number) => string;

function widthOf(row: unknown): number {
  return Array.isArray(row) ? row.length : 1;
}

function isRecord(row: unknown): row is Readonly<Record<string, unknown>> {
  return typeof row === 'object' && row !== null && !Array.isArray(row);
}

function spreadList(row: unknown, index: number, values: unknown[][], { columns }: RowShape): void {
  // A scalar is a row of one column.
  const list: readonly unknown[] = Array.isArray(row) ? row : [row];
  if (list.length !== values.length || list.length === 0) {
    const path = `inputs[${index}]`;
    if (!Array.isArray(row)) {
      throw invalid(path, `is ${describe(row)}; send an array of values for each row: [[1, 2], [3, 4]]`);
    }
    const count = `has ${list.length} ${list.length === 1 ? 'value' : 'values'}`;
    throw invalid(
      path,
      `${count}; ${columns === null ? 'the first row has' : 'this model takes'} ${values.length}`,
    );
  }
  for (let j = 0; j < list.length; j++) values[j]![index] = list[j];
}

function spreadRecord(
  row: Readonly<Record<string, unknown>>,
  index: number,
  values: unknown[][],
  { columnNames, columnKinds }: RowShape,
  places: ReadonlyMap<string, number>,
): void {
  const path = `inputs[${index}]`;
  if (columnNames === null) {
    throw invalid(path, 'is an object, which needs column names; this model has none, send a list of values');
  }
  for (const name of Object.keys(row)) {
    const place = places.get(name);
    if (place === undefined) {
      throw invalid(
        `${path}.${name.slice(0, 40)}`,
        `is no column of this model, which has ${listed(columnNames)}`,
      );
    }
    values[place]![index] = row[name];
  }
  columnNames.forEach((name, j) => {
    if (Object.hasOwn(row, name)) return;
    if (columnKinds?.[j]?.kind !== 'unused') throw invalid(path, `has no column ${JSON.stringify(name)}`);
    values[j]![index] = null;
  });
}

function listed(names: readonly string[]): string {
  const more = names.length > LISTED_MAX ? ` and ${names.length - LISTED_MAX} more` : '';
  return `${names.slice(0, LISTED_MAX).join(', ')}${more}`;
}

function toMatrix(values: readonly unknown[][], rows: number, placeOf: PlaceOf): Matrix {
  const columns = values.length;
  const data = new Float64Array(rows * columns);
  for (let j = 0; j < columns; j++) {
    const column = values[j]!;
    for (let i = 0; i < rows; i++) data[i * columns + j] = readNumber(column[i], () => placeOf(i, j));
  }
  return { data, rows, columns };
}

function readColumn(
  values: readonly unknown[],
  kind: ColumnKind['kind'],
  own: ColumnKind | undefined,
  placeOf: (row: number) => string,
): Column {
  const isNumbers =
    kind === 'number' ||
    (kind === 'category'
      ? (own?.categories?.every((category) => typeof category === 'number') ?? false)
      : kind !== 'text' && values.every(isNumberOrMissing));
  if (isNumbers) return Float64Array.from(values, (value, row) => readNumber(value, () => placeOf(row)));
  return values.map((value, row): Cell => {
    if (isScalar(value)) return value;
    throw invalid(placeOf(row), `is ${describe(value)}; send a text, a number or null`);
  });
}

function isNumberOrMissing(value: unknown): boolean {
  return typeof value === 'number' || value === null || NUMBER_WORDS.has(value);
}

function readNumber(value: unknown, placeOf: () => string): number {
  if (typeof value === 'number') return value;
  if (value === null) return Number.NaN;
  if (typeof value === 'boolean') return Number(value);
  const number = NUMBER_WORDS.get(value);
  if (number !== undefined) return number;
  throw invalid(placeOf(), `is ${describe(value)}; send a number, or null where it is missing`);
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return `the text ${describeCell(value)}`;
  if (typeof value === 'number') return `the number ${value}`;
  if (Array.isArray(value)) return 'a list';
  return isRecord(value) ? 'an object' : String(value);
}

function invalid(path: string, what: string): SklearnError {
  return new SklearnError('INPUT_INVALID', `${path} ${what}.`, { path });
}

/**
 * Rows that hold more than numbers: text, categories, missing values. Stands wherever a matrix can stand; whoever
 * asks for its numbers gets them, or the refusal of the first value that is none.
 */
import { SklearnError } from './errors.ts';
import type { Cell, Matrix } from './model.ts';

/** One column. `null` is Python's None; NaN is what is missing among numbers. */
export type Column = Float64Array | readonly Cell[];

export class Table implements Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly #values: readonly Column[];
  /** Of the caller's columns: for messages, where this table holds some of them. */
  readonly #places: readonly number[];
  #numbers: Float64Array | null = null;

  /** Each column has `rows` values. */
  constructor(rows: number, values: readonly Column[], places: readonly number[] = [...values.keys()]) {
    this.rows = rows;
    this.columns = values.length;
    this.#values = values;
    this.#places = places;
  }

  column(index: number): Column {
    return this.#values[index]!;
  }

  /** All columns, to send them elsewhere. */
  get values(): readonly Column[] {
    return this.#values;
  }

  select(indices: ArrayLike<number>): Table {
    const kept = Array.from(indices);
    return new Table(
      this.rows,
      kept.map((j) => this.#values[j]!),
      kept.map((j) => this.#places[j]!),
    );
  }

  /** All values as numbers, row by row. Throws `INPUT_INVALID` with the path of the first that is none. */
  get data(): Float64Array {
    this.#numbers ??= this.#toNumbers();
    return this.#numbers;
  }

  #toNumbers(): Float64Array {
    const { rows, columns } = this;
    const data = new Float64Array(rows * columns);
    for (let j = 0; j < columns; j++) {
      const values = this.#values[j]!;
      for (let i = 0; i < rows; i++) data[i * columns + j] = numberOf(values[i]!, i, this.#places[j]!);
    }
    return data;
  }
}

/** One column of any rows, without a copy where they are a table. */
export function columnOf(X: Matrix, index: number): Column {
  if (X instanceof Table) return X.column(index);
  const { data, rows, columns } = X;
  const values = new Float64Array(rows);
  for (let i = 0; i < rows; i++) values[i] = data[i * columns + index]!;
  return values;
}

/** Some columns of any rows. */
export function selectColumns(X: Matrix, kept: Int32Array): Matrix {
  if (X instanceof Table) return X.select(kept);
  const { data, rows, columns } = X;
  const width = kept.length;
  const out = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < width; k++) out[i * width + k] = data[i * columns + kept[k]!]!;
  }
  return { data: out, rows, columns: width };
}

/** None, or NaN. */
export function isMissing(cell: Cell): boolean {
  return cell === null || Number.isNaN(cell);
}

/** What a value is, in a message: long text is cut. */
export function describeCell(cell: Cell): string {
  if (typeof cell === 'string') return JSON.stringify(cell.length > 40 ? `${cell.slice(0, 40)}...` : cell);
  if (cell instanceof Map) return 'an object';
  return Array.isArray(cell) ? 'a list' : `${cell as null | number | bigint | boolean}`;
}

function numberOf(cell: Cell, row: number, column: number): number {
  if (typeof cell === 'number') return cell;
  if (cell === null) return Number.NaN;
  if (typeof cell === 'boolean' || typeof cell === 'bigint') return Number(cell);
  const path = `inputs[${row}][${column}]`;
  throw new SklearnError('INPUT_INVALID', `${path} is ${describeCell(cell)}, where a number is needed.`, {
    path,
  });
}

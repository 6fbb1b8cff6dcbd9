/**
 * Rows of which nearly all numbers are zero, as vectorizers make them. Stands wherever a matrix can stand; whoever
 * asks for all numbers gets them, or a refusal where they would not fit into memory.
 */
import { SklearnError } from './errors.ts';
import type { Matrix } from './model.ts';

/** 512 MiB: what one request may take for rows that an estimator wants dense. */
const DENSE_NUMBERS_MAX = 2 ** 26;

export class SparseRows implements Matrix {
  readonly rows: number;
  readonly columns: number;
  /** The numbers of row i stand from `starts[i]` to `starts[i + 1]`. */
  readonly starts: Int32Array;
  /** Ascending within a row. */
  readonly indices: Int32Array;
  readonly values: Float64Array;
  #dense: Float64Array | null = null;

  constructor(columns: number, starts: Int32Array, indices: Int32Array, values: Float64Array) {
    this.rows = starts.length - 1;
    this.columns = columns;
    this.starts = starts;
    this.indices = indices;
    this.values = values;
  }

  /** The same places with other numbers. */
  withValues(values: Float64Array): SparseRows {
    return new SparseRows(this.columns, this.starts, this.indices, values);
  }

  get data(): Float64Array {
    this.#dense ??= this.#toDense();
    return this.#dense;
  }

  #toDense(): Float64Array {
    const { rows, columns, starts, indices, values } = this;
    if (rows * columns > DENSE_NUMBERS_MAX) {
      const most = Math.floor(DENSE_NUMBERS_MAX / columns);
      throw new SklearnError(
        'INPUT_INVALID',
        `${rows} rows of ${columns} columns do not fit into memory; send at most ${most} at once.`,
        { path: 'inputs' },
      );
    }
    const data = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      for (let at = starts[i]!; at < starts[i + 1]!; at++) data[i * columns + indices[at]!] = values[at]!;
    }
    return data;
  }

  /** Of the same rows, side by side; dense ones among them keep only what is not zero. */
  static beside(rows: number, parts: readonly Matrix[]): SparseRows {
    const builder = new SparseRowsBuilder(parts.reduce((sum, { columns }) => sum + columns, 0));
    for (let i = 0; i < rows; i++) {
      let first = 0;
      for (const part of parts) {
        if (part instanceof SparseRows) {
          for (let at = part.starts[i]!; at < part.starts[i + 1]!; at++)
            builder.push(first + part.indices[at]!, part.values[at]!);
        } else {
          const { data, columns } = part;
          for (let j = 0; j < columns; j++) {
            const value = data[i * columns + j]!;
            if (value !== 0) builder.push(first + j, value);
          }
        }
        first += part.columns;
      }
      builder.endRow();
    }
    return builder.build();
  }
}

/** Takes numbers row by row, each row in the order of its columns. */
export class SparseRowsBuilder {
  readonly #columns: number;
  readonly #starts: number[] = [0];
  readonly #indices: number[] = [];
  readonly #values: number[] = [];

  constructor(columns: number) {
    this.#columns = columns;
  }

  push(column: number, value: number): void {
    this.#indices.push(column);
    this.#values.push(value);
  }

  /** A whole row out of what was added up by column, in any order. */
  addRow(sums: ReadonlyMap<number, number>): void {
    const columns = Int32Array.from(sums.keys()).sort();
    for (const column of columns) this.push(column, sums.get(column)!);
    this.endRow();
  }

  endRow(): void {
    this.#starts.push(this.#indices.length);
  }

  build(): SparseRows {
    return new SparseRows(
      this.#columns,
      Int32Array.from(this.#starts),
      Int32Array.from(this.#indices),
      Float64Array.from(this.#values),
    );
  }
}

/** An answer of numbers that are kept sparse until somebody looks at all of them. */
export class SparseOutput {
  readonly kind = 'numbers';
  readonly rows: SparseRows;
  readonly integer: boolean;

  constructor(rows: SparseRows, integer: boolean) {
    this.rows = rows;
    this.integer = integer;
  }

  get shape(): readonly number[] {
    return [this.rows.rows, this.rows.columns];
  }

  get data(): Float64Array {
    return this.rows.data;
  }
}

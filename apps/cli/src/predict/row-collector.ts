/**
 * Collects rows into one dense matrix, as the model takes them: a list of numbers, an object by column name, or a
 * single number where the model takes one column. Refuses everything else with the row and the column.
 */
import type { Matrix } from '@chamfer/sklearn';

/** Which rows a method takes. */
export interface RowShape {
  /** `null` where any width will do: then the first row decides. */
  readonly columns: number | null;
  readonly columnNames: readonly string[] | null;
}

/** Numbers that JSON cannot hold, as NumPy and JavaScript print them. */
const NUMBER_WORDS: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);
const FIRST_ROWS = 256;

export class RowCollector {
  readonly #shape: RowShape;
  readonly #indexOf: ReadonlyMap<string, number>;
  #columns: number;
  #data: Float64Array<ArrayBuffer> = new Float64Array(0);
  #rows = 0;

  constructor(shape: RowShape) {
    this.#shape = shape;
    this.#columns = shape.columns ?? 0;
    this.#indexOf = new Map(shape.columnNames?.map((name, index) => [name, index]));
  }

  get rows(): number {
    return this.#rows;
  }

  /** How many numbers there are in the rows. */
  get size(): number {
    return this.#rows * this.#columns;
  }

  /** `place` names the row in messages: `cases[2].input[5]`, `line 7`. Throws an Error that says it. */
  add(row: unknown, place: string): void {
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) {
      this.#addRecord(row as Record<string, unknown>, place);
      return;
    }
    // A scalar is a row of one column.
    const values: readonly unknown[] = Array.isArray(row) ? row : [row];
    const start = this.#reserve(values.length, place);
    for (let column = 0; column < values.length; column++) {
      this.#data[start + column] = this.#number(values[column], place, column);
    }
    this.#rows++;
  }

  /** The rows so far, and begins anew. */
  take(): Matrix {
    const matrix = {
      data: this.#data.subarray(0, this.size),
      rows: this.#rows,
      columns: this.#columns,
    };
    this.#data = new Float64Array(0);
    this.#rows = 0;
    return matrix;
  }

  #addRecord(record: Record<string, unknown>, place: string): void {
    const { columnNames } = this.#shape;
    if (columnNames === null) {
      throw new Error(
        `${place}: an object needs column names, which this model does not have; send a list of numbers`,
      );
    }
    const unknown = Object.keys(record).find((name) => !this.#indexOf.has(name));
    if (unknown !== undefined)
      throw new Error(`${place}: the model has no column ${JSON.stringify(unknown)}`);
    const missing = columnNames.find((name) => !Object.hasOwn(record, name));
    if (missing !== undefined) throw new Error(`${place}: column ${JSON.stringify(missing)} is missing`);
    const start = this.#reserve(columnNames.length, place);
    columnNames.forEach((name, column) => {
      this.#data[start + column] = this.#number(record[name], place, column);
    });
    this.#rows++;
  }

  /** Makes room for one row and returns where it starts. */
  #reserve(length: number, place: string): number {
    if (this.#columns === 0) this.#columns = length;
    if (length !== this.#columns || length === 0) {
      throw new Error(`${place}: ${length} ${length === 1 ? 'value' : 'values'} where ${this.#expected()}`);
    }
    const start = this.#rows * length;
    if (start + length > this.#data.length) {
      const larger = new Float64Array(Math.max(2 * this.#data.length, FIRST_ROWS * length));
      larger.set(this.#data);
      this.#data = larger;
    }
    return start;
  }

  #expected(): string {
    if (this.#columns === 0) return 'a row needs at least one';
    return `${this.#shape.columns === null ? 'the first row has' : 'the model takes'} ${this.#columns}`;
  }

  #number(value: unknown, place: string, column: number): number {
    if (typeof value === 'number') return value;
    if (value === null) return Number.NaN;
    const number = NUMBER_WORDS.get(value);
    if (number !== undefined) return number;
    const name = this.#shape.columnNames?.[column];
    const where = `${place}, column ${column + 1}${name === undefined ? '' : ` (${name})`}`;
    const what = JSON.stringify(value) ?? String(value);
    throw new Error(`${where}: ${what.length > 60 ? `${what.slice(0, 60)}...` : what} is no number`);
  }
}

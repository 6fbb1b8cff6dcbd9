/**
 * Makes methods out of loops: each takes what fills the answer for all rows and adds the shape, the datatype and
 * the array to fill.
 */
import { freeNumbers } from '../free-numbers.ts';
import type { Label, Matrix, MethodPart, Output } from '../model.ts';
import { SparseOutput, SparseRows } from '../sparse-rows.ts';
import { type Column, Table } from '../table.ts';
import type { Classes } from './attribute.ts';
import type { FittedMethod } from './definition.ts';

/** Writes the answer for every row of X, in row-major order, over all of `out`, which holds zeros before. */
export type Fill = (X: Matrix, out: Float64Array) => void;
/** Writes the index of a class for every row of X. */
export type FillIndices = (X: Matrix, out: Int32Array) => void;

/** One number a row. */
export function numberPerRow(fill: Fill): FittedMethod {
  return {
    shape: [-1],
    datatype: 'FP64',
    run: (X) => {
      const data = new Float64Array(X.rows);
      fill(X, data);
      return { kind: 'numbers', data, shape: [X.rows], integer: false };
    },
  };
}

/** Whose answers are in memory of their own. */
const ANSWERS_IN_OWN_MEMORY = new WeakSet<FittedMethod['run']>();

/** `columns` numbers a row; `null` for as many as there come in. */
export function numbersPerRow(columns: number | null, fill: Fill): FittedMethod {
  const run = (X: Matrix): Output => {
    const width = columns ?? X.columns;
    const data = new Float64Array(X.rows * width);
    fill(X, data);
    return { kind: 'numbers', data, shape: [X.rows, width], integer: false };
  };
  ANSWERS_IN_OWN_MEMORY.add(run);
  return { shape: [-1, columns ?? -1], datatype: 'FP64', run };
}

/** Frees `rows`, an answer of `method` that the next step has read, where that step's own surely holds nothing of it. */
export function freeBetween(method: FittedMethod, rows: Matrix, next: Output): void {
  if (!ANSWERS_IN_OWN_MEMORY.has(method.run) || next.kind === 'list' || next instanceof SparseOutput) return;
  if (next.kind === 'labels' || next.data.buffer !== rows.data.buffer) freeNumbers(rows.data);
}

/** `columns` numbers a row, nearly all of them zero. */
export function sparsePerRow(
  columns: number,
  transform: (X: Matrix) => SparseRows,
  integer: boolean,
): FittedMethod {
  return {
    shape: [-1, columns],
    datatype: integer ? 'INT64' : 'FP64',
    run: (X) => new SparseOutput(transform(X), integer),
  };
}

/** The same with numbers that NumPy holds in an integer type. */
export function asIntegers(method: FittedMethod): FittedMethod {
  return {
    ...method,
    datatype: 'INT64',
    run: (X) => ({ ...(method.run(X) as Output & { kind: 'numbers' }), integer: true }),
  };
}

/** The method for an input that is not as wide as the estimator's. */
export function withColumns(columns: number, method: FittedMethod): FittedMethod {
  return { ...method, columns };
}

/** One class label a row. */
export function labelPerRow(classes: Classes, fill: FillIndices): FittedMethod {
  const { labels, datatype } = classes;
  return {
    shape: [-1],
    datatype,
    run: (X) => {
      const indices = new Int32Array(X.rows);
      fill(X, indices);
      const values = new Array<Label>(X.rows);
      for (let i = 0; i < values.length; i++) values[i] = labels[indices[i]!]!;
      return { kind: 'labels', values, shape: [X.rows] };
    },
  };
}

/** One class label an output: `fill` writes (rows, outputs) indices, each into the classes of its output. */
export function labelsPerRow(classes: readonly Classes[], fill: FillIndices): FittedMethod {
  const outputs = classes.length;
  return {
    shape: [-1, outputs],
    datatype: classes[0]!.datatype,
    run: (X) => {
      const indices = new Int32Array(X.rows * outputs);
      fill(X, indices);
      const values = Array.from(indices, (index, i) => classes[i % outputs]!.labels[index]!);
      return { kind: 'labels', values, shape: [X.rows, outputs] };
    },
  };
}

/** The class with the highest score, the first of equals: `classes_[argmax(scores, axis=1)]`. */
export function labelOfHighest(classes: Classes, fill: Fill): FittedMethod {
  const columns = classes.labels.length;
  return labelPerRow(classes, (X, indices) => {
    const scores = new Float64Array(X.rows * columns);
    fill(X, scores);
    for (let i = 0; i < X.rows; i++) indices[i] = argmax(scores, i * columns, columns);
  });
}

/** `argmax` as NumPy has it: the first of equals, and NaN before all. */
export function argmax(values: Float64Array, start: number, length: number): number {
  let best = values[start]!;
  let index = 0;
  for (let j = 1; j < length && !Number.isNaN(best); j++) {
    const value = values[start + j]!;
    if (!(value <= best)) {
      best = value;
      index = j;
    }
  }
  return index;
}

/** `predict_proba`, and `predict_log_proba` as its logarithm. */
export function probabilityMethods(
  columns: number,
  fill: Fill,
): { readonly predict_proba: FittedMethod; readonly predict_log_proba: FittedMethod } {
  return {
    predict_proba: numbersPerRow(columns, fill),
    predict_log_proba: numbersPerRow(columns, (X, out) => {
      fill(X, out);
      for (let i = 0; i < out.length; i++) out[i] = Math.log(out[i]!);
    }),
  };
}

/** An answer of several arrays, by `run` or each from its own method. */
export function listOf(parts: readonly MethodPart[], run: (X: Matrix) => readonly Output[]): FittedMethod {
  const { shape, datatype } = parts[0]!;
  return { shape, datatype, parts, run: (X) => ({ kind: 'list', items: run(X) }) };
}

/** An answer as the input of the next estimator; a one-dimensional answer is one column. */
export function asMatrix(output: Output): Matrix {
  if (output.kind === 'list') throw new TypeError('A list can not be the input of an estimator.');
  if (output instanceof SparseOutput) return output.rows;
  const [rows, columns = 1] = output.shape as [number, number?];
  if (output.kind === 'numbers') return { data: output.data, rows, columns };
  const { values } = output;
  const column = (j: number): Column => Array.from({ length: rows }, (_, i) => values[i * columns + j]!);
  return new Table(
    rows,
    Array.from({ length: columns }, (_, j) => column(j)),
  );
}

/** Rows as an answer: numbers, or what a table holds, row by row. */
export function asOutput(X: Matrix): Output {
  const { rows, columns } = X;
  const shape = [rows, columns];
  if (X instanceof SparseRows) return new SparseOutput(X, false);
  if (!(X instanceof Table)) return { kind: 'numbers', data: X.data, shape, integer: false };
  return columnsOutput(rows, X.values);
}

/** Columns side by side as an answer: numbers where all of them are. */
export function columnsOutput(rows: number, columns: readonly Column[]): Output {
  const shape = [rows, columns.length];
  if (columns.every((column) => column instanceof Float64Array)) {
    return { kind: 'numbers', data: new Table(rows, columns).data, shape, integer: false };
  }
  const values: (Label | null)[] = [];
  for (let i = 0; i < rows; i++) for (const column of columns) values.push(column[i] as Label | null);
  return { kind: 'labels', values, shape };
}

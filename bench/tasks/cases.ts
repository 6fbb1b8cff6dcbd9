/** The rows that are sent and the answers that scikit-learn gave for them, as `make-models.py` recorded both. */
import { readFileSync } from 'node:fs';
import type { Task } from './task.ts';

type RecordedRows = Readonly<Record<Task['digits'], readonly (readonly number[])[]>>;

export interface Cases {
  readonly sklearn: string;
  readonly numpy: string;
  readonly rows: RecordedRows;
  /** Of the models that take other rows than those, by name. */
  readonly ownRows: Readonly<Record<string, RecordedRows>>;
  /** By model, method and digits: one answer a row. */
  readonly answers: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<Task['digits'], readonly unknown[]>>>>>
  >;
}

/** One request's worth of rows with what must come back. */
export interface Batch {
  readonly inputs: readonly (readonly number[])[];
  readonly expected: readonly unknown[];
}

/** Different requests of one task that the load goes round: enough that nothing can live off one remembered answer. */
const BATCHES_SINGLE_ROW = 64;
const BATCHES_MANY_ROWS = 4;

export function readCases(path: string): Cases {
  return JSON.parse(readFileSync(path, 'utf8')) as Cases;
}

/** The methods of a model that have recorded answers. */
export function methodsOf(cases: Cases, model: string): string[] {
  return Object.keys(cases.answers[model] ?? {});
}

/** Batch `i` starts `i` rows further into the recorded rows and goes round their end. */
export function batchesOf(cases: Cases, task: Task, method: string): Batch[] {
  const rows = (cases.ownRows[task.model] ?? cases.rows)[task.digits];
  const answers = cases.answers[task.model]?.[method]?.[task.digits];
  if (answers === undefined) throw new Error(`There are no recorded answers for ${task.name} ${method}.`);
  const count = task.rows === 1 ? BATCHES_SINGLE_ROW : BATCHES_MANY_ROWS;
  return Array.from({ length: count }, (_, start) => {
    const indices = Array.from({ length: task.rows }, (_, index) => (start + index) % rows.length);
    return { inputs: indices.map((index) => rows[index]!), expected: indices.map((index) => answers[index]) };
  });
}

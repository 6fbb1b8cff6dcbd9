/** Checks rows as scikit-learn checks them, each estimator by what it accepts. Refuses NaN and infinity by place. */
import { SklearnError } from '../errors.ts';
import type { Matrix } from '../model.ts';
import { Table } from '../table.ts';
import type { FittedEstimator } from './definition.ts';

/**
 * Throws `INPUT_INVALID` with the path `inputs[row][column]` where X has another width than `columns` or holds
 * what the estimator does not accept.
 */
export function checkInput(X: Matrix, estimator: FittedEstimator, columns: number | null): void {
  if (X.rows < 1) throw invalid('There are no rows.', 'inputs');
  if (columns !== null && X.columns !== columns) {
    throw invalid(
      `The rows have ${X.columns} columns; ${estimator.className} takes ${columns}.`,
      'inputs[0]',
    );
  }
  const index = firstRefused(X, estimator);
  if (index === -1) return;
  const path = `inputs[${Math.floor(index / X.columns)}][${index % X.columns}]`;
  throw invalid(refusal(path, X.data[index]!, estimator), path);
}

/** The same for what one step hands to the next: the row is the caller's, the column is not. */
export function checkBetween(X: Matrix, estimator: FittedEstimator, place: string): void {
  const index = firstRefused(X, estimator);
  if (index === -1) return;
  const path = `inputs[${Math.floor(index / X.columns)}]`;
  const column = `${path}, at ${place}, column ${index % X.columns}`;
  throw invalid(refusal(column, X.data[index]!, estimator), path);
}

/** Throws where a number is `bound` or less; `what` says what that is and who does not take it. */
export function refuseUpTo({ data, columns }: Matrix, bound: number, what: string): void {
  const index = data.findIndex((value) => value <= bound);
  if (index === -1) return;
  const path = `inputs[${Math.floor(index / columns)}]`;
  throw invalid(`${path} is ${data[index]} in column ${index % columns}: ${what}.`, path);
}

/** Index of the first number that is not accepted, or -1. Whoever takes tables looks at their values itself. */
function firstRefused(X: Matrix, { accepts, rows }: FittedEstimator): number {
  if (accepts === 'anything' || (rows !== undefined && X instanceof Table)) return -1;
  const { data } = X;
  const asFloat32 = accepts === 'finite-float32' || accepts === 'missing-float32';
  const missing = accepts === 'missing' || accepts === 'missing-float32';
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    // Only of finite numbers is the difference with themselves zero.
    if (value - value === 0 && !(asFloat32 && isTooLarge(value))) continue;
    if (!(missing && Number.isNaN(value))) return i;
  }
  return -1;
}

function isTooLarge(value: number): boolean {
  return !Number.isFinite(Math.fround(value));
}

function refusal(place: string, value: number, estimator: FittedEstimator): string {
  if (Number.isFinite(value))
    return `${place} is ${value}, too large for float32, to which ${estimator.className} casts.`;
  const shown = Number.isNaN(value) ? 'NaN' : value > 0 ? 'infinity' : '-infinity';
  return `${place} is ${shown}, which ${estimator.className} does not accept.`;
}

function invalid(message: string, path: string): SklearnError {
  return new SklearnError('INPUT_INVALID', message, { path });
}

/** Checks rows as scikit-learn checks them, each estimator by what it accepts. Refuses NaN and infinity by place. */
import { SklearnError } from '../errors.ts';
import type { Matrix } from '../model.ts';
import { SparseRows } from '../sparse-rows.ts';
import { Table } from '../table.ts';
import type { Accepts, FittedEstimator } from './definition.ts';

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
  const refused = firstRefused(X, estimator);
  if (refused === null) return;
  const { index, value } = refused;
  const path = `inputs[${Math.floor(index / X.columns)}][${index % X.columns}]`;
  throw invalid(refusal(path, value, estimator), path);
}

/**
 * The same for what one step hands to the next: the row is the caller's, the column is not. Widths are compared while
 * loading; where a step before takes rows of any, that can only be done here.
 */
export function checkBetween(X: Matrix, estimator: FittedEstimator, place: string): void {
  checkWidthBetween(X, estimator.columns, `${estimator.className} at ${place}`);
  const refused = firstRefused(X, estimator);
  if (refused === null) return;
  const { index, value } = refused;
  const path = `inputs[${Math.floor(index / X.columns)}]`;
  const column = `${path}, at ${place}, column ${index % X.columns}`;
  throw invalid(refusal(column, value, estimator), path);
}

/** `columns` is what `taker` takes; `null` for any. */
export function checkWidthBetween(X: Matrix, columns: number | null, taker: string): void {
  if (columns === null || X.columns === columns) return;
  throw invalid(`The rows come to ${X.columns} columns, but the ${taker} takes ${columns}.`, 'inputs[0]');
}

/** Throws where a number is `bound` or less; `what` says what that is and who does not take it. */
export function refuseUpTo(X: Matrix, bound: number, what: string): void {
  // The numbers that are not kept are zero.
  const sparse = X instanceof SparseRows && bound < 0 ? X : null;
  const values = sparse === null ? X.data : sparse.values;
  const at = values.findIndex((value) => value <= bound);
  if (at === -1) return;
  const index = sparse === null ? at : denseIndex(sparse, at);
  const path = `inputs[${Math.floor(index / X.columns)}]`;
  throw invalid(`${path} is ${values[at]} in column ${index % X.columns}: ${what}.`, path);
}

interface Refused {
  /** As if all numbers stood row by row. */
  readonly index: number;
  readonly value: number;
}

/** The first number that is not accepted. Whoever takes tables looks at their values itself. */
function firstRefused(X: Matrix, { accepts, rows }: FittedEstimator): Refused | null {
  if (accepts === 'anything' || (rows !== undefined && X instanceof Table)) return null;
  const values = X instanceof SparseRows ? X.values : X.data;
  const at = firstOutside(values, accepts);
  if (at === -1) return null;
  return { index: X instanceof SparseRows ? denseIndex(X, at) : at, value: values[at]! };
}

function firstOutside(values: Float64Array, accepts: Accepts): number {
  const asFloat32 = accepts === 'finite-float32' || accepts === 'missing-float32';
  if (asFloat32 ? areFiniteFloat32(values) : areFinite(values)) return -1;
  const missing = accepts === 'missing' || accepts === 'missing-float32';
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value - value === 0 && !(asFloat32 && isTooLarge(value))) continue;
    if (!(missing && Number.isNaN(value))) return i;
  }
  return -1;
}

function denseIndex({ starts, indices, columns }: SparseRows, at: number): number {
  const row = starts.findLastIndex((start) => start <= at);
  return row * columns + indices[at]!;
}

/** Numbers at a time: functions that are called often are soon compiled well, long loops are not. */
const BLOCK = 512;

export function areFinite(data: Float64Array): boolean {
  for (let first = 0; first < data.length; first += BLOCK) {
    if (differences(data, first, Math.min(first + BLOCK, data.length)) !== 0) return false;
  }
  return true;
}

function areFiniteFloat32(data: Float64Array): boolean {
  for (let first = 0; first < data.length; first += BLOCK) {
    if (differencesFloat32(data, first, Math.min(first + BLOCK, data.length)) !== 0) return false;
  }
  return true;
}

/** Only of finite numbers is the difference with themselves zero. Four sums, so that none waits for the one before. */
function differences(data: Float64Array, first: number, end: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = first;
  for (; i + 4 <= end; i += 4) {
    const a = data[i]!;
    const b = data[i + 1]!;
    const c = data[i + 2]!;
    const d = data[i + 3]!;
    s0 += a - a;
    s1 += b - b;
    s2 += c - c;
    s3 += d - d;
  }
  for (; i < end; i++) s0 += data[i]! - data[i]!;
  return s0 + s1 + s2 + s3;
}

function differencesFloat32(data: Float64Array, first: number, end: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = first;
  for (; i + 4 <= end; i += 4) {
    const a = Math.fround(data[i]!);
    const b = Math.fround(data[i + 1]!);
    const c = Math.fround(data[i + 2]!);
    const d = Math.fround(data[i + 3]!);
    s0 += a - a;
    s1 += b - b;
    s2 += c - c;
    s3 += d - d;
  }
  for (; i < end; i++) s0 += Math.fround(data[i]!) - Math.fround(data[i]!);
  return s0 + s1 + s2 + s3;
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

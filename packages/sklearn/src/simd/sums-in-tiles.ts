/**
 * Sums of terms of each row of one matrix with each row of another, by the kernels, a block at a time. Leaves to
 * TypeScript what is too small to be worth the copying, or too wide for the kernels' memory.
 */
import type { Matrix } from '../model.ts';
import { type Kernels, openKernels, type SumsName } from './kernels.ts';
import {
  BIAS_ADDRESS,
  FACTOR_ADDRESS,
  OTHERS_MAX,
  OUT_ADDRESS,
  OUT_BYTES,
  PANEL_ADDRESS,
  PANEL_BYTES,
  SHIFT_ADDRESS,
  X_ADDRESS,
  X_BYTES,
  Y_ADDRESS,
  Y_BYTES,
} from './layout.ts';

const BYTES = 8;
/** What a tile of the answer holds: four rows, four others. */
const TILE = 4;
/** Sums of fewer terms in all cost less than copying. */
const TERMS_MIN = 4_096;
/** A block of rows that stays in the nearest cache with what comes of it. */
const ROWS_MAX = 64;

export interface Around {
  /** Taken from each row of X first. */
  readonly shift?: Float64Array;
  /** Added to the sums with each row of Y. */
  readonly bias?: Float64Array | null;
  /** Each sum s becomes exp(exponent s). */
  readonly exponent?: number;
  /** Sums below zero become zero. */
  readonly rectifies?: boolean;
}

/** Whether it was done: `out` is a row-major (X.rows, others) matrix; Y holds `others` rows as wide as those of X. */
export function sumInTiles(
  name: SumsName,
  X: Matrix,
  Y: Float64Array,
  others: number,
  out: Float64Array,
  { shift, bias = null, exponent, rectifies = false }: Around = {},
): boolean {
  const { rows, columns } = X;
  if (rows < TILE || others < TILE || columns === 0 || rows * others * columns < TERMS_MIN) return false;
  const rowBytes = columns * BYTES;
  if (TILE * rowBytes > PANEL_BYTES) return false;
  const kernels = openKernels();
  if (kernels === null) return false;
  const { numbers } = kernels;
  const after = exponent !== undefined ? 'exponentiate' : rectifies ? 'rectify' : null;
  if (exponent !== undefined) numbers[FACTOR_ADDRESS / BYTES] = exponent;
  const shiftAt = SHIFT_ADDRESS / BYTES;
  if (shift === undefined) numbers.fill(0, shiftAt, shiftAt + columns);
  else numbers.set(shift, shiftAt);
  const most = Math.min(OTHERS_MAX, Math.floor(Y_BYTES / rowBytes));
  const count = Math.ceil(others / most);
  // Blocks of nearly one size, so that each has four or more.
  const size = Math.ceil(others / count);
  for (let first = 0; first < others; first += size) {
    const end = Math.min(first + size, others);
    const start = Math.max(0, Math.min(first, end - TILE));
    numbers.set(Y.subarray(start * columns, end * columns), Y_ADDRESS / BYTES);
    const from = BIAS_ADDRESS / BYTES;
    // Minus zero changes no number it is added to.
    if (bias === null) numbers.fill(-0, from, from + end - start);
    else numbers.set(bias.subarray(start, end), from);
    sumBlocks(kernels, name, X, { start, end, others, after }, out);
  }
  return true;
}

interface Block {
  readonly start: number;
  readonly end: number;
  readonly others: number;
  readonly after: 'exponentiate' | 'rectify' | null;
}

/** All rows of X with the block of Y that is in memory. */
function sumBlocks(
  kernels: Kernels,
  name: SumsName,
  { data, rows, columns }: Matrix,
  { start, end, others, after }: Block,
  out: Float64Array,
): void {
  const { numbers } = kernels;
  const width = end - start;
  const fitting = Math.min(Math.floor(X_BYTES / (columns * BYTES)), Math.floor(OUT_BYTES / (width * BYTES)));
  const height = Math.min(ROWS_MAX, fitting - (fitting % TILE));
  const from = OUT_ADDRESS / BYTES;
  for (let first = 0; first < rows; first += height) {
    const last = Math.min(first + height, rows);
    numbers.set(data.subarray(first * columns, last * columns), X_ADDRESS / BYTES);
    const xEnd = X_ADDRESS + (last - first) * columns * BYTES;
    kernels[name](
      X_ADDRESS,
      xEnd,
      columns,
      SHIFT_ADDRESS,
      Y_ADDRESS,
      width,
      BIAS_ADDRESS,
      OUT_ADDRESS,
      PANEL_ADDRESS,
    );
    const sums = (last - first) * width;
    if (after !== null) kernels[after](OUT_ADDRESS, OUT_ADDRESS + sums * BYTES);
    if (width === others) {
      out.set(numbers.subarray(from, from + sums), first * others);
      continue;
    }
    for (let i = first; i < last; i++) {
      const row = from + (i - first) * width;
      out.set(numbers.subarray(row, row + width), i * others + start);
    }
  }
}

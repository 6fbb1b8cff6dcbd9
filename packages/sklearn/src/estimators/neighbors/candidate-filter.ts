/**
 * Leaves out the training rows that cannot be among the nearest of many rows at once, by distances in float32 whose
 * errors are bounded. What is left holds the nearest whatever the rounding; whoever asks computes those himself.
 * Refuses numbers whose squares float32 does not hold.
 */
import type { Matrix } from '../../model.ts';
import { type Kernels, openKernels } from '../../simd/kernels.ts';
import {
  BIAS_ADDRESS,
  BOUNDS_ADDRESS,
  FOUND_ADDRESS,
  MINIMA_ADDRESS,
  MINIMUM_ROWS,
  NEAR_ADDRESS,
  OTHERS_MAX,
  OUT_ADDRESS,
  PANEL_ADDRESS,
  PANEL_BYTES,
  ROWS_ABREAST,
  Y_ADDRESS,
  Y_BYTES,
} from '../../simd/layout.ts';

const WORD = 4;
/** Rows whose candidates are found together, so that training rows are copied once for all of them. */
export const ROWS_TOGETHER = 256;
/** Half the distance between 1 and the next float32: what rounding a number can change. */
const ROUNDING = 2 ** -24;
/** Squares of what is larger do not fit float32. */
const NORM_MAX = 1e36;
/** Twice as many training rows as are asked for, and some more: else there is nothing to leave out. */
const ROWS_MIN = 64;

/** Of the row of `x` that starts at `start`. */
type Slack = (x: Float64Array, start: number) => number;

export interface CandidateFilter {
  /**
   * Of up to ROWS_TOGETHER rows the numbers of the training rows that may be near, in order, with those whose squared
   * distance is up to `slackOf` more than that of the last; or `null`.
   */
  readonly find: (X: Matrix, slackOf: Slack) => readonly (readonly number[])[] | null;
}

/** Training rows less their mean, in float32, and what bounds the errors. */
interface Prepared {
  readonly columns: number;
  readonly rows: number;
  readonly data: Float32Array;
  readonly norms: Float32Array;
  readonly mean: Float64Array;
  readonly largestNorm: number;
  /** Training rows in the kernels' memory at a time. */
  readonly blockRows: number;
}

/** `count` of the nearest are asked for. `null` where it would not help. */
export function createCandidateFilter(training: Matrix, count: number): CandidateFilter | null {
  const { rows, columns } = training;
  const fitting = Math.min(OTHERS_MAX, Math.floor(Y_BYTES / (columns * WORD)));
  const blockRows = fitting - (fitting % MINIMUM_ROWS);
  const isWide = columns * ROWS_ABREAST * WORD > PANEL_BYTES;
  if (rows < ROWS_MIN + 2 * count * MINIMUM_ROWS || columns === 0 || isWide || blockRows === 0) return null;
  let prepared: Prepared | null = null;
  return {
    find: (X, slackOf) => {
      const kernels = openKernels();
      if (kernels === null) return null;
      prepared ??= prepare(training, blockRows);
      if (!(prepared.largestNorm < NORM_MAX)) return null;
      const asked = packRows(X, prepared, count, slackOf);
      return asked === null ? null : findCandidates(kernels, prepared, asked, X.rows, count);
    },
  };
}

function prepare({ data, rows, columns }: Matrix, blockRows: number): Prepared {
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) mean[j]! += data[i * columns + j]! / rows;
  // Whole groups of rows: those after the last are infinitely far away.
  const padded = Math.ceil(rows / MINIMUM_ROWS) * MINIMUM_ROWS;
  const centred = new Float32Array(padded * columns);
  const norms = new Float32Array(padded).fill(Number.POSITIVE_INFINITY);
  let largestNorm = 0;
  for (let i = 0; i < rows; i++) {
    let norm = 0;
    for (let j = 0; j < columns; j++) {
      const value = data[i * columns + j]! - mean[j]!;
      centred[i * columns + j] = value;
      norm += value * value;
    }
    norms[i] = norm;
    // NaN where the mean overflowed.
    if (!(norm <= largestNorm)) largestNorm = norm;
  }
  return { columns, rows, data: centred, norms, mean, largestNorm, blockRows };
}

/** Rows in groups, column by column, each with the margin that its distances need and the least it has seen. */
interface Asked {
  readonly panels: Float32Array;
  /** Twice the error that a distance in float32 may have, and the slack. */
  readonly margins: Float64Array;
  /** Of each row the `count` least of different groups of training rows, in rising order. */
  readonly least: Float64Array;
}

function packRows(
  { data, rows }: Matrix,
  { columns, mean, largestNorm }: Prepared,
  count: number,
  slackOf: Slack,
): Asked | null {
  const groups = Math.ceil(rows / ROWS_ABREAST);
  const panels = new Float32Array(groups * columns * ROWS_ABREAST);
  const margins = new Float64Array(groups * ROWS_ABREAST);
  for (let i = 0; i < rows; i++) {
    const at = Math.floor(i / ROWS_ABREAST) * columns * ROWS_ABREAST + (i % ROWS_ABREAST);
    let norm = 0;
    for (let j = 0; j < columns; j++) {
      const value = data[i * columns + j]! - mean[j]!;
      panels[at + j * ROWS_ABREAST] = value;
      norm += value * value;
    }
    if (!(norm < NORM_MAX)) return null;
    // Rounding of both rows, of each product and each sum, of the norm, and of the difference at the end.
    const error =
      ROUNDING * (4 * largestNorm + Math.sqrt(norm * largestNorm) * (2 * columns + 8)) + Number.MIN_VALUE;
    margins[i] = 2 * error + slackOf(data, i * columns);
  }
  const least = new Float64Array(groups * ROWS_ABREAST * count).fill(Number.POSITIVE_INFINITY);
  return { panels, margins, least };
}

function findCandidates(
  kernels: Kernels,
  prepared: Prepared,
  asked: Asked,
  rows: number,
  count: number,
): readonly (readonly number[])[] {
  const { columns, data, norms, blockRows } = prepared;
  const { floats } = kernels;
  const candidates = Array.from({ length: rows }, (): number[] => []);
  const panelSize = columns * ROWS_ABREAST;
  for (let first = 0; first < norms.length; first += blockRows) {
    const others = Math.min(blockRows, norms.length - first);
    floats.set(data.subarray(first * columns, (first + others) * columns), Y_ADDRESS / WORD);
    floats.set(norms.subarray(first, first + others), BIAS_ADDRESS / WORD);
    for (let group = 0; group * ROWS_ABREAST < rows; group++) {
      floats.set(asked.panels.subarray(group * panelSize, (group + 1) * panelSize), PANEL_ADDRESS / WORD);
      kernels.approximateDistances(
        PANEL_ADDRESS,
        columns,
        Y_ADDRESS,
        others,
        BIAS_ADDRESS,
        OUT_ADDRESS,
        MINIMA_ADDRESS,
      );
      lowerBounds(floats, asked, group, others, count);
      const end = OUT_ADDRESS + others * ROWS_ABREAST * WORD;
      kernels.selectNear(OUT_ADDRESS, end, BOUNDS_ADDRESS, NEAR_ADDRESS);
      collect(kernels.words, candidates, group, first, prepared.rows);
    }
  }
  return candidates;
}

/**
 * As many training rows as are asked for are at most as far as the last of the least that different groups of them
 * have; what is farther, also after errors, is none of the nearest.
 */
function lowerBounds(
  floats: Float32Array,
  { margins, least }: Asked,
  group: number,
  others: number,
  count: number,
): void {
  for (let lane = 0; lane < ROWS_ABREAST; lane++) {
    const row = group * ROWS_ABREAST + lane;
    const start = row * count;
    const last = start + count - 1;
    for (let k = 0; k < others / MINIMUM_ROWS; k++) {
      const value = floats[MINIMA_ADDRESS / WORD + k * ROWS_ABREAST + lane]!;
      if (!(value < least[last]!)) continue;
      let at = last;
      for (; at > start && least[at - 1]! > value; at--) least[at] = least[at - 1]!;
      least[at] = value;
    }
    const bound = least[last]! + margins[row]!;
    // Rounded to float32 it must not become less.
    floats[BOUNDS_ADDRESS / WORD + lane] = bound + Math.abs(bound) * 2 * ROUNDING;
  }
}

/** What the kernel found: a number, and a bit for each row of the group. */
function collect(
  words: Int32Array,
  candidates: readonly number[][],
  group: number,
  first: number,
  rows: number,
): void {
  const end = words[FOUND_ADDRESS / WORD]! / WORD;
  for (let at = NEAR_ADDRESS / WORD; at < end; at += 2) {
    const other = first + words[at]!;
    if (other >= rows) continue;
    for (let bits = words[at + 1]!; bits !== 0; bits &= bits - 1) {
      candidates[group * ROWS_ABREAST + 31 - Math.clz32(bits & -bits)]?.push(other);
    }
  }
}

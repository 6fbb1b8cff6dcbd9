/** From scores to probabilities and back: the functions that classifiers share, over whole answers in place. */
import { exponentiate } from './kernels/exponential.ts';
import type { ObjectState } from './object-state.ts';

/** The logistic function, `scipy.special.expit`. */
export function expit(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The logistic function of each number. */
export function logistic(values: Float64Array): void {
  exponentiate(values, -1);
  for (let i = 0; i < values.length; i++) values[i] = 1 / (1 + values[i]!);
}

/** Every row of `columns` scores becomes probabilities: `exp(x - max) / sum`. */
export function softmaxRows(scores: Float64Array, columns: number): void {
  for (let start = 0; start < scores.length; start += columns) {
    let highest = scores[start]!;
    for (let j = 1; j < columns; j++) highest = Math.max(highest, scores[start + j]!);
    for (let j = 0; j < columns; j++) scores[start + j]! -= highest;
  }
  exponentiate(scores, 1);
  for (let start = 0; start < scores.length; start += columns) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += scores[start + j]!;
    for (let j = 0; j < columns; j++) scores[start + j]! /= sum;
  }
}

/** Each of `rows` probabilities p of the second class, written at the start of `out`, becomes the row (1 - p, p). */
export function spreadBinary(out: Float64Array, rows: number): void {
  for (let i = rows - 1; i >= 0; i--) {
    const probability = out[i]!;
    out[2 * i + 1] = probability;
    out[2 * i] = 1 - probability;
  }
}

/** Every row of `columns` numbers is divided by its sum; where that is zero, all of them become `empty`. */
export function divideBySums(out: Float64Array, columns: number, empty: number): void {
  for (let row = 0; row < out.length; row += columns) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += out[row + j]!;
    for (let j = 0; j < columns; j++) out[row + j] = sum === 0 ? empty : out[row + j]! / sum;
  }
}

/** What each class gets, one versus the rest by the logistic function, in a row that none wants: 0 / 0 before 1.9. */
export function shareOfNone(state: ObjectState, classes: number): number {
  return state.since(1, 9) ? 1 / classes : Number.NaN;
}

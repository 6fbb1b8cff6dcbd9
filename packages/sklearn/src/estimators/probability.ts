/** From scores to probabilities and back: the functions that classifiers share, over whole answers in place. */

/** The logistic function, `scipy.special.expit`. */
export function expit(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Every row of `columns` scores becomes probabilities: `exp(x - max) / sum`. */
export function softmaxRows(scores: Float64Array, columns: number): void {
  for (let start = 0; start < scores.length; start += columns) {
    let highest = scores[start]!;
    for (let j = 1; j < columns; j++) highest = Math.max(highest, scores[start + j]!);
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const value = Math.exp(scores[start + j]! - highest);
      scores[start + j] = value;
      sum += value;
    }
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

/** The methods of classifiers that know the joint log-likelihood of a row and each class. */
import type { Classes } from '../attribute.ts';
import type { FittedMethod, FittedMethods } from '../definition.ts';
import { type Fill, labelOfHighest, numberPerRow, numbersPerRow } from '../methods.ts';

/** Probabilities are the exponentials of the likelihoods, divided by their sum. */
export function jointMethods(classes: Classes, likelihoods: Fill): FittedMethods {
  const count = classes.labels.length;
  const logProbabilities: Fill = (X, out) => {
    likelihoods(X, out);
    for (let row = 0; row < out.length; row += count) subtractLogSum(out, row, count);
  };
  return {
    predict: labelOfHighest(classes, likelihoods),
    predict_log_proba: numbersPerRow(count, logProbabilities),
    predict_proba: numbersPerRow(count, (X, out) => {
      logProbabilities(X, out);
      for (let i = 0; i < out.length; i++) out[i] = Math.exp(out[i]!);
    }),
  };
}

/** The second of two scores minus the first. */
export function difference(scores: Fill): FittedMethod {
  return numberPerRow((X, out) => {
    const both = new Float64Array(2 * X.rows);
    scores(X, both);
    for (let i = 0; i < X.rows; i++) out[i] = both[2 * i + 1]! - both[2 * i]!;
  });
}

function subtractLogSum(values: Float64Array, start: number, length: number): void {
  let highest = values[start]!;
  for (let j = 1; j < length; j++) highest = Math.max(highest, values[start + j]!);
  let sum = 0;
  for (let j = 0; j < length; j++) sum += Math.exp(values[start + j]! - highest);
  const logSum = highest + Math.log(sum);
  for (let j = 0; j < length; j++) values[start + j]! -= logSum;
}

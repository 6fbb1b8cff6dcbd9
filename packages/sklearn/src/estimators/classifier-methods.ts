/** The methods of classifiers that decide by scores: the sign of one, or the highest of several. */
import type { Classes } from './attribute.ts';
import type { FittedMethods } from './definition.ts';
import { type Fill, labelOfHighest, labelPerRow, numberPerRow, numbersPerRow } from './methods.ts';

/** `decision_function` and `predict` of two classes with one score a row, or of more with a score each. */
export function scoreMethods(classes: Classes, scores: Fill): FittedMethods {
  if (classes.labels.length > 2) {
    return {
      decision_function: numbersPerRow(classes.labels.length, scores),
      predict: labelOfHighest(classes, scores),
    };
  }
  return {
    decision_function: numberPerRow(scores),
    predict: labelPerRow(classes, (X, indices) => {
      const score = new Float64Array(X.rows);
      scores(X, score);
      for (let i = 0; i < X.rows; i++) indices[i] = score[i]! > 0 ? 1 : 0;
    }),
  };
}

/** The methods of outlier detectors that score by one number a row: inliers are 1, outliers -1. */
import type { FittedMethod } from './definition.ts';
import { asIntegers, type Fill, numberPerRow } from './methods.ts';

/**
 * `score_samples`, and the others by its difference from `offset`. `boundary` says what a difference of exactly
 * zero is: an inlier (`at-least`) or an outlier (`above`); with `not-below` NaN is an inlier, too.
 */
export function outlierMethods(
  scores: Fill,
  offset: number,
  boundary: 'at-least' | 'above' | 'not-below',
): Record<'score_samples' | 'decision_function' | 'predict', FittedMethod> {
  const isInlier = {
    'at-least': (difference: number) => difference >= 0,
    above: (difference: number) => difference > 0,
    'not-below': (difference: number) => !(difference < 0),
  }[boundary];
  const differences: Fill = (X, out) => {
    scores(X, out);
    for (let i = 0; i < out.length; i++) out[i]! -= offset;
  };
  return {
    score_samples: numberPerRow(scores),
    decision_function: numberPerRow(differences),
    predict: asIntegers(
      numberPerRow((X, out) => {
        differences(X, out);
        for (let i = 0; i < out.length; i++) {
          out[i] = isInlier(out[i]!) ? 1 : -1;
        }
      }),
    ),
  };
}

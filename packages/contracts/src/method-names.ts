/** scikit-learn's methods that map rows to rows: the only names that `method` may have. Needs no schema library. */

export const METHOD_NAMES = [
  'predict',
  'predict_proba',
  'predict_log_proba',
  'decision_function',
  'transform',
  'inverse_transform',
  'score_samples',
  'kneighbors',
  'apply',
  'mahalanobis',
] as const;

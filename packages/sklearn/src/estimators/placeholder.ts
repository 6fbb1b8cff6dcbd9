/**
 * What stands in for an estimator that is not supported while the rest of the file is looked through. It claims
 * to have every method, so that what is around it finds no fault; it is never run.
 */
import type { MethodName } from '../model.ts';
import type { FittedEstimator, FittedMethod, FittedMethods } from './definition.ts';

const METHOD: FittedMethod = {
  shape: [-1, -1],
  datatype: 'FP64',
  run: () => {
    throw new Error('A placeholder was run.');
  },
};

const METHODS: Record<MethodName, FittedMethod> = {
  predict: METHOD,
  predict_proba: METHOD,
  predict_log_proba: METHOD,
  decision_function: METHOD,
  transform: METHOD,
  inverse_transform: METHOD,
  score_samples: METHOD,
  kneighbors: METHOD,
  apply: METHOD,
  mahalanobis: METHOD,
};

export const PLACEHOLDER: FittedEstimator = {
  className: '',
  columns: null,
  columnNames: null,
  accepts: 'anything',
  classes: null,
  methods: METHODS satisfies FittedMethods,
};

/** Estimators that leave everything to one fitted inside them: searches, frozen ones, self-training. */
import type { MethodName } from '../../model.ts';
import type { EstimatorDefinition } from '../definition.ts';
import { methodsAmong, readInner } from '../inner-estimator.ts';
import { CARRIED_NAMES } from './carried-names.ts';

const OF_CLASSIFIER = [
  'predict',
  'predict_proba',
  'predict_log_proba',
  'decision_function',
] as const satisfies readonly MethodName[];
const OF_SEARCH: readonly MethodName[] = [
  ...OF_CLASSIFIER,
  'transform',
  'inverse_transform',
  'score_samples',
];
const ALL: readonly MethodName[] = [...OF_SEARCH, 'kneighbors', 'apply', 'mahalanobis'];

export const DELEGATING: readonly EstimatorDefinition[] = [
  define('GridSearchCV', 'sklearn.model_selection._search', 'best_estimator_', OF_SEARCH),
  define('RandomizedSearchCV', 'sklearn.model_selection._search', 'best_estimator_', OF_SEARCH),
  define(
    'HalvingGridSearchCV',
    'sklearn.model_selection._search_successive_halving',
    'best_estimator_',
    OF_SEARCH,
  ),
  define(
    'HalvingRandomSearchCV',
    'sklearn.model_selection._search_successive_halving',
    'best_estimator_',
    OF_SEARCH,
  ),
  define('FrozenEstimator', 'sklearn.frozen._frozen', 'estimator', ALL),
  define('SelfTrainingClassifier', 'sklearn.semi_supervised._self_training', 'estimator_', OF_CLASSIFIER),
];

/** `attribute` was called `base_...` in older versions of some. */
function define(
  className: string,
  module: string,
  attribute: string,
  names: readonly MethodName[],
): EstimatorDefinition {
  return {
    className,
    module,
    parts: CARRIED_NAMES,
    load: (state) => {
      const name = !state.has(attribute) && state.has(`base_${attribute}`) ? `base_${attribute}` : attribute;
      const inner = readInner(state.attribute(name), null);
      return { ...inner, className: state.className, methods: methodsAmong(inner, names) };
    },
  };
}

/** Every estimator that can be evaluated, and the names that the pickle reader may therefore let through. */

import type { PickleGlobal } from '../pickle/value.ts';
import { CATEGORICAL_NAIVE_BAYES } from './bayes/categorical-naive-bayes.ts';
import { DISCRETE_NAIVE_BAYES } from './bayes/discrete-naive-bayes.ts';
import { GAUSSIAN_NAIVE_BAYES } from './bayes/gaussian-naive-bayes.ts';
import { QUADRATIC_DISCRIMINANT_ANALYSIS } from './bayes/quadratic-discriminant-analysis.ts';
import { BERNOULLI_RBM } from './bernoulli-rbm.ts';
import { LIGHTGBM } from './boosters/lightgbm.ts';
import { XGBOOST } from './boosters/xgboost.ts';
import { BIRCH } from './cluster/birch.ts';
import { FEATURE_AGGLOMERATION } from './cluster/feature-agglomeration.ts';
import { CENTRE_CLUSTERINGS } from './cluster/nearest-centre.ts';
import { COLUMN_TRANSFORMER, FEATURE_UNION } from './compose/column-transformer.ts';
import { COVARIANCES } from './covariance/covariances.ts';
import { ELLIPTIC_ENVELOPE } from './covariance/elliptic-envelope.ts';
import { PARTIAL_LEAST_SQUARES } from './cross-decomposition/partial-least-squares.ts';
import { FACTOR_ANALYSES } from './decomposition/factor-analysis.ts';
import { KERNEL_PCA } from './decomposition/kernel-pca.ts';
import { LATENT_DIRICHLET_ALLOCATION } from './decomposition/latent-dirichlet-allocation.ts';
import { NON_NEGATIVE_FACTORIZATIONS } from './decomposition/non-negative-factorization.ts';
import { PROJECTIONS } from './decomposition/projections.ts';
import { SPARSE_CODERS } from './decomposition/sparse-coding.ts';
import type { EstimatorDefinition } from './definition.ts';
import { DUMMIES } from './dummy.ts';
import { ADA_BOOST } from './ensemble/ada-boost.ts';
import { BAGGING } from './ensemble/bagging.ts';
import { HISTOGRAM_GRADIENT_BOOSTING } from './ensemble/histogram-gradient-boosting.ts';
import { ISOLATION_FOREST } from './ensemble/isolation-forest.ts';
import { STACKING } from './ensemble/stacking.ts';
import { VOTING } from './ensemble/voting.ts';
import { FEATURE_ENGINE } from './feature-engine/feature-engine.ts';
import { FEATURE_EXTRACTION } from './feature-extraction/feature-extraction.ts';
import { SELECTORS_BY_ESTIMATOR } from './feature-selection/by-estimator.ts';
import { UNIVARIATE_SELECTORS } from './feature-selection/univariate.ts';
import { GAUSSIAN_PROCESS_CLASSIFIER } from './gaussian-process/classifier.ts';
import { GAUSSIAN_PROCESS_REGRESSOR } from './gaussian-process/regressor.ts';
import { ISOTONIC_REGRESSION } from './isotonic-regression.ts';
import { POLYNOMIAL_COUNT_SKETCH } from './kernel-approximation/polynomial-count-sketch.ts';
import { KERNEL_SAMPLERS } from './kernel-approximation/samplers.ts';
import { KERNEL_CENTERER } from './kernels/kernel-centerer.ts';
import { KERNEL_RIDGE } from './kernels/kernel-ridge.ts';
import { GENERALIZED_LINEAR_REGRESSIONS } from './linear/generalized-linear-regression.ts';
import { LINEAR_CLASSIFIERS } from './linear/linear-classifier.ts';
import { LINEAR_REGRESSIONS } from './linear/linear-regression.ts';
import { LOGISTIC_REGRESSIONS } from './linear/logistic-regression.ts';
import { RANSAC_REGRESSOR } from './linear/ransac-regressor.ts';
import { SGD_ONE_CLASS_SVM } from './linear/sgd-one-class-svm.ts';
import { LINEAR_DISCRIMINANT_ANALYSIS } from './linear-discriminant-analysis.ts';
import { ISOMAP } from './manifold/isomap.ts';
import { LOCALLY_LINEAR_EMBEDDING } from './manifold/locally-linear-embedding.ts';
import { CALIBRATED_CLASSIFIER } from './meta/calibrated-classifier.ts';
import { DELEGATING } from './meta/delegating.ts';
import { MULTI_OUTPUT } from './meta/multi-output.ts';
import { MULTICLASS } from './meta/multiclass.ts';
import { THRESHOLD_CLASSIFIERS } from './meta/threshold.ts';
import { TRANSFORMED_TARGET_REGRESSOR } from './meta/transformed-target-regressor.ts';
import { MIN_MAX_SCALER } from './min-max-scaler.ts';
import { GAUSSIAN_MIXTURES } from './mixture/gaussian-mixture.ts';
import { MULTILAYER_PERCEPTRONS } from './multilayer-perceptron.ts';
import { NEIGHBORS } from './neighbors/k-neighbors.ts';
import { KERNEL_DENSITY } from './neighbors/kernel-density.ts';
import { KNN_IMPUTER } from './neighbors/knn-imputer.ts';
import { LOCAL_OUTLIER_FACTOR } from './neighbors/local-outlier-factor.ts';
import { NEAREST_CENTROID } from './neighbors/nearest-centroid.ts';
import { NEAREST_NEIGHBORS } from './neighbors/nearest-neighbors.ts';
import { NEIGHBORHOOD_COMPONENTS_ANALYSIS } from './neighbors/neighborhood-components-analysis.ts';
import { RADIUS_NEIGHBORS } from './neighbors/radius-neighbors.ts';
import { NORMALIZER } from './normalizer.ts';
import { PRINCIPAL_COMPONENTS } from './pca.ts';
import { PIPELINE } from './pipeline.ts';
import { PREPROCESSING } from './preprocessing/preprocessing.ts';
import { LABEL_PROPAGATIONS } from './semi-supervised/label-propagation.ts';
import { STANDARD_SCALER } from './standard-scaler.ts';
import { SUPPORT_VECTOR_CLASSIFIERS } from './svm/classifier.ts';
import { SINGLE_OUTPUT_MACHINES } from './svm/single-output.ts';
import { DECISION_TREES } from './trees/decision-tree.ts';
import { FORESTS } from './trees/forest.ts';
import { GRADIENT_BOOSTING } from './trees/gradient-boosting.ts';
import { UNSUPPORTED_ESTIMATORS } from './unsupported-estimators.ts';

const DEFINITIONS: readonly EstimatorDefinition[] = [
  PIPELINE,
  STANDARD_SCALER,
  MIN_MAX_SCALER,
  NORMALIZER,
  PRINCIPAL_COMPONENTS,
  LINEAR_DISCRIMINANT_ANALYSIS,
  ...LOGISTIC_REGRESSIONS,
  ...LINEAR_REGRESSIONS,
  ...GENERALIZED_LINEAR_REGRESSIONS,
  RANSAC_REGRESSOR,
  ...LINEAR_CLASSIFIERS,
  SGD_ONE_CLASS_SVM,
  ...SUPPORT_VECTOR_CLASSIFIERS,
  ...SINGLE_OUTPUT_MACHINES,
  ...DISCRETE_NAIVE_BAYES,
  GAUSSIAN_NAIVE_BAYES,
  CATEGORICAL_NAIVE_BAYES,
  QUADRATIC_DISCRIMINANT_ANALYSIS,
  ELLIPTIC_ENVELOPE,
  ...COVARIANCES,
  KERNEL_RIDGE,
  ISOTONIC_REGRESSION,
  GAUSSIAN_PROCESS_REGRESSOR,
  GAUSSIAN_PROCESS_CLASSIFIER,
  ...PARTIAL_LEAST_SQUARES,
  COLUMN_TRANSFORMER,
  FEATURE_UNION,
  ...PREPROCESSING,
  ...FEATURE_EXTRACTION,
  ...FEATURE_ENGINE,
  ...ADA_BOOST,
  ...BAGGING,
  ISOLATION_FOREST,
  ...STACKING,
  ...VOTING,
  ...SELECTORS_BY_ESTIMATOR,
  ...UNIVARIATE_SELECTORS,
  CALIBRATED_CLASSIFIER,
  ...DELEGATING,
  ...MULTICLASS,
  ...MULTI_OUTPUT,
  ...THRESHOLD_CLASSIFIERS,
  TRANSFORMED_TARGET_REGRESSOR,
  ...HISTOGRAM_GRADIENT_BOOSTING,
  ...CENTRE_CLUSTERINGS,
  BIRCH,
  FEATURE_AGGLOMERATION,
  ...FACTOR_ANALYSES,
  KERNEL_PCA,
  ...PROJECTIONS,
  ...NON_NEGATIVE_FACTORIZATIONS,
  LATENT_DIRICHLET_ALLOCATION,
  ...SPARSE_CODERS,
  BERNOULLI_RBM,
  KERNEL_CENTERER,
  ...KERNEL_SAMPLERS,
  POLYNOMIAL_COUNT_SKETCH,
  ...GAUSSIAN_MIXTURES,
  ...DECISION_TREES,
  ...FORESTS,
  ...GRADIENT_BOOSTING,
  ...NEIGHBORS,
  ...RADIUS_NEIGHBORS,
  ...NEAREST_NEIGHBORS,
  LOCAL_OUTLIER_FACTOR,
  NEAREST_CENTROID,
  KERNEL_DENSITY,
  NEIGHBORHOOD_COMPONENTS_ANALYSIS,
  KNN_IMPUTER,
  ISOMAP,
  LOCALLY_LINEAR_EMBEDDING,
  ...LABEL_PROPAGATIONS,
  ...MULTILAYER_PERCEPTRONS,
  ...DUMMIES,
  ...LIGHTGBM,
  ...XGBOOST,
];

/** By `module name`, as a pickle spells it. */
export const ESTIMATORS: ReadonlyMap<string, EstimatorDefinition> = new Map(
  DEFINITIONS.map((definition) => [`${definition.module} ${definition.className}`, definition]),
);

const NAMED: ReadonlySet<string> = new Set([...ESTIMATORS.keys(), ...UNSUPPORTED_ESTIMATORS]);

/** Whether a name of a pickle is an estimator's, be it one that can be evaluated or not. */
export function isEstimatorName({ module, name }: PickleGlobal): boolean {
  return NAMED.has(`${module} ${name}`);
}

/**
 * What the pickle reader lets through for the estimators: those that can be evaluated and their parts, and
 * scikit-learn's others, so that they can be named with their place in the pipeline.
 */
export const ESTIMATOR_GLOBALS: ReadonlySet<string> = new Set([
  ...ESTIMATORS.keys(),
  ...DEFINITIONS.flatMap((definition) => definition.parts ?? []),
  ...UNSUPPORTED_ESTIMATORS,
]);

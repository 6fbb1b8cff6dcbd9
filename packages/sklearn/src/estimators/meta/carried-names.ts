/** Names that searches and the like carry along and never use again: how they split, scored and drew. Read as data. */

const SPLITTERS = [
  'GroupKFold',
  'GroupShuffleSplit',
  'KFold',
  'LeaveOneGroupOut',
  'LeaveOneOut',
  'LeavePGroupsOut',
  'LeavePOut',
  'PredefinedSplit',
  'RepeatedKFold',
  'RepeatedStratifiedKFold',
  'ShuffleSplit',
  'StratifiedGroupKFold',
  'StratifiedKFold',
  'StratifiedShuffleSplit',
  'TimeSeriesSplit',
  '_CVIterableWrapper',
];

const SCORERS = [
  '_BaseScorer',
  '_MultimetricScorer',
  '_PassthroughScorer',
  '_PredictScorer',
  '_ProbaScorer',
  '_Scorer',
  '_ThresholdScorer',
];

const CLASSIFICATION = [
  'accuracy_score',
  'balanced_accuracy_score',
  'brier_score_loss',
  'cohen_kappa_score',
  'd2_log_loss_score',
  'f1_score',
  'fbeta_score',
  'hamming_loss',
  'jaccard_score',
  'log_loss',
  'matthews_corrcoef',
  'precision_score',
  'recall_score',
  'zero_one_loss',
];

const RANKING = [
  'average_precision_score',
  'label_ranking_average_precision_score',
  'ndcg_score',
  'roc_auc_score',
  'top_k_accuracy_score',
];

const REGRESSION = [
  'd2_absolute_error_score',
  'd2_pinball_score',
  'd2_tweedie_score',
  'explained_variance_score',
  'max_error',
  'mean_absolute_error',
  'mean_absolute_percentage_error',
  'mean_gamma_deviance',
  'mean_pinball_loss',
  'mean_poisson_deviance',
  'mean_squared_error',
  'mean_squared_log_error',
  'median_absolute_error',
  'r2_score',
  'root_mean_squared_error',
  'root_mean_squared_log_error',
];

/** Distributions that parameters were drawn from. */
const DISTRIBUTIONS = [
  'scipy.stats._distn_infrastructure rv_continuous_frozen',
  'scipy.stats._distn_infrastructure rv_discrete_frozen',
  ...[
    'beta_gen',
    'expon_gen',
    'gamma_gen',
    'loguniform_gen',
    'lognorm_gen',
    'norm_gen',
    'reciprocal_gen',
    'uniform_gen',
  ].map((name) => `scipy.stats._continuous_distns ${name}`),
  ...['geom_gen', 'poisson_gen', 'randint_gen'].map((name) => `scipy.stats._discrete_distns ${name}`),
];

/** Masked arrays of parameters tried. */
const MASKED_ARRAYS = ['numpy.ma MaskedArray', 'numpy.ma.core MaskedArray', 'numpy.ma.core _mareconstruct'];

export const CARRIED_NAMES: readonly string[] = [
  ...SPLITTERS.map((name) => `sklearn.model_selection._split ${name}`),
  ...SCORERS.map((name) => `sklearn.metrics._scorer ${name}`),
  // The function that 1.4 made a class of.
  'sklearn.metrics._scorer _passthrough_scorer',
  'sklearn.model_selection._classification_threshold _CurveScorer',
  'sklearn.metrics._scorer _CurveScorer',
  ...CLASSIFICATION.map((name) => `sklearn.metrics._classification ${name}`),
  ...RANKING.map((name) => `sklearn.metrics._ranking ${name}`),
  ...REGRESSION.map((name) => `sklearn.metrics._regression ${name}`),
  'sklearn.utils._metadata_requests MetadataRequest',
  'sklearn.utils._metadata_requests MethodMetadataRequest',
  'sklearn.utils._bunch Bunch',
  ...DISTRIBUTIONS,
  ...MASKED_ARRAYS,
];

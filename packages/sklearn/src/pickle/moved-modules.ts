/**
 * The modules of scikit-learn that moved, old to new: nearly all of them in 0.22, when those with estimators became
 * private. Modules that never moved are not here.
 */

/** Within their packages, old name to new name. */
const MOVED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'sklearn.cluster': {
    affinity_propagation_: '_affinity_propagation',
    birch: '_birch',
    dbscan_: '_dbscan',
    hierarchical: '_agglomerative',
    _hierarchical: '_agglomerative',
    k_means_: '_kmeans',
    _k_means: '_kmeans',
    mean_shift_: '_mean_shift',
    optics_: '_optics',
    spectral: '_spectral',
    bicluster: '_bicluster',
  },
  'sklearn.covariance': {
    elliptic_envelope: '_elliptic_envelope',
    empirical_covariance_: '_empirical_covariance',
    graph_lasso_: '_graph_lasso',
    robust_covariance: '_robust_covariance',
    shrunk_covariance_: '_shrunk_covariance',
  },
  'sklearn.cross_decomposition': {
    cca_: '_pls',
    _cca: '_pls',
    pls_: '_pls',
  },
  'sklearn.decomposition': {
    dict_learning: '_dict_learning',
    factor_analysis: '_factor_analysis',
    fastica_: '_fastica',
    incremental_pca: '_incremental_pca',
    kernel_pca: '_kernel_pca',
    nmf: '_nmf',
    online_lda: '_lda',
    _online_lda: '_lda',
    pca: '_pca',
    sparse_pca: '_sparse_pca',
    truncated_svd: '_truncated_svd',
  },
  'sklearn.ensemble': {
    bagging: '_bagging',
    forest: '_forest',
    gradient_boosting: '_gb',
    iforest: '_iforest',
    voting: '_voting',
    voting_classifier: '_voting',
    weight_boosting: '_weight_boosting',
  },
  'sklearn.feature_extraction': {
    dict_vectorizer: '_dict_vectorizer',
    hashing: '_hash',
    _hashing: '_hash',
  },
  'sklearn.feature_selection': {
    from_model: '_from_model',
    rfe: '_rfe',
    univariate_selection: '_univariate_selection',
    variance_threshold: '_variance_threshold',
  },
  'sklearn.gaussian_process': {
    gpc: '_gpc',
    gpr: '_gpr',
  },
  'sklearn.linear_model': {
    base: '_base',
    bayes: '_bayes',
    coordinate_descent: '_coordinate_descent',
    huber: '_huber',
    least_angle: '_least_angle',
    logistic: '_logistic',
    omp: '_omp',
    passive_aggressive: '_passive_aggressive',
    perceptron: '_perceptron',
    ransac: '_ransac',
    ridge: '_ridge',
    sgd_fast: '_sgd_fast',
    stochastic_gradient: '_stochastic_gradient',
    theil_sen: '_theil_sen',
  },
  'sklearn.manifold': {
    isomap: '_isomap',
    locally_linear: '_locally_linear',
    mds: '_mds',
    spectral_embedding_: '_spectral_embedding',
    t_sne: '_t_sne',
  },
  'sklearn.mixture': {
    bayesian_mixture: '_bayesian_mixture',
    gaussian_mixture: '_gaussian_mixture',
  },
  'sklearn.neighbors': {
    ball_tree: '_ball_tree',
    classification: '_classification',
    kd_tree: '_kd_tree',
    kde: '_kde',
    lof: '_lof',
    nca: '_nca',
    nearest_centroid: '_nearest_centroid',
    regression: '_regression',
    unsupervised: '_unsupervised',
  },
  'sklearn.neural_network': {
    multilayer_perceptron: '_multilayer_perceptron',
    rbm: '_rbm',
  },
  'sklearn.preprocessing': {
    data: '_data',
    label: '_label',
  },
  'sklearn.semi_supervised': {
    label_propagation: '_label_propagation',
  },
  'sklearn.svm': {
    classes: '_classes',
  },
  'sklearn.tree': {
    tree: '_classes',
  },
};

/** Whole modules, for the pickle reader. */
export const SKLEARN_MODULE_ALIASES: readonly (readonly [string, string])[] = [
  ...Object.entries(MOVED).flatMap(([folder, modules]) =>
    Object.entries(modules).map(([from, to]) => [`${folder}.${from}`, `${folder}.${to}`] as const),
  ),
  ['sklearn.impute', 'sklearn.impute._base'],
  ['sklearn.neighbors.dist_metrics', 'sklearn.metrics._dist_metrics'],
  ['sklearn.neighbors._dist_metrics', 'sklearn.metrics._dist_metrics'],
  ['sklearn.externals.joblib.numpy_pickle', 'joblib.numpy_pickle'],
];

/** Single names, after their module. */
export const SKLEARN_NAME_ALIASES: readonly (readonly [string, string])[] = [
  ['sklearn.preprocessing._data OneHotEncoder', 'sklearn.preprocessing._encoders OneHotEncoder'],
  ['sklearn.preprocessing._data PolynomialFeatures', 'sklearn.preprocessing._polynomial PolynomialFeatures'],
];

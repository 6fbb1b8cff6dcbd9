/**
 * scikit-learn's estimators that cannot be evaluated yet. The pickle reader lets their names through, as data, so
 * that a file that holds some is refused with all of them and their places, and not with the first name alone.
 */

/** All estimators of scikit-learn 1.4 and 1.9 without those of the registry, by module. */
const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
  'sklearn.cluster._agglomerative': ['AgglomerativeClustering', 'FeatureAgglomeration'],
  'sklearn.cluster._bicluster': ['SpectralBiclustering', 'SpectralCoclustering'],
  'sklearn.cluster._birch': ['Birch'],
  'sklearn.cluster._dbscan': ['DBSCAN'],
  'sklearn.cluster._hdbscan.hdbscan': ['HDBSCAN'],
  'sklearn.cluster._optics': ['OPTICS'],
  'sklearn.cluster._spectral': ['SpectralClustering'],
  'sklearn.feature_extraction._dict_vectorizer': ['DictVectorizer'],
  'sklearn.feature_extraction._hash': ['FeatureHasher'],
  'sklearn.feature_extraction.image': ['PatchExtractor'],
  'sklearn.feature_extraction.text': [
    'CountVectorizer',
    'HashingVectorizer',
    'TfidfTransformer',
    'TfidfVectorizer',
  ],
  'sklearn.impute._knn': ['KNNImputer'],
  'sklearn.manifold._classical_mds': ['ClassicalMDS'],
  'sklearn.manifold._isomap': ['Isomap'],
  'sklearn.manifold._locally_linear': ['LocallyLinearEmbedding'],
  'sklearn.manifold._mds': ['MDS'],
  'sklearn.manifold._spectral_embedding': ['SpectralEmbedding'],
  'sklearn.manifold._t_sne': ['TSNE'],
  'sklearn.neighbors._classification': ['RadiusNeighborsClassifier'],
  'sklearn.neighbors._graph': ['KNeighborsTransformer', 'RadiusNeighborsTransformer'],
  'sklearn.neighbors._kde': ['KernelDensity'],
  'sklearn.neighbors._lof': ['LocalOutlierFactor'],
  'sklearn.neighbors._nca': ['NeighborhoodComponentsAnalysis'],
  'sklearn.neighbors._nearest_centroid': ['NearestCentroid'],
  'sklearn.neighbors._regression': ['RadiusNeighborsRegressor'],
  'sklearn.neighbors._unsupervised': ['NearestNeighbors'],
  'sklearn.preprocessing._label': ['LabelBinarizer', 'LabelEncoder', 'MultiLabelBinarizer'],
  'sklearn.semi_supervised._label_propagation': ['LabelPropagation', 'LabelSpreading'],
};

/** Each as `module name`. */
export const UNSUPPORTED_ESTIMATORS: readonly string[] = Object.entries(UNSUPPORTED).flatMap(
  ([module, names]) => names.map((name) => `${module} ${name}`),
);

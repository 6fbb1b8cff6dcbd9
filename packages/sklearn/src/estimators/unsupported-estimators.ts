/**
 * scikit-learn's estimators that cannot be evaluated yet. The pickle reader lets their names through, as data, so
 * that a file that holds some is refused with all of them and their places, and not with the first name alone.
 */

/** Those that only say something of the rows they were fitted with, by module. */
const WITHOUT_NEW_ROWS: Readonly<Record<string, readonly string[]>> = {
  'sklearn.cluster._agglomerative': ['AgglomerativeClustering'],
  'sklearn.cluster._bicluster': ['SpectralBiclustering', 'SpectralCoclustering'],
  'sklearn.cluster._dbscan': ['DBSCAN'],
  'sklearn.cluster._hdbscan.hdbscan': ['HDBSCAN'],
  'sklearn.cluster._optics': ['OPTICS'],
  'sklearn.cluster._spectral': ['SpectralClustering'],
  'sklearn.manifold._classical_mds': ['ClassicalMDS'],
  'sklearn.manifold._mds': ['MDS'],
  'sklearn.manifold._spectral_embedding': ['SpectralEmbedding'],
  'sklearn.manifold._t_sne': ['TSNE'],
};

/** All others of scikit-learn 1.4 and 1.9 without those of the registry. */
const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
  'sklearn.feature_extraction.image': ['PatchExtractor'],
};

/** Each as `module name`. */
export const UNSUPPORTED_ESTIMATORS: readonly string[] = [
  ...keysOf(WITHOUT_NEW_ROWS),
  ...keysOf(UNSUPPORTED),
];

const WITHOUT_METHODS: ReadonlySet<string> = new Set(keysOf(WITHOUT_NEW_ROWS));

/** What a refusal calls an estimator: its name, and why nobody can evaluate it where that is so. */
export function nameOfRefused({ module, name }: { readonly module: string; readonly name: string }): string {
  const isByNature = WITHOUT_METHODS.has(`${module} ${name}`);
  return isByNature ? `${name}, which scikit-learn gives no method for new rows` : name;
}

function keysOf(byModule: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.entries(byModule).flatMap(([module, names]) => names.map((name) => `${module} ${name}`));
}

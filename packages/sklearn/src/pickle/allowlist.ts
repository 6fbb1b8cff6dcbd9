/**
 * The names a pickle may use besides the estimators: exact (module, name) pairs, grouped by what they are for.
 * Estimators add their own (`PickleOptions.allowed`). Being listed gives a name no power: it is never
 * resolved, only read as data. What becomes of other names stands in `inert-names.ts`.
 */
import { SKLEARN_MODULE_ALIASES, SKLEARN_NAME_ALIASES } from './moved-modules.ts';

/** NumPy arrays, scalars and dtypes, which the reader turns into `NdArray`. Older spellings: `MODULE_ALIASES`. */
const NUMPY_RECONSTRUCTION = [
  'numpy ndarray',
  'numpy dtype',
  'numpy matrix',
  'numpy memmap',
  'numpy._core.multiarray _reconstruct',
  'numpy._core.multiarray scalar',
  'numpy._core.numeric _frombuffer',
] as const;

/** NumPy's scalar types as values of parameters such as `dtype=np.float64`. */
const NUMPY_TYPES = [
  'numpy bool',
  'numpy bool_',
  'numpy int8',
  'numpy int16',
  'numpy int32',
  'numpy int64',
  'numpy uint8',
  'numpy uint16',
  'numpy uint32',
  'numpy uint64',
  'numpy float16',
  'numpy float32',
  'numpy float64',
  'numpy complex64',
  'numpy complex128',
  'numpy str_',
  'numpy bytes_',
  'numpy object_',
  'numpy datetime64',
  'numpy timedelta64',
] as const;

/** Random generators given as `random_state`: kept inert, nothing here draws from them. */
const NUMPY_RANDOM = [
  // Before NumPy 1.17.
  'numpy.random __RandomState_ctor',
  'numpy.random._pickle __randomstate_ctor',
  'numpy.random._pickle __bit_generator_ctor',
  'numpy.random._pickle __generator_ctor',
  'numpy.random._mt19937 MT19937',
  'numpy.random._pcg64 PCG64',
  'numpy.random._pcg64 PCG64DXSM',
  'numpy.random._philox Philox',
  'numpy.random._sfc64 SFC64',
  'numpy.random.bit_generator SeedSequence',
  'numpy.random.bit_generator __pyx_unpickle_SeedSequence',
] as const;

/** joblib's note that the bytes of an array follow; before 0.10, that they stand in a file of their own. */
const JOBLIB = [
  'joblib.numpy_pickle NumpyArrayWrapper',
  'joblib.numpy_pickle NDArrayWrapper',
  'joblib.numpy_pickle ZNDArrayWrapper',
] as const;

/** How dill spells arrays, types and slices. Its functions are code and not listed. */
const DILL = ['dill._dill _create_array', 'dill._dill _load_type', 'dill._dill _eval_repr'] as const;

/** How Python itself spells plain values and plain objects. */
const PYTHON = [
  '_codecs encode',
  'copyreg _reconstructor',
  'copyreg __newobj__',
  'collections OrderedDict',
  'collections defaultdict',
  'builtins object',
  'builtins bool',
  'builtins int',
  'builtins float',
  'builtins complex',
  'builtins str',
  'builtins bytes',
  'builtins bytearray',
  'builtins list',
  'builtins tuple',
  'builtins dict',
  'builtins set',
  'builtins frozenset',
  'builtins slice',
  'builtins range',
  'builtins Ellipsis',
  'builtins NotImplemented',
] as const;

/** The arrays of a decision tree, under every tree and forest. */
const SKLEARN_TREE = ['sklearn.tree._tree Tree'] as const;

/** Fitted neighbour trees. */
const SKLEARN_NEIGHBORS = [
  'sklearn.neighbors._kd_tree newObj',
  'sklearn.neighbors._kd_tree KDTree',
  'sklearn.neighbors._kd_tree KDTree64',
  'sklearn.neighbors._kd_tree KDTree32',
  'sklearn.neighbors._ball_tree newObj',
  'sklearn.neighbors._ball_tree BallTree',
  'sklearn.neighbors._ball_tree BallTree64',
  'sklearn.neighbors._ball_tree BallTree32',
] as const;

const SKLEARN_METRIC_NAMES = [
  'BrayCurtisDistance',
  'CanberraDistance',
  'ChebyshevDistance',
  'DiceDistance',
  'EuclideanDistance',
  'HammingDistance',
  'HaversineDistance',
  'JaccardDistance',
  'KulsinskiDistance',
  'MahalanobisDistance',
  'ManhattanDistance',
  'MatchingDistance',
  'MinkowskiDistance',
  'RogersTanimotoDistance',
  'RussellRaoDistance',
  'SEuclideanDistance',
  'SokalMichenerDistance',
  'SokalSneathDistance',
  'WMinkowskiDistance',
] as const;

/** Distances: without suffix up to scikit-learn 1.2, then one class a width. */
const SKLEARN_METRICS = [
  'sklearn.metrics._dist_metrics newObj',
  ...SKLEARN_METRIC_NAMES.flatMap((name) =>
    ['', '64', '32'].map((width) => `sklearn.metrics._dist_metrics ${name}${width}`),
  ),
];

const SKLEARN_CYTHON_LOSS_NAMES = [
  'CyAbsoluteError',
  'CyExponentialLoss',
  'CyHalfBinomialLoss',
  'CyHalfGammaLoss',
  'CyHalfMultinomialLoss',
  'CyHalfPoissonLoss',
  'CyHalfSquaredError',
  'CyHalfTweedieLoss',
  'CyHalfTweedieLossIdentity',
  'CyHuberLoss',
  'CyPinballLoss',
] as const;

/** Losses and links, which gradient boosting keeps as attributes. From 1.5 on the module is just `_loss`. */
const SKLEARN_LOSSES = [
  ...SKLEARN_CYTHON_LOSS_NAMES.flatMap((name) =>
    ['sklearn._loss._loss', '_loss'].flatMap((module) => [
      `${module} ${name}`,
      `${module} __pyx_unpickle_${name}`,
    ]),
  ),
  ...[
    'AbsoluteError',
    'ExponentialLoss',
    'HalfBinomialLoss',
    'HalfGammaLoss',
    'HalfMultinomialLoss',
    'HalfPoissonLoss',
    'HalfSquaredError',
    'HalfTweedieLoss',
    'HalfTweedieLossIdentity',
    'HuberLoss',
    'PinballLoss',
  ].map((name) => `sklearn._loss.loss ${name}`),
  ...['HalfLogitLink', 'IdentityLink', 'Interval', 'LogLink', 'LogitLink', 'MultinomialLogit'].map(
    (name) => `sklearn._loss.link ${name}`,
  ),
];

/** What estimators carry inside and nobody asks to predict with. */
const SKLEARN_PARTS = [
  'sklearn.neural_network._stochastic_optimizers AdamOptimizer',
  'sklearn.neural_network._stochastic_optimizers SGDOptimizer',
  'sklearn.preprocessing._label LabelBinarizer',
  'sklearn.preprocessing._label LabelEncoder',
  'sklearn.dummy DummyClassifier',
  'sklearn.dummy DummyRegressor',
] as const;

/**
 * Objects whose state is not kept: they point at each other in a ring, and nobody asks to predict with them. (The
 * nodes of Birch's tree.)
 */
export const STATELESS: ReadonlySet<string> = new Set(['sklearn.cluster._birch _CFNode']);

/** Every name above as `module name`. */
export const BASE_ALLOWED: ReadonlySet<string> = new Set([
  ...NUMPY_RECONSTRUCTION,
  ...NUMPY_TYPES,
  ...NUMPY_RANDOM,
  ...JOBLIB,
  ...DILL,
  ...PYTHON,
  ...SKLEARN_TREE,
  ...SKLEARN_NEIGHBORS,
  ...SKLEARN_METRICS,
  ...SKLEARN_LOSSES,
  ...SKLEARN_PARTS,
]);

/** Modules that moved, old to new. The tree holds the new name, the list of globals the one in the file. */
export const MODULE_ALIASES: ReadonlyMap<string, string> = new Map([
  ['numpy.core.multiarray', 'numpy._core.multiarray'],
  ['numpy.core.numeric', 'numpy._core.numeric'],
  ['dill.dill', 'dill._dill'],
  // Protocols 0 to 2 use the names of Python 2.
  ['__builtin__', 'builtins'],
  ['copy_reg', 'copyreg'],
  ['exceptions', 'builtins'],
  ...SKLEARN_MODULE_ALIASES,
]);

/** Single names that moved, after their module. */
export const NAME_ALIASES: ReadonlyMap<string, string> = new Map([
  // scikit-learn's, except that samplers may stand among the steps while fitting.
  ['imblearn.pipeline Pipeline', 'sklearn.pipeline Pipeline'],
  ['builtins long', 'builtins int'],
  ['builtins unicode', 'builtins str'],
  ['builtins xrange', 'builtins range'],
  ...SKLEARN_NAME_ALIASES,
]);

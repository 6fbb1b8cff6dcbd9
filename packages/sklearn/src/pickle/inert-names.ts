/**
 * Names that are not listed: which of them a file may carry as inert values, and which make it a file that is
 * refused. No verdict gives a name any power; nothing is ever resolved, called or run.
 *
 * What is let through is what Python's own pickler writes for data: a name by itself, and an object that is made
 * of a class and filled. A call of a name is code, but for the calls below, by which well-known data is spelled. Of
 * Python itself and of the packages that run what they are given, every name has to be listed one by one.
 */
import { STANDARD_LIBRARY } from './standard-library.ts';

export type Verdict =
  /** On the list: what estimators are read from. */
  | 'listed'
  /** Kept as a value that nothing is read from. */
  | 'inert'
  /** The file is refused. */
  | 'refused';

/** Beside Python's own modules: packages with names that load files, build functions or run text. */
const LISTED_PACKAGES = ['numpy', 'joblib', 'dill', 'cloudpickle', 'sklearn.externals'] as const;

/** By module, the names that make plain data when they are called. */
const CALLED: Readonly<Record<string, string>> = {
  array: 'array _array_reconstructor',
  builtins:
    'ArithmeticError AttributeError Exception IndexError KeyError NotImplementedError RuntimeError StopIteration TypeError ValueError ZeroDivisionError getattr iter type',
  collections: 'ChainMap Counter UserDict UserList UserString deque',
  'dateutil.tz.tz': 'tzlocal tzoffset tzutc',
  datetime: 'date datetime time timedelta timezone',
  decimal: 'Decimal',
  fractions: 'Fraction',
  functools: 'partial',
  ipaddress: 'IPv4Address IPv4Network IPv6Address IPv6Network',
  itertools: 'count',
  logging: 'getLogger',
  numpy: 'finfo iinfo',
  'numpy._core._internal': '_convert_to_stringdtype_kwargs',
  'numpy.ma': 'MaskedArray',
  'numpy.ma.core': 'MaskedArray _mareconstruct',
  pandas: 'Interval NA NaT Period StringDtype Timedelta Timestamp',
  'pandas._libs.internals': '_unpickle_block',
  'pandas._libs.interval': 'Interval',
  'pandas._libs.tslibs.nattype': '_nat_unpickle __nat_unpickle',
  'pandas._libs.tslibs.period': 'Period',
  'pandas._libs.tslibs.timedeltas': '_timedelta_unpickle',
  'pandas._libs.tslibs.timestamps': '_unpickle_timestamp',
  'pandas.core.arrays.string_': 'StringDtype',
  'pandas.core.indexes.base': '_new_Index',
  'pandas.core.indexes.datetimes': '_new_DatetimeIndex',
  'pandas.core.indexes.period': '_new_PeriodIndex',
  'pandas.core.internals.managers': 'BlockManager SingleBlockManager',
  operator: 'itemgetter',
  pathlib: 'Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath',
  'pathlib._local': 'Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath',
  'pyarrow.lib':
    '_reconstruct_record_batch _reconstruct_table _restore_array chunked_array decimal128 decimal256 dictionary duration field fixed_size_list_ large_list list_ map_ py_buffer scalar schema struct time32 time64 timestamp type_for_alias',
  pytz: '_UTC _p',
  random: 'Random',
  re: '_compile',
  types: 'SimpleNamespace',
  uuid: 'SafeUUID UUID',
  zoneinfo: 'ZoneInfo',
};

/** Cython's own spelling of an object, in every package; and pandas' calendar steps, some forty classes. */
const CALLED_PATTERN = /^[\w.]+ __pyx_unpickle_\w+$|^pandas\._libs\.tslibs\.offsets [A-Z]\w*$/;

/** Names of the packages that are listed one by one, which stand as values and are never called. */
const NAMED: Readonly<Record<string, string>> = {
  builtins: 'DeprecationWarning FutureWarning UserWarning abs all any len max min round sorted sum',
  joblib: 'Memory',
  'joblib.func_inspect': 'filter_args',
  'joblib.memory': 'Memory MemorizedFunc NotMemorizedFunc',
  'joblib._store_backends': 'FileSystemStoreBackend',
  _operator: 'add eq ge gt le lt mod mul ne neg pow sub truediv',
  math: 'ceil cos exp expm1 fabs floor isfinite isinf isnan log log10 log1p log2 sin sqrt tan tanh trunc',
  'numpy._core.getlimits': 'MachArLike',
  'numpy.core.getlimits': 'MachArLike',
  'numpy.dtypes': 'StringDType',
  'numpy.polynomial.chebyshev': 'Chebyshev',
  'numpy.polynomial.hermite': 'Hermite',
  'numpy.polynomial.hermite_e': 'HermiteE',
  'numpy.polynomial.laguerre': 'Laguerre',
  'numpy.polynomial.legendre': 'Legendre',
  'numpy.polynomial.polynomial': 'Polynomial',
  'numpy.random._generator': 'Generator',
  'numpy.random.mtrand': 'RandomState',
  'numpy.rec': 'recarray',
  statistics: 'NormalDist fmean mean median mode pstdev pvariance stdev variance',
};

/** NumPy's scalar types and arithmetic, of which a parameter may name any. */
const NUMPY_NAMED = `
  clongdouble complex256 double float128 floating generic half inexact int_ intc integer intp longdouble longlong
  number record recarray short signedinteger single ubyte uint uintc uintp ulonglong unsignedinteger ushort void
  vectorize poly1d
  abs absolute add all allclose amax amin any arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin
  argsort around asarray average cbrt ceil clip copysign corrcoef cos cosh count_nonzero cov cumprod cumsum deg2rad
  degrees diff divide dot equal exp exp2 expm1 fabs floor floor_divide fmax fmin greater greater_equal heaviside
  hypot isfinite isinf isnan less less_equal log log10 log1p log2 logaddexp logical_and logical_not logical_or
  matmul max maximum mean median min minimum mod multiply nan_to_num nanmax nanmean nanmedian nanmin nanpercentile
  nanquantile nanstd nansum nanvar negative not_equal percentile positive power prod ptp quantile rad2deg radians
  ravel reciprocal remainder reshape rint round sign signbit sin sinc sinh sqrt square squeeze std subtract sum tan
  tanh transpose true_divide trunc unique var where
`
  .trim()
  .split(/\s+/);

function keysOf(names: Readonly<Record<string, string>>): string[] {
  return Object.entries(names).flatMap(([module, list]) =>
    list.split(' ').map((name) => `${module} ${name}`),
  );
}

const CALLED_KEYS: ReadonlySet<string> = new Set(keysOf(CALLED));
const NAMED_KEYS: ReadonlySet<string> = new Set([
  ...keysOf(NAMED),
  ...['numpy', 'numpy.core._multiarray_umath', 'numpy._core._multiarray_umath'].flatMap((module) =>
    NUMPY_NAMED.map((name) => `${module} ${name}`),
  ),
]);

/** What is to be done with a name that is not listed. */
export function verdictOf(module: string, name: string): Verdict {
  const key = `${module} ${name}`;
  if (CALLED_KEYS.has(key) || NAMED_KEYS.has(key)) return 'inert';
  return isIdentifier(module, name) && !isListedOneByOne(module) ? 'inert' : 'refused';
}

/** Whether calling an inert name makes plain data, as Python's own pickler writes it. */
export function isDataCall(module: string, name: string): boolean {
  const key = `${module} ${name}`;
  return CALLED_KEYS.has(key) || CALLED_PATTERN.test(key);
}

/** One name of one module. Dotted names and those between double underscores reach into what others have made. */
function isIdentifier(module: string, name: string): boolean {
  const isOwn = /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u.test(module);
  return isOwn && /^(?!__(?!pyx_unpickle_))[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !/\.__/.test(module);
}

function isListedOneByOne(module: string): boolean {
  if (STANDARD_LIBRARY.has(module.split('.', 1)[0]!)) return true;
  return LISTED_PACKAGES.some((name) => module === name || module.startsWith(`${name}.`));
}

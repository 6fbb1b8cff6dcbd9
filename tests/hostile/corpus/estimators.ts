/** Fitted attributes that lie: cycles, children out of range, wrong shapes, wrong types, numbers that are none. */
import { type Attack, attacksOf } from './attack.ts';
import {
  bool,
  bytes,
  call,
  dict,
  dtype,
  estimator,
  float,
  floats,
  global,
  int,
  ints,
  list,
  little,
  NONE,
  object,
  pickle,
  rawArray,
  structure,
  text,
  tuple,
} from './pickle-writer.ts';

interface Node {
  readonly left: number;
  readonly right: number;
  readonly feature?: number;
  readonly threshold?: number;
}

const LEAF: Node = { left: -1, right: -1, feature: -2, threshold: -2 };
const SOUND: readonly Node[] = [{ left: 1, right: 2, feature: 0, threshold: 0.5 }, LEAF, LEAF];
const NODE = structure([
  ['left_child', 'i8'],
  ['right_child', 'i8'],
  ['feature', 'i8'],
  ['threshold', 'f8'],
  ['missing_go_to_left', 'i8'],
]);

function doubleOf(value: number): string {
  const raw = float(value).slice(1);
  return [...raw].reverse().join('');
}

function nodesOf(nodes: readonly Node[]): string {
  const raw = nodes
    .map(({ left, right, feature = 0, threshold = 0 }) =>
      [little(left, 8), little(right, 8), little(feature, 8), doubleOf(threshold), little(0, 8)].join(''),
    )
    .join('');
  return rawArray(NODE, [nodes.length], raw);
}

interface TreeChanges {
  readonly nodes?: string;
  readonly values?: string;
  readonly columns?: number;
  readonly state?: Readonly<Record<string, string>>;
}

function treeObject({ nodes, values, columns = 2 }: TreeChanges): string {
  const made = call(global('sklearn.tree._tree', 'Tree'), int(columns), ints([1]), int(1));
  const state = {
    max_depth: int(1),
    node_count: int(3),
    nodes: nodes ?? nodesOf(SOUND),
    values: values ?? floats([0, 1, 2], [3, 1, 1]),
  };
  return `${made}${dict(state)}b`;
}

/** A regression tree of two columns and three nodes, with changes. */
function tree(changes: TreeChanges = {}): string {
  return estimator('tree._classes', 'DecisionTreeRegressor', {
    n_features_in_: int(2),
    n_outputs_: int(1),
    splitter: text('best'),
    criterion: text('squared_error'),
    tree_: treeObject(changes),
    ...changes.state,
  });
}

const withNodes = (...nodes: readonly Node[]): string => pickle(tree({ nodes: nodesOf(nodes) }));
const split = (left: number, right: number, feature = 0, threshold = 0.5): string =>
  withNodes({ left, right, feature, threshold }, LEAF, LEAF);

function linear(changes: Readonly<Record<string, string>>): string {
  return pickle(
    estimator('linear_model._base', 'LinearRegression', {
      coef_: floats([1, 2]),
      intercept_: float(0),
      n_features_in_: int(2),
      ...changes,
    }),
  );
}

function logistic(changes: Readonly<Record<string, string>>): string {
  return pickle(
    estimator('linear_model._logistic', 'LogisticRegression', {
      coef_: floats([1, 2], [1, 2]),
      intercept_: floats([0]),
      classes_: ints([0, 1]),
      n_features_in_: int(2),
      solver: text('lbfgs'),
      multi_class: text('auto'),
      ...changes,
    }),
  );
}

function pipeline(...steps: readonly string[]): string {
  const pairs = steps.map((step, i) => tuple(text(`s${i}`), step));
  return pickle(estimator('pipeline', 'Pipeline', { steps: list(...pairs) }));
}

function sparseMachine(indices: readonly number[], starts: readonly number[]): string {
  const matrix = object(global('scipy.sparse._csr', 'csr_matrix'), {
    _shape: tuple(int(2), int(2)),
    data: floats([1, 1]),
    indices: ints(indices),
    indptr: ints(starts),
  });
  return pickle(
    estimator('svm._classes', 'SVR', {
      kernel: text('linear'),
      _sparse: bool(true),
      support_vectors_: matrix,
      _dual_coef_: object(global('scipy.sparse._csr', 'csr_matrix'), {
        _shape: tuple(int(1), int(2)),
        data: floats([1, 1]),
        indices: ints([0, 1]),
        indptr: ints([0, 2]),
      }),
      _intercept_: floats([0]),
      n_features_in_: int(2),
    }),
  );
}

const isNoNode = /nodes\[0\] is no node of a tree of 2 columns/;
const outOfRange = /holds -?\d+ where only -?\d+ to \d+ can be/;

export const ESTIMATORS: readonly Attack[] = [
  ...attacksOf(null, [
    [
      'the tree that the others change',
      'nothing: it shows that the changes are what is refused',
      () => pickle(tree()),
      /^$/,
    ],
  ]),
  ...attacksOf('ESTIMATOR_MALFORMED', [
    ['a tree whose root is its own child', 'a walk without end', () => split(0, 2), isNoNode],
    [
      'a tree whose nodes form a ring',
      'a walk without end',
      () => withNodes({ left: 1, right: 2 }, { left: 0, right: 2 }, LEAF),
      /nodes\[1\] is no node/,
    ],
    ['a child out of range', 'reads past the end', () => split(1, 99), outOfRange],
    ['a child below -1', 'reads before the start', () => split(1, -7), outOfRange],
    ['one child only', 'a leaf to one side', () => split(1, -1), isNoNode],
    ['a child of 2 to the 32', 'wraps to a small one', () => split(1, 2 ** 32 + 2), outOfRange],
    ['a column out of range', 'reads the next row', () => split(1, 2, 2), isNoNode],
    ['a negative column', 'reads the row before', () => split(1, 2, -1), isNoNode],
    ['a threshold of NaN', 'every comparison fails', () => split(1, 2, 0, Number.NaN), /threshold NaN/],
    [
      'a tree of no nodes',
      'reads what is not there',
      () => pickle(tree({ nodes: nodesOf([]), values: floats([], [0, 1, 1]) })),
      /one node or more/,
    ],
    [
      'values for fewer nodes',
      'reads past the end',
      () => pickle(tree({ values: floats([0, 1], [2, 1, 1]) })),
      /an array of shape \(3, 1, classes\)/,
    ],
    [
      'values of no width',
      'reads past the end',
      () => pickle(tree({ values: floats([], [3, 1, 0]) })),
      /an array of shape \(3, 1, classes\)/,
    ],
    [
      'nodes that are plain numbers',
      'confuses two types',
      () => pickle(tree({ nodes: floats([1, 2, 3]) })),
      /structured array with a column left_child/,
    ],
    [
      'nodes with two axes',
      'reads past the end',
      () => pickle(tree({ nodes: rawArray(NODE, [3, 1], '\0'.repeat(120)) })),
      /one node or more/,
    ],
    [
      'a tree of other columns',
      'reads the next row',
      () => pickle(tree({ columns: 9 })),
      /tree_|columns|n_features_in_/,
    ],
    [
      'no columns at all',
      'divides by zero',
      () => pickle(tree({ state: { n_features_in_: int(0) } })),
      /n_features_in_ should be a whole number from 1/,
    ],
    [
      '4,294,967,296 columns',
      'memory',
      () => linear({ n_features_in_: `\x8a\x05${little(2 ** 32, 5)}` }),
      /n_features_in_ should be/,
    ],
    [
      'a fraction of a column',
      'a size that is none',
      () => linear({ n_features_in_: float(1.5) }),
      /n_features_in_ should be a whole number/,
    ],
    [
      'columns that are NaN',
      'a size that is none',
      () => linear({ n_features_in_: float(Number.NaN) }),
      /n_features_in_ should be a whole number/,
    ],
    [
      'columns as text',
      'confuses two types',
      () => linear({ n_features_in_: text('2') }),
      /n_features_in_ should be a number, but is the string "2"/,
    ],
    [
      'columns that are a huge integer',
      'memory',
      () => linear({ n_features_in_: `\x8a\x40${'\x7f'.repeat(64)}` }),
      /n_features_in_ should be/,
    ],
    [
      'coefficients for other columns',
      'reads past the end',
      () => linear({ coef_: floats([1, 2, 3]) }),
      /n_features_in_ should be 3|coef_/,
    ],
    [
      'coefficients of three axes',
      'reads past the end',
      () => linear({ coef_: floats([1, 2], [1, 1, 2]) }),
      /coef_ should be a vector or a matrix/,
    ],
    [
      'coefficients that are text',
      'confuses two types',
      () => linear({ coef_: text('1, 2') }),
      /coef_ should be an array of numbers/,
    ],
    [
      'coefficients that are times',
      'confuses two types',
      () => linear({ coef_: rawArray(dtype('M8[ns]'), [2], '\0'.repeat(16)) }),
      /coef_ should be an array of numbers/,
    ],
    [
      'coefficients that are bytes',
      'confuses two types',
      () => linear({ coef_: bytes('12345678') }),
      /coef_ should be an array of numbers, but is bytes/,
    ],
    [
      'no coefficients',
      'saved before it was fitted',
      () => pickle(estimator('linear_model._base', 'LinearRegression', { n_features_in_: int(2) })),
      /has no coef_; it was saved before it was fitted/,
    ],
    [
      'more intercepts than outputs',
      'reads past the end',
      () => linear({ intercept_: floats([1, 2, 3]) }),
      /intercept_/,
    ],
    [
      'more classes than scores',
      'a label that is not there',
      () => logistic({ classes_: ints([0, 1, 2, 3]) }),
      /coef_|classes_/,
    ],
    [
      'one class for two scores',
      'a label that is not there',
      () => logistic({ classes_: ints([0]) }),
      /coef_|classes_/,
    ],
    [
      'classes of two axes',
      'a label that is a list',
      () => logistic({ classes_: ints([0, 1], [1, 2]) }),
      /classes_ should be an array of class labels/,
    ],
    [
      'classes that are lists',
      'a label that is a list',
      () =>
        logistic({
          classes_: call(
            global('numpy._core.multiarray', 'scalar'),
            call(global('numpy', 'dtype'), text('O8'), '\x89', '\x88'),
            list(),
          ),
        }),
      /classes_ should be an array of class labels/,
    ],
    [
      'names for fewer columns',
      'reads past the end',
      () => linear({ feature_names_in_: rawArray(dtype('U1'), [1], 'a\0\0\0') }),
      /feature_names_in_ should be an array of 2 strings/,
    ],
    [
      'a state that is a list',
      'confuses two types',
      () => pickle(`${global('sklearn.linear_model._base', 'LinearRegression')})\x81${list(int(1))}b`),
      /has no coef_/,
    ],
    [
      'a step without an estimator',
      'reads past the end',
      () => pickle(estimator('pipeline', 'Pipeline', { steps: list(tuple(text('a'))) })),
      /steps\[0\] should be a name and an estimator/,
    ],
    [
      'steps that are a number',
      'confuses two types',
      () => pickle(estimator('pipeline', 'Pipeline', { steps: int(3) })),
      /steps should be a list, but is 3/,
    ],
    [
      'steps of different widths',
      'reads past the end',
      () => pipeline(tree(), linear({}).slice(2, -1)),
      /steps\[0\]|transform/,
    ],
    ['sparse indices out of range', 'reads past the end', () => sparseMachine([0, 9], [0, 1, 2]), outOfRange],
    [
      'sparse indices below zero',
      'reads before the start',
      () => sparseMachine([0, -1], [0, 1, 2]),
      outOfRange,
    ],
    [
      'sparse rows that go backwards',
      'a loop of negative length',
      () => sparseMachine([0, 1], [0, 2, 1]),
      /ascend from 0 to 2|holds/,
    ],
    ['sparse rows past the end', 'reads past the end', () => sparseMachine([0, 1], [0, 1, 99]), outOfRange],
  ]),
  ...attacksOf('ESTIMATOR_UNSUPPORTED', [
    [
      'a step that is a function',
      'its code would be needed',
      () => pipeline(global('mypackage', 'transform')),
      /steps\[0\]: the name mypackage\.transform/,
    ],
    [
      'a step that is a text',
      'confuses two types',
      () => pipeline(text('StandardScaler')),
      /steps\[0\]: the string "StandardScaler"/,
    ],
    [
      'an inert value where numbers are needed',
      'its code would be needed',
      () => linear({ coef_: object(global('mypackage', 'Weights'), { data: list() }) }),
      /coef_: a mypackage\.Weights where an array of numbers should be/,
    ],
    [
      'a parameter of no known value',
      'other arithmetic',
      () =>
        pickle(estimator('preprocessing._data', 'Normalizer', { norm: text('l3'), n_features_in_: int(2) })),
      /norm: the string "l3"/,
    ],
    [
      'a parameter that is None',
      'other arithmetic',
      () => pickle(estimator('preprocessing._data', 'Normalizer', { norm: NONE, n_features_in_: int(2) })),
      /norm: None/,
    ],
  ]),
];
